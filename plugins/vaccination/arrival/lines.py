"""The queues as pages that only look see them: at most a second old, so that a dozen tablets and televisions cost what one costs.
Whoever calls a number asks ``queue`` itself, inside the transaction."""

from __future__ import annotations

import threading
from time import monotonic

from plugins.vaccination.arrival import queue
from plugins.vaccination.arrival.queue import Step, Waiting
from plugins.vaccination.site import Site

FRESH_SECONDS = 1.0


class Lines:
    """One appliance's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._locks = {step: threading.Lock() for step in queue.STEPS}
        self._known: dict[Step, tuple[float, list[Waiting]]] = {}

    def of(self, step: Step, fresh: bool = False) -> list[Waiting]:
        """Who waits, first called first. ``fresh``: as of now, for a page that has just changed it."""
        site = self._site
        with self._locks[step]:
            known = self._known.get(step)
            if known is None or fresh or monotonic() >= known[0]:
                with site.context.services.session() as session:
                    line = queue.waiting(session, site.id, site.today(), step, site.priorities)
                known = self._known[step] = (monotonic() + FRESH_SECONDS, line)
            return known[1]
