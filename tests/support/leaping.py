"""A monotonic clock that leaps when a test says so, as it does for a process that stood still."""

from __future__ import annotations

import threading
import time

LIMIT = 120.0


class Leaping:
    """The true monotonic clock, in seconds, and what was leapt over."""

    def __init__(self) -> None:
        self._ahead = 0.0
        self._read = 0
        self._changed = threading.Condition()

    def __call__(self) -> float:
        with self._changed:
            self._read += 1
            self._changed.notify_all()
            return time.monotonic() + self._ahead

    def leap(self, seconds: float) -> None:
        """Go ahead at once, and return when it was read a few times since: whoever waits by it has seen the leap."""
        with self._changed:
            self._ahead += seconds
            until = self._read + 3
            assert self._changed.wait_for(lambda: self._read >= until, LIMIT), "nobody waits by this clock"
