"""A consignment arrives: its code is held against what the platform allotted, then each lot is taken in once. Serves no page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity
from kiosk.site_days import local_time
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.models import AllocationRow, MovementRow
from plugins.vaccination.records import Received
from plugins.vaccination.rules.consignment import Consignment, Line
from plugins.vaccination.rules.gs1 import lot_key
from plugins.vaccination.site import Site
from plugins.vaccination.stock import lots
from plugins.vaccination.stock.words import finding

RECEIVED = "vaccination.received"


@dataclass(frozen=True, slots=True)
class Checked:
    """One lot of a delivery beside what was announced of it (None: nothing)."""

    line: Line
    announced: AllocationRow | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Arrived:
    """What somebody found in the box: ``damaged`` vials by the line's place, ``celsius`` on arrival (None: not measured)."""

    damaged: tuple[int, ...]
    celsius: float | None = None
    note: str = ""


def check(session: Session, site: Site, consignment: Consignment) -> tuple[tuple[Finding, ...], tuple[Checked, ...]]:
    """What stands against the whole delivery, and each of its lots."""
    whole = []
    if not site.is_called(consignment.receiver):
        whole.append(finding("for_another_site", receiver=consignment.receiver))
    whole += [
        finding(
            "already_received",
            lot=row.lot,
            consignment=consignment.id,
            time=local_time(row.occurred_at_ms, site.context.time_zone),
        )
        for row in _received(session, site, consignment)
    ]
    announced = lots.allocations(session, site.id)
    return tuple(whole), tuple(_line(session, site, consignment, line, announced) for line in consignment.lines)


def receive(site: Site, key: UUID, consignment: Consignment, arrived: Arrived, operator: str) -> Done:
    """Take it in. Raises ``Refusal`` where it is another site's, was taken in before, or does not add up; or ``NotRecorded``."""

    def compose(session: Session) -> Sequence[Draft]:
        whole, checked = check(session, site, consignment)
        against = [one for one in whole if one.severity is Severity.BAR]
        against += [
            finding("too_many_damaged", lot=one.line.lot)
            for one, damaged in zip(checked, arrived.damaged, strict=True)
            if not 0 <= damaged <= one.line.vials
        ]
        if against:
            raise Refusal(against)
        return [
            _draft(consignment, one, damaged, arrived) for one, damaged in zip(checked, arrived.damaged, strict=True)
        ]

    return site.actions.act(key, compose, operator)


def too_warm(site: Site, consignment: Consignment, celsius: float | None) -> list[Finding]:
    """Where the temperature on arrival is none at which a delivered vaccine is kept."""
    if celsius is None:
        return []
    today = site.context.clock.now().astimezone(site.zone).date()
    found = {}
    for line in consignment.lines:
        rule = site.vaccines.known(line.product, today)
        least = rule.storage_min_c if rule else None
        most = rule.storage_max_c if rule else None
        if (least is not None and celsius < least) or (most is not None and celsius > most):
            low, high = ("…" if bound is None else bound for bound in (least, most))
            found[low, high] = finding("warm", celsius=f"{celsius:g}", least=low, most=high)
    return list(found.values())


def _line(
    session: Session, site: Site, consignment: Consignment, line: Line, announced: Sequence[AllocationRow]
) -> Checked:
    of_lot = [row for row in announced if lot_key(row.lot) == lot_key(line.lot) and row.vials > 0]
    same = [row for row in of_lot if row.product == line.product]
    mine = next((row for row in same if row.consignment == consignment.id), same[0] if same else None)
    found = []
    today = site.context.clock.now().astimezone(site.zone).date()
    if mine is None and of_lot:
        found.append(finding("other_product", lot=line.lot, announced=of_lot[0].product))
    elif mine is None:
        found.append(finding("not_announced", lot=line.lot))
    else:
        if mine.vials != line.vials and mine.consignment == consignment.id:
            found.append(finding("other_number", announced=mine.vials, here=line.vials))
        expiry = lots.day_of(mine.expiry)
        if expiry and expiry != line.expiry:
            found.append(finding("other_expiry", announced=f"{expiry:%d/%m/%Y}", here=f"{line.expiry:%d/%m/%Y}"))
    if line.expiry < today:
        found.append(finding("expired", lot=line.lot, on=f"{line.expiry:%d/%m/%Y}"))
    reason = lots.recalled(session, line.product, line.lot)
    if reason is not None:
        found.append(finding("recalled", lot=line.lot, reason=reason))
    return Checked(line, mine, tuple(found))


def _received(session: Session, site: Site, consignment: Consignment) -> list[MovementRow]:
    wanted = {(line.product, lot_key(line.lot)) for line in consignment.lines}
    query = select(MovementRow).where(
        MovementRow.site == site.id, MovementRow.kind == "received", MovementRow.consignment == consignment.id
    )
    return [row for row in session.scalars(query) if (row.product, lot_key(row.lot)) in wanted]


def _draft(consignment: Consignment, checked: Checked, damaged: int, arrived: Arrived) -> Draft:
    line = checked.line
    body = Received(
        consignment=consignment.id[:40],
        product=line.product,
        gtin=line.gtin,
        lot=line.lot,
        expiry=line.expiry.isoformat(),
        vials=line.vials - damaged,
        damaged=damaged,
        doses_per_vial=line.doses,
        temperature=arrived.celsius,
        allocated=checked.announced is not None,
        note=arrived.note[:200],
    )
    return Draft(RECEIVED, body)
