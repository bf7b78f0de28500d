"""A day's stock, lot by lot, in doses: opening, received, given, wasted, transferred, left. Pure: from movements to figures.

``opening + received - given - wasted - transferred = left``, and what is left is the next day's opening, whatever was recorded when.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["received", "given", "wasted", "transferred"]


@dataclass(frozen=True, slots=True)
class Movement:
    """``doses``: how many, never negative. ``day``: yyyymmdd at the site."""

    product: str
    lot: str
    day: int
    kind: Kind
    doses: int


@dataclass(frozen=True, slots=True)
class LotDay:
    """One lot on one day, in doses."""

    product: str
    lot: str
    opening: int = 0
    received: int = 0
    given: int = 0
    wasted: int = 0
    transferred: int = 0

    @property
    def left(self) -> int:
        """What the books say is left; negative where more was given than came: then something was not recorded."""
        return self.opening + self.received - self.given - self.wasted - self.transferred


def lots_of(movements: Iterable[Movement], day: int) -> list[LotDay]:
    """Every lot that had anything before the end of this day, by product and lot."""
    found: dict[tuple[str, str], LotDay] = {}
    for one in movements:
        if one.day > day:
            continue
        key = (one.product, one.lot)
        before = found.get(key, LotDay(*key))
        if one.day < day:
            sign = 1 if one.kind == "received" else -1
            found[key] = replace(before, opening=before.opening + sign * one.doses)
        else:
            found[key] = replace(before, **{one.kind: getattr(before, one.kind) + one.doses})
    return [found[key] for key in sorted(found)]
