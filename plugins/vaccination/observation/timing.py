"""How long ago a dose was given, by a clock that may have been put right meanwhile. Pure but for the clock that never steps."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

STEP_MS = 30_000  # NTP slews smaller differences
MINUTE = 60_000


def _boottime_ms() -> int:
    """Since the computer started, sleep included; goes on evenly whatever is done to the date."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


class Steps:
    """Notices when the date is put forward or back, and takes it out of the age of what was recorded before. Safe from any thread.

    Knows only what happened since the process began; before that the records' own times count, and a record made under a clock
    that was not trusted is said to be unsure."""

    def __init__(self, boottime_ms: Callable[[], int] = _boottime_ms) -> None:
        self._boottime_ms = boottime_ms
        self._lock = threading.Lock()
        self._offset: int | None = None
        self._steps: list[
            tuple[int, int]
        ] = []  # (the journal's last record before, by how much the clock was put forward)

    def note(self, now_ms: int, last_seq: int) -> None:
        """Look at both clocks; ``last_seq``: the journal's newest record."""
        with self._lock:
            offset = now_ms - self._boottime_ms()
            if self._offset is None:
                self._offset = offset
            elif abs(offset - self._offset) > STEP_MS:
                self._steps.append((last_seq, offset - self._offset))
                self._offset = offset

    def age_ms(self, at_ms: int, seq: int, now_ms: int) -> int:
        """How long ago record ``seq``, whose own time is ``at_ms``, was made. Negative where its time is still to come."""
        with self._lock:
            return now_ms - at_ms - sum(step for last, step in self._steps if seq <= last)


def minutes_left(age_ms: int, minutes: int) -> int:
    """Whole minutes, begun ones count; 0 when the time is over. A dose that seems to be in the future has all its time before it."""
    left = minutes * MINUTE - max(age_ms, 0)
    return max(0, -(-left // MINUTE))
