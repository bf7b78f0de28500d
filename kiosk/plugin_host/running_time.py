"""How long this process demonstrably ran: the clock by which plugins are given up. Gives up nobody itself.

A process that gets no processor for seconds (another program, a card that stalls, a laptop that slept) wakes with its limits passed
by the clock on the wall, though nobody in it could have done anything meanwhile.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SLICE_SECONDS = 0.1  # who waits looks this often, and from one look to the next no more is counted


class RunningTime:
    """A clock in seconds that goes on only as it is looked at. Between two looks passes what passed by ``monotonic``, at most
    ``SLICE_SECONDS``: of more than that nobody knows that the process ran. Safe from any thread."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._looked = monotonic()
        self._ran = 0.0

    def __call__(self) -> float:
        with self._lock:
            now = self._monotonic()
            self._ran += min(now - self._looked, SLICE_SECONDS)
            self._looked = now
            return self._ran

    def wait(self, come: Callable[[float], bool], until: float) -> bool:
        """Whether it came before this clock said ``until``. ``come`` waits so many seconds at most and says whether it did, as
        ``threading.Event.wait`` does; it is asked slice by slice."""
        while (left := until - self()) > 0:
            if come(min(left, SLICE_SECONDS)):
                return True
        return come(0.0)
