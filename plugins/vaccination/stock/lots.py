"""What this site knows of a lot: announced, received, recalled, by when to use it. Reads, never writes.

Lots are compared as people type them: without blanks and case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, given
from plugins.vaccination.folding.rows import says
from plugins.vaccination.models import AllocationRow, MovementRow, RecallRow
from plugins.vaccination.rules.gs1 import lot_key


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of one product, as its papers have it. ``expiry``: its last day; where papers differ the earliest. ``announced``: the
    platform has allotted it to this site."""

    product: str
    lot: str
    gtin: str = ""
    expiry: date | None = None
    doses_per_vial: int = 0
    announced: bool = False
    received: bool = False


def known(session: Session, site: str) -> list[Lot]:
    """Every lot that was announced to, or received at, this site; by product and lot."""
    papers: list[tuple[bool, AllocationRow | MovementRow]] = [(True, row) for row in allocations(session, site)]
    papers += [(False, row) for row in _RECEIVED.all(session, site=site)]
    found: dict[tuple[str, str], Lot] = {}
    for announced, row in papers:
        before = found.get((row.product, lot_key(row.lot)), Lot(row.product, row.lot))
        expiries = [day for day in (before.expiry, day_of(row.expiry)) if day]
        found[row.product, lot_key(row.lot)] = Lot(
            before.product,
            before.lot,
            before.gtin or row.gtin,
            min(expiries) if expiries else None,
            before.doses_per_vial or row.doses_per_vial,
            before.announced or (announced and row.vials > 0),
            before.received or not announced,
        )
    return [found[key] for key in sorted(found)]


def allocations(session: Session, site: str) -> list[AllocationRow]:
    """The newest word on each lot of each consignment to this site: one that was taken back has no vials any more."""
    newest: dict[tuple[str, str, str], AllocationRow] = {}
    for row in _ALLOTTED.all(session, site=site):
        newest[row.consignment, row.product, lot_key(row.lot)] = row
    return list(newest.values())


def of(lots: list[Lot], lot: str, product: str = "", gtin: str = "") -> list[Lot]:
    """Those of this number, of the product or pack where that is known."""
    found = [one for one in lots if lot_key(one.lot) == lot_key(lot)]
    if product:
        return [one for one in found if one.product == product]
    return ([one for one in found if one.gtin == gtin] or found) if gtin else found


def recalled(session: Session, product: str, lot: str) -> str | None:
    """Why this lot must not be used; None where nobody took it back."""
    words = _RECALLED.all(session, lot=lot_key(lot), product=product)
    return next((row.reason for row in _in_force(words)), None)


def recalls(session: Session) -> list[RecallRow]:
    """What is recalled now, newest first; a lot that platform and site stopped both, once for each."""
    rows = _in_force(session.scalars(select(RecallRow).order_by(*_AS_SAID)))
    return sorted(rows, key=lambda row: -row.occurred_at_ms)


_AS_SAID = (RecallRow.occurred_at_ms, RecallRow.writer, RecallRow.seq)


def _in_force(rows: Iterable[RecallRow]) -> list[RecallRow]:
    """What the platform recalls only the platform lifts: the newest word of each counts by itself."""
    newest: dict[tuple[str, str, bool], RecallRow] = {}
    for row in rows:
        newest[row.product, lot_key(row.lot), by_platform(row)] = row
    return [row for row in newest.values() if not row.lifted]


def by_platform(row: RecallRow) -> bool:
    """Whether the word is the platform's, and not this site's own."""
    return says(row.writer, "\0")


def day_of(text: str) -> date | None:
    """A day of a record; None where it says none."""
    return date.fromisoformat(text) if text else None


_ALLOTTED = Rows(
    select(AllocationRow)
    .where(AllocationRow.to_site == given("site"))
    .order_by(AllocationRow.occurred_at_ms, AllocationRow.writer, AllocationRow.seq)
)
_RECEIVED = Rows(select(MovementRow).where(MovementRow.site == given("site"), MovementRow.kind == "received"))
_RECALLED = Rows(
    select(RecallRow)
    .where(func.upper(RecallRow.lot) == given("lot"), RecallRow.product == given("product"))
    .order_by(*_AS_SAID)
)
