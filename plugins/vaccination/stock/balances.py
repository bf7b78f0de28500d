"""What is left of a lot at the site, by the books and by the last stock-take. Reads, never writes."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, Values, given
from plugins.vaccination import lookups
from plugins.vaccination.models import MovementRow, VialRow


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one lot. ``broken``: closed vials that were wasted. ``counted``: closed vials by the last stock-take; ``difference``: how
    many more (or, negative, fewer) these were than the books said at that moment."""

    received: int  # vials, usable
    transferred: int  # vials
    opened: int  # vials
    broken: int  # vials
    given: int  # doses
    wasted: int  # doses, of opened and closed vials
    doses_per_vial: int
    counted: int | None = None
    difference: int | None = None

    @property
    def closed(self) -> int:
        """Vials that should still be in the refrigerator."""
        return self.received - self.transferred - self.opened - self.broken


def closed(session: Session, site: str, product: str, lot: str) -> int:
    """How many closed vials of a lot there should be."""
    return _balance(session, site, product, lot, given=0).closed


def balance(session: Session, site: str, product: str, lot: str) -> Balance:
    """What came, went and is left of a lot."""
    return _balance(session, site, product, lot, lookups.doses_of_lot(session, site, product, lot))


def _balance(session: Session, site: str, product: str, lot: str, given: int) -> Balance:
    opened = _OPENED.all(session, site=site, product=product, lot=lot)
    received = transferred = broken = wasted = per_vial = 0
    counted, difference = None, None
    for row in _MOVEMENTS.all(session, site=site, lot=lot, product=product):
        per_vial = per_vial or row.doses_per_vial
        if row.kind == "received":
            received += row.vials
        elif row.kind == "transferred":
            transferred -= row.vials
        elif row.kind == "wasted":
            wasted -= row.doses
            broken += 0 if row.vial else -row.doses // (per_vial or 1)
        else:
            open_then = sum(at <= row.occurred_at_ms for at in opened)
            counted, difference = row.vials, row.vials - (received - transferred - open_then - broken)
    return Balance(received, transferred, len(opened), broken, given, wasted, per_vial, counted, difference)


_MOVEMENTS = Rows(
    select(MovementRow)
    .where(MovementRow.site == given("site"), MovementRow.lot == given("lot"), MovementRow.product == given("product"))
    .order_by(MovementRow.occurred_at_ms, MovementRow.seq)
)
# when each vial was first opened: one that went to another table was not opened again
_OPENED = Values(
    select(func.min(VialRow.occurred_at_ms))
    .where(VialRow.site == given("site"), VialRow.lot == given("lot"), VialRow.product == given("product"))
    .group_by(VialRow.vial)
)
