"""So many of something from one source in a while, such as forms from an address in a minute, and no more. Per process, in memory."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

MOST_ADDRESSES = 50_000
WINDOW_SECONDS = 60.0


class Rate:
    """A sliding window per source. Safe from any thread."""

    def __init__(
        self, most: int, seconds: float = WINDOW_SECONDS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def take(self, source: str) -> bool:
        """Count one. False where ``source`` has had its share of the while; then it is not counted."""
        now = self._monotonic()
        with self._lock:
            times = self._seen.setdefault(source, deque())
            self._seen.move_to_end(source)
            while times and now - times[0] >= self._seconds:
                times.popleft()
            while len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            if len(times) >= self._most:
                return False
            times.append(now)
            return True

    def has_room(self, source: str) -> bool:
        """Whether ``take`` would count one; counts nothing."""
        now = self._monotonic()
        with self._lock:
            return sum(now - at < self._seconds for at in self._seen.get(source, ())) < self._most
