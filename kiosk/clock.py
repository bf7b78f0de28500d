"""Time as the appliance knows it, and whether it may be believed.

A Pi has no battery: after a power cut it may wake in the past.
"""

from __future__ import annotations

import ctypes
from datetime import UTC, datetime, timedelta

from kiosk.plugin import Clock

_STA_UNSYNC = 0x0040  # <sys/timex.h>
_TIMEX_SIZE = 208  # struct timex on 64-bit Linux; status is the sixth word


class SystemClock:
    """The kernel's clock; trusted while the kernel says that something disciplines it (NTP, PTP, GPS)."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def trusted(self) -> bool:
        """False where the kernel reports an unsynchronised clock, or does not say."""
        adjtimex = getattr(ctypes.CDLL(None), "adjtimex", None)
        if adjtimex is None:
            return False
        buffer = (ctypes.c_long * (_TIMEX_SIZE // ctypes.sizeof(ctypes.c_long) + 8))()
        state = adjtimex(buffer)  # modes = 0: only reads
        # struct timex: modes (int, padded), offset, freq, maxerror, esterror, status (int) …
        status = buffer[5] & 0xFFFFFFFF
        return state != -1 and not status & _STA_UNSYNC


class ClockSetByHand(SystemClock):
    """The same clock, believed because the profile says that somebody sets it; ``synchronised`` is what the kernel says."""

    def trusted(self) -> bool:
        return True

    def synchronised(self) -> bool:
        return super().trusted()


class CachedTrust:
    """Wraps a clock so that trust is asked of the kernel at most every ``seconds``: it is wanted on every record."""

    def __init__(self, clock: SystemClock, seconds: float = 5.0) -> None:
        self._clock = clock
        self._seconds = seconds
        self._asked_at: datetime | None = None
        self._trusted = False

    def now(self) -> datetime:
        return self._clock.now()

    def trusted(self) -> bool:
        now = self._clock.now()
        if self._asked_at is None or abs((now - self._asked_at).total_seconds()) >= self._seconds:
            self._trusted, self._asked_at = self._clock.trusted(), now
        return self._trusted


class WaryClock:
    """Wraps a clock: time that is behind what was believed before is not believed, whatever the kernel says of it."""

    TOLERANCE = timedelta(seconds=60)  # threads that wait for each other, and small corrections

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._believed = datetime.fromtimestamp(0, UTC)

    def now(self) -> datetime:
        return self._clock.now()

    def trusted(self) -> bool:
        if not self._clock.trusted():
            return False
        now = self._clock.now()
        if now < self._believed - self.TOLERANCE:
            return False
        self._believed = max(self._believed, now)
        return True

    def went_back(self) -> bool:
        """Whether the time is behind one that was believed."""
        return self._clock.now() < self._believed - self.TOLERANCE

    def believe(self, at: datetime) -> None:
        """It has been this late already: the last record says so."""
        self._believed = max(self._believed, at)
