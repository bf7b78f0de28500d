"""The observation room as a board: who sits there and how long still. For staff with masked names, for a television without any."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

from sqlalchemy.orm import Session

from plugins.vaccination.observation import room
from plugins.vaccination.observation.room import Watched
from plugins.vaccination.observation.timing import Steps
from plugins.vaccination.site import Site

FRESH_SECONDS = 1.0  # a dozen tablets and televisions ask every few seconds: they share an answer


class Board:
    """What the pages of one site show. Safe from any thread."""

    def __init__(self, site: Site, steps: Steps) -> None:
        self._site = site
        self._steps = steps
        self._lock = threading.Lock()
        self._people: tuple[Watched, ...] = ()
        self._until = 0.0

    def changed(self) -> None:
        """Something was recorded: the next look is a fresh one."""
        with self._lock:
            self._until = 0.0

    def people(self) -> tuple[Watched, ...]:
        """Who is in the room, at most a second old."""
        with self._lock:
            if monotonic() >= self._until:
                with self._site.context.services.session() as session:
                    self._people = tuple(room.watched(session, self._site, self._steps))
                self._until = monotonic() + FRESH_SECONDS
            return self._people

    def state(self, for_staff: bool) -> dict[str, Any]:
        """``people`` in the room; ``gone``: how many must have left long ago without showing their ticket."""
        people = self.people()
        here = [one for one in people if not one.is_long_gone]
        return {
            "people": [tile(one, for_staff) for one in here],
            "done": sum(one.is_done and not one.reaction for one in here),
            "watching": sum(not one.is_done or bool(one.reaction) for one in here),
            "gone": len(people) - len(here) if for_staff else 0,
            "now_ms": self._site.now_ms(),
            "clock_trusted": self._site.context.clock.trusted(),
            "today": self._site.today_text(),
        }


def tile(one: Watched, for_staff: bool) -> dict[str, Any]:
    """One person. A television learns no name, no vaccine and no reaction; a person treated shows there as watched."""
    open_tile = {
        "ticket": one.ticket,
        "minutes_left": one.minutes_left,
        "minutes": one.minutes,
        "ends_ms": one.ends_ms,
        "unsure": one.unsure,
        "done": one.is_done and not one.reaction,
    }
    if not for_staff:
        return open_tile
    return open_tile | {
        "dose": one.dose,
        "record": one.record,
        "name": one.name,
        "product": one.product,
        "lot": one.lot,
        "number": one.number,
        "total": one.total,
        "reaction": one.reaction,
        "grade": one.grade,
    }


def person(session: Session, site: Site, steps: Steps, dose: str) -> dict[str, Any] | None:
    """Whose dose this is, as a staff tile."""
    found = room.one(session, site, steps, dose)
    return tile(found, for_staff=True) if found else None
