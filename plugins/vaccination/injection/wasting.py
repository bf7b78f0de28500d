"""Doses that nobody got: left over at the session's end, drawn wrong, broken, too old. Counted off the vial or the lot. Serves no page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity, Text
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.records import Wasted
from plugins.vaccination.site import Site
from plugins.vaccination.stock import balances, open_vials

WASTED = "vaccination.wasted"
MOST_VIALS = 100_000  # closed ones, at once
_MORE_THAN_LEFT = Text("Lọ chỉ còn {left} liều theo sổ.", "By the books only {left} doses are left in the vial.")
_MORE_THAN_THERE = Text("Theo sổ chỉ còn {left} lọ chưa mở.", "By the books only {left} closed vials are left.")
_COUNT = Text("Đếm lại, rồi ghi số đúng.", "Count again, then enter what is right.")


class Waste(BaseModel):
    """Of an open vial so many ``doses``; without ``vial`` so many closed ``vials`` of the lot."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: str = Field(min_length=1, max_length=60)
    lot: str = Field(min_length=1, max_length=20)
    vial: str = Field(default="", max_length=40)
    doses: int = Field(default=0, ge=0, le=50)
    vials: int = Field(default=0, ge=0, le=MOST_VIALS)
    reason: Literal["open_too_long", "left_over", "broken", "cold_chain", "expired", "recalled", "drawn_wrong", "other"]
    note: str = Field(default="", max_length=200)


def read(said: object) -> Waste | None:
    """What a page sent; None where it has another shape, or counts nothing."""
    try:
        waste = Waste.model_validate(said)
    except ValidationError:
        return None
    return waste if (waste.doses if waste.vial else waste.vials) else None


def record(site: Site, key: UUID, waste: Waste, operator: str) -> Done:
    """Record it. Raises ``Refusal`` where more would be wasted than is there, or ``NotRecorded``."""

    def check(session: Session) -> Sequence[Draft]:
        doses = _of_vial(session, site, waste) if waste.vial else _of_lot(session, site, waste)
        note = " ".join(waste.note.split())
        body = Wasted(
            product=waste.product, lot=waste.lot, vial=waste.vial, doses=doses, reason=waste.reason, note=note
        )
        return [Draft(WASTED, body)]

    return site.actions.act(key, check, operator)


def _of_vial(session: Session, site: Site, waste: Waste) -> int:
    found = open_vials.named(session, site.id, waste.lot, waste.vial)
    left = found.left if found else 0
    if waste.doses > left:
        raise Refusal([Finding("vaccination.more_than_left", Severity.BAR, _MORE_THAN_LEFT.format(left=left), _COUNT)])
    return waste.doses


def _of_lot(session: Session, site: Site, waste: Waste) -> int:
    books = balances.balance(session, site.id, waste.product, waste.lot)
    if waste.vials > books.closed:
        text = _MORE_THAN_THERE.format(left=max(books.closed, 0))
        raise Refusal([Finding("vaccination.more_than_there", Severity.BAR, text, _COUNT)])
    return waste.vials * max(books.doses_per_vial, 1)
