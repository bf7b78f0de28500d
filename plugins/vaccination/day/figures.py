"""What a site's day comes to, from the tables: stock by lot, doses by hour and table, screening, reactions, temperatures. Names nobody.

The same figures come from a replay of the journals; ``report`` puts them into the canonical bytes that a closed day keeps."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
from sqlalchemy import ColumnElement, exists, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from plugins.vaccination.day.findings import corrected_in_spite
from plugins.vaccination.day.records_of_day import iso
from plugins.vaccination.day.stock import Movement, lots_of
from plugins.vaccination.models import (
    ArrivalRow,
    DoseRow,
    LeftRow,
    MovementRow,
    NotGivenRow,
    ScreeningRow,
    TemperatureRow,
)
from plugins.vaccination.observation import lots, room
from plugins.vaccination.site import Site

FORM = 1  # of the report; raise it when a figure changes its meaning


def figures(session: Session, site: Site, day: int) -> dict[str, Any]:
    """JSON; ``day``: yyyymmdd. Every count is an integer and every temperature a text, so that the canonical form is plain."""
    doses = counted_doses(session, site, day)
    in_spite = corrected_in_spite(session, site, day)
    return {
        "form": FORM,
        "site": site.id,
        "site_name": site.context.station.site_name,
        "time_zone": site.context.time_zone,
        "day": iso(day),
        "arrivals": _arrivals(session, site, day),
        "screened": dict(Counter(row.outcome for row in _screenings(session, site, day))),
        "screening_reasons": _reasons(session, site, day),
        "not_given": _not_given(session, site, day),
        "doses": len(doses),
        "doses_by_hour": _by_hour(session, site, doses),
        "tables": _tables(session, site, day, doses),
        "lots": [_lot(session, site, one, day) for one in lots_of(_movements(session, site), day)],
        "wasted": _wasted(session, site, day),
        "reactions": dict(Counter(str(row.grade) for row in lots.newest(session, site, day, day))),
        "left_early": len(_left_early(session, site, day)),
        "temperatures": _temperatures(session, site, day),
        **({"corrected_in_spite": in_spite} if in_spite else {}),
    }


def report(found: dict[str, Any]) -> tuple[str, str]:
    """The figures in their canonical form (RFC 8785) and its SHA-256 in hex."""
    data = rfc8785.dumps(found)
    return data.decode("utf-8"), hashlib.sha256(data).hexdigest()


_LATER = aliased(DoseRow)
_NO_ID: ColumnElement[str] = literal_column("''")  # written out and not bound, so that the partial index serves


def _counting(site: Site) -> tuple[ColumnElement[bool], ...]:
    """Doses of this site that were neither taken back nor corrected."""
    later = exists().where(_LATER.amends == DoseRow.record, _LATER.amends != _NO_ID)
    return DoseRow.site == site.id, DoseRow.void.is_(False), ~later


def counted_doses(session: Session, site: Site, day: int) -> list[DoseRow]:
    """Every dose of this day (yyyymmdd) that counts."""
    return list(session.scalars(select(DoseRow).where(*_counting(site), DoseRow.given_on == day)))


def _movements(session: Session, site: Site) -> Iterator[Movement]:
    """Of all days: what is left of a lot is a matter of all of them."""
    given = select(DoseRow.product, DoseRow.lot, DoseRow.given_on, func.count()).where(*_counting(site))
    for product, lot, day, doses in session.execute(given.group_by(DoseRow.product, DoseRow.lot, DoseRow.given_on)):
        yield Movement(product, lot, day, "given", doses)
    moved = select(MovementRow).where(MovementRow.site == site.id, MovementRow.kind != "counted")
    for one in session.scalars(moved):
        yield Movement(one.product, one.lot, one.day, one.kind, abs(one.doses))  # type: ignore[arg-type]


def _lot(session: Session, site: Site, one: Any, day: int) -> dict[str, Any]:
    query = select(MovementRow).where(
        MovementRow.site == site.id, MovementRow.product == one.product, MovementRow.lot == one.lot
    )
    rows = session.scalars(query.order_by(MovementRow.occurred_at_ms, MovementRow.seq)).all()
    counted = [row.vials for row in rows if row.kind == "counted" and row.day == day]
    per_vial = next((row.doses_per_vial for row in rows if row.doses_per_vial), 0)
    names = ("product", "lot", "opening", "received", "given", "wasted", "transferred", "left")
    found: dict[str, Any] = {name: getattr(one, name) for name in names}
    if counted:  # closed vials; what is left in open ones is wasted at the day's end, so that both can be compared
        found |= {"counted_vials": counted[-1], "counted": counted[-1] * per_vial}
    return found


def _by_hour(session: Session, site: Site, doses: list[DoseRow]) -> dict[str, int]:
    zone = ZoneInfo(site.context.time_zone)
    firsts = [room.chain(session, row)[-1] if row.amends else row for row in doses]
    hours = Counter(f"{datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC).astimezone(zone):%H}" for row in firsts)
    return dict(sorted(hours.items()))


def _tables(session: Session, site: Site, day: int, doses: list[DoseRow]) -> list[dict[str, Any]]:
    screened = Counter(row.table_name for row in _screenings(session, site, day))
    given = Counter(row.table_name for row in doses)
    return [
        {"step": step, "table": table, "people": count}
        for step, tables in (("screening", screened), ("injection", given))
        for table, count in sorted(tables.items())
    ]


def _screenings(session: Session, site: Site, day: int) -> list[ScreeningRow]:
    """The last examination of each visit."""
    query = select(ScreeningRow).where(ScreeningRow.site == site.id, ScreeningRow.day == day)
    last: dict[str, ScreeningRow] = {}
    for row in session.scalars(query.order_by(ScreeningRow.occurred_at_ms, ScreeningRow.writer, ScreeningRow.seq)):
        last[row.visit or row.record] = row
    return list(last.values())


def _reasons(session: Session, site: Site, day: int) -> dict[str, int]:
    said = (row.reasons.split(",") for row in _screenings(session, site, day) if row.reasons)
    return dict(sorted(Counter(one for reasons in said for one in reasons).items()))


def _arrivals(session: Session, site: Site, day: int) -> int:
    query = select(ArrivalRow.record).where(ArrivalRow.site == site.id, ArrivalRow.day == day, ArrivalRow.number > 0)
    return len(session.scalars(query).all())


def _not_given(session: Session, site: Site, day: int) -> dict[str, int]:
    """Each reason by how often it stood in the way; a dose may have been refused for several."""
    query = select(NotGivenRow.reasons).where(NotGivenRow.day == day, NotGivenRow.site == site.id)
    found = Counter(reason for reasons in session.scalars(query) if reasons for reason in reasons.split(","))
    return dict(sorted(found.items()))


def _wasted(session: Session, site: Site, day: int) -> dict[str, int]:
    query = select(MovementRow).where(MovementRow.site == site.id, MovementRow.day == day, MovementRow.kind == "wasted")
    found: Counter[str] = Counter()
    for row in session.scalars(query):
        found[row.reason] += -row.doses
    return dict(sorted(found.items()))


def _left_early(session: Session, site: Site, day: int) -> list[str]:
    query = select(LeftRow.record).where(LeftRow.site == site.id, LeftRow.day == day, LeftRow.early)
    return list(session.scalars(query))


def _temperatures(session: Session, site: Site, day: int) -> list[dict[str, Any]]:
    query = select(TemperatureRow).where(TemperatureRow.site == site.id, TemperatureRow.day == day)
    rows: dict[str, list[TemperatureRow]] = {}
    for row in session.scalars(query.order_by(TemperatureRow.occurred_at_ms, TemperatureRow.seq)):
        rows.setdefault(row.store, []).append(row)
    return [
        {
            "store": store,
            "readings": len(read),
            "lowest": f"{min(one.celsius for one in read):.1f}",
            "highest": f"{max(one.celsius for one in read):.1f}",
            "outside": sum(not one.within for one in read),
        }
        for store, read in sorted(rows.items())
    ]
