"""Opened vials: where each is, how many doses are left in it, until when it may be used, and what a new one is called.
Reads, never writes.

The first record of a vial opened it, the last says at which table it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, Values, given
from plugins.vaccination import lookups
from plugins.vaccination.models import DoseRow, MovementRow, VialRow
from plugins.vaccination.rules import vials as rules
from plugins.vaccination.rules.vaccine import Vaccine
from plugins.vaccination.stock.lots import day_of


@dataclass(frozen=True, slots=True)
class OpenVial:
    """One vial that was pierced. ``doses``: it held when full. Times are Unix milliseconds."""

    product: str
    lot: str
    vial: str
    gtin: str
    expiry: date | None
    doses: int
    given: int
    wasted: int
    opened_at_ms: int
    use_by_ms: int
    table: str

    @property
    def left(self) -> int:
        return max(self.doses - self.given - self.wasted, 0)

    def as_rule(self) -> rules.Vial:
        """As the rules look at it, but for what the lot's papers say."""
        opened = datetime.fromtimestamp(self.opened_at_ms / 1000, UTC)
        return rules.Vial(self.lot, self.expiry, self.doses, opened, self.given, self.wasted)


def named(session: Session, site: str, lot: str, vial: str) -> OpenVial | None:
    """The opened vial of this number and lot."""
    return _of(session, site, _NAMED.all(session, site=site, vial=vial, lot=lot))


def numbered(session: Session, site: str, vial: str) -> OpenVial | None:
    """The opened vial of a number that the site gave; no two have the same."""
    lot = session.scalars(select(VialRow.lot).where(VialRow.site == site, VialRow.vial == vial).limit(1)).first()
    return named(session, site, lot, vial) if lot is not None else None


def at_table(session: Session, site: str, table: str, day: int) -> OpenVial | None:
    """The vial that this table opened, or took over, last today; None where it went to another table since."""
    last = _AT_TABLE.first(session, site=site, day=day, table=table)
    found = named(session, site, last.lot, last.vial) if last else None
    return found if found is not None and found.table == table else None


def opened_on(session: Session, site: str, day: int) -> list[OpenVial]:
    """Every vial of a day that was opened then, the newest first."""
    rows = session.scalars(select(VialRow).where(VialRow.site == site, VialRow.day == day)).all()
    by_vial: dict[tuple[str, str], list[VialRow]] = {}
    for row in rows:
        by_vial.setdefault((row.lot, row.vial), []).append(row)
    found = [one for rows_of in by_vial.values() if (one := _of(session, site, rows_of))]
    return sorted(found, key=lambda one: -one.opened_at_ms)


def next_number(session: Session, site: str, today: date) -> str:
    """What a vial without a serial number of its own is called: day and number, as it is written on the glass: ``210810-007``."""
    prefix = f"{today:%y%m%d}-"
    last = _LAST_NUMBER.one(session, site=site, first=prefix, after=f"{today:%y%m%d}.")
    number = last.removeprefix(prefix) if last else "0"
    return f"{prefix}{(int(number) if number.isdecimal() else 0) + 1:03}"


def is_ours(vial: str) -> bool:
    """Whether the number is one that the site gave."""
    return bool(re.fullmatch(r"\d{6}-\d{3,}", vial, re.ASCII))


def use_by(vaccine: Vaccine, opened: datetime, zone: tzinfo) -> datetime:
    """Until when a vial that is opened now may be used; without a limit of its own until the day ends: its one dose is given at
    once."""
    vial = rules.Vial("", None, vaccine.doses_per_vial, opened)
    end = opened.astimezone(zone).replace(hour=23, minute=59, second=59, microsecond=0)
    return rules.open_until(vial, vaccine) or end


def _of(session: Session, site: str, rows: Iterable[VialRow]) -> OpenVial | None:
    ordered: Sequence[VialRow] = sorted(rows, key=lambda row: (row.occurred_at_ms, row.writer, row.seq))
    if not ordered:
        return None
    first, last = ordered[0], ordered[-1]
    return OpenVial(
        first.product,
        first.lot,
        first.vial,
        first.gtin,
        day_of(first.expiry),
        first.doses,
        _GIVEN.one(session, site=site, lot=first.lot, vial=first.vial) or 0,
        int(_WASTED.one(session, site=site, lot=first.lot, vial=first.vial) or 0),
        first.occurred_at_ms,
        first.use_by_ms,
        last.table_name,
    )


_NAMED = Rows(
    select(VialRow).where(VialRow.site == given("site"), VialRow.vial == given("vial"), VialRow.lot == given("lot"))
)
_AT_TABLE = Rows(
    select(VialRow)
    .where(VialRow.site == given("site"), VialRow.day == given("day"), VialRow.table_name == given("table"))
    .order_by(VialRow.occurred_at_ms.desc(), VialRow.seq.desc())
    .limit(1)
)
_LAST_NUMBER = Values(
    select(func.max(VialRow.vial)).where(
        VialRow.site == given("site"), VialRow.vial >= given("first"), VialRow.vial < given("after")
    )
)
_GIVEN = Values(
    select(func.count())
    .select_from(DoseRow)
    .where(
        DoseRow.lot == given("lot"), DoseRow.site == given("site"), DoseRow.vial == given("vial"), *lookups.counting()
    )
)
_WASTED = Values(
    select(func.coalesce(func.sum(-MovementRow.doses), 0)).where(
        MovementRow.site == given("site"),
        MovementRow.lot == given("lot"),
        MovementRow.vial == given("vial"),
        MovementRow.kind == "wasted",
    )
)
