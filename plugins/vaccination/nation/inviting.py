"""In which order people are invited, and who gets which slot. Pure: the same people and places always give the same plan.

The group that the authority calls first comes first. Within a group who registered on an earlier day; among those of one day lots
decide, drawn anew for every round from the round's name and the keyed hash, so that nobody is last every time and nobody can choose.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

DAY_MS = 86_400_000
_ENDS = re.compile(r"-\d\d:\d\d$", re.ASCII).search


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who may be invited. ``order``: of their group, 1 first. ``earliest``: ISO day before which no dose may be given."""

    citizen: str
    order: int
    registered_at_ms: int
    earliest: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A slot of one day with room for ``left`` more people."""

    day: str
    slot: str
    left: int


def rank(wave: str, waiting: Waiting) -> tuple[int, int, bytes]:
    """Who sorts first is invited first."""
    lot = hashlib.blake2b(waiting.citizen.encode(), key=hashlib.sha256(wave.encode()).digest(), digest_size=8).digest()
    return waiting.order, waiting.registered_at_ms // DAY_MS, lot


def ahead(places: Iterable[Place], now: datetime) -> list[Place]:
    """Those whose time is not over at ``now`` (the sites' own time): nobody is invited into the past. A slot ends at its last
    five characters, ``HH:MM``; one of another form lasts the whole day."""
    today, clock = now.date().isoformat(), f"{now:%H:%M}"
    ends = {one: one.slot[-5:] if _ENDS(one.slot) else "24:00" for one in places}
    return [one for one, end in ends.items() if (one.day, end) > (today, clock)]


def plan(wave: str, people: Iterable[Waiting], places: Sequence[Place]) -> list[tuple[Waiting, Place]]:
    """Each in their turn gets the first slot with room on or after their earliest day; who finds none stays waiting."""
    left = {place: place.left for place in sorted(places, key=lambda one: (one.day, one.slot)) if place.left > 0}
    found: list[tuple[Waiting, Place]] = []
    for one in sorted(people, key=lambda waiting: rank(wave, waiting)):
        if not left:
            break
        place = next((place for place in left if place.day >= one.earliest), None)
        if place is None:
            continue
        found.append((one, place))
        left[place] -= 1
        if not left[place]:
            del left[place]
    return found
