"""The reading that scanners share which deliver bytes piece by piece. Where the bytes come from is theirs; it opens no device."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from hardware.scanners.base import GAP, LONGEST, Assembler


class StreamScanner(ABC):
    """Base of such scanners: they open and close their device, call ``_begin_anew`` when it is there, and give ``_receive``."""

    def __init__(
        self,
        name: str,
        *,
        gap: float = GAP,
        longest: int = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``gap``: seconds of silence that end a payload without a line end; ``longest``: bytes of one payload."""
        self.name = name
        self._gap = gap
        self._clock = clock
        self._assembler = Assembler(gap, longest)
        self._ready: list[bytes] = []

    @property
    def overlong(self) -> int:
        """How many payloads were thrown away because they were too long."""
        return self._assembler.overlong

    def read(self, wait: float) -> bytes | None:
        """The next payload as it was sent, without its line end; None when none came within ``wait`` seconds."""
        until = self._clock() + wait
        while not self._ready:
            # While a payload is under way look often enough to see the silence that ends it.
            pause = min(self._gap, wait) if self._assembler.pending else wait
            data = self._receive(max(0.0, min(pause, until - self._clock())))
            now = self._clock()
            self._ready += self._assembler.feed(data, now)
            if not self._ready and now >= until:
                return None
        return self._ready.pop(0)

    def _begin_anew(self) -> None:
        """The device was opened: what had begun before it went away never ends."""
        self._assembler.clear()

    @abstractmethod
    def _receive(self, wait: float) -> bytes:
        """What came within ``wait`` seconds, empty where nothing did. Raises ``TemporaryFault`` where the device is gone."""
