"""Scans that wait for an answer to a question, by key, in memory only.

So a page that asks needs not be told what the card says: it repeats the key with an empty payload. Forgotten after two
minutes, when the person leaves, and with the process.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from kiosk.domain import Scan


class AskedScans:
    """Safe from any thread."""

    def __init__(
        self, capacity: int = 64, seconds: float = 120.0, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = capacity
        self._seconds = seconds
        self._monotonic = monotonic
        self._scans: OrderedDict[UUID, tuple[float, Scan]] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, scan: Scan) -> None:
        with self._lock:
            self._sweep()
            self._scans[scan.key] = (self._monotonic() + self._seconds, scan)
            while len(self._scans) > self._capacity:
                self._scans.popitem(last=False)

    def complete(self, scan: Scan) -> Scan:
        """The scan that was asked about, where ``scan`` repeats its key without a payload; else ``scan`` itself."""
        if scan.payload or scan.raw:
            return scan
        with self._lock:
            self._sweep()
            known = self._scans.get(scan.key)
        return known[1] if known else scan

    def forget(self) -> None:
        """The person has gone."""
        with self._lock:
            self._scans.clear()

    def _sweep(self) -> None:
        now = self._monotonic()
        for key in [key for key, (until, _) in self._scans.items() if until <= now]:
            del self._scans[key]
