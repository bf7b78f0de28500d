"""Has several jobs of a journal share one commit, whatever the machine's speed."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from kiosk.appliance import Appliance
from kiosk.journal.append import Entry
from kiosk.journal.jobs import Job, Turn

LIMIT = 120  # seconds; a busy machine takes its time


class Held:
    """Holds the writing thread in a job of its own, so that those queued meanwhile share the next commit."""

    def __init__(self, appliance: Appliance) -> None:
        self._appliance = appliance
        self._entered, self._let = threading.Event(), threading.Event()
        self._job: Job | None = None

    def __enter__(self) -> None:
        self._job = self._appliance.journal.begin(self._compose)
        assert self._entered.wait(LIMIT)

    def __exit__(self, *_: object) -> None:
        self._let.set()
        assert self._job is not None
        self._appliance.journal.outcome(self._job)

    def _compose(self, _turn: Turn) -> Sequence[Entry]:
        self._entered.set()
        self._let.wait(LIMIT)
        return ()
