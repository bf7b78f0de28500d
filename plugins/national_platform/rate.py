"""Slows down guessing: so many failures in a while, from one address and from all together. Per process, in memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable


class FailureLimit:
    """Counts failures in windows of ``seconds``; more than ``each`` from one source or ``overall`` close the door."""

    def __init__(
        self, each: int = 10, overall: int = 200, seconds: float = 60, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._each = each
        self._overall = overall
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, source: str) -> int:
        """Whole seconds until ``source`` may try again; 0: now."""
        with self._lock:
            now = self._monotonic()
            self._forget(now)
            mine = self._failures.get(source, [])
            everybody = sum(map(len, self._failures.values()))
            if len(mine) < self._each and everybody < self._overall:
                return 0
            oldest = mine[0] if len(mine) >= self._each else min(times[0] for times in self._failures.values())
            return max(1, int(oldest + self._seconds - now) + 1)

    def failed(self, source: str) -> None:
        with self._lock:
            self._failures.setdefault(source, []).append(self._monotonic())

    def _forget(self, now: float) -> None:
        for source, times in list(self._failures.items()):
            kept = [at for at in times if now - at < self._seconds]
            if kept:
                self._failures[source] = kept
            else:
                del self._failures[source]
