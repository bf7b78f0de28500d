"""One scanner as a source of scans: waits for payloads and delivers them. Supervised; interprets no payload."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from hardware.scanners.base import Scanner, describe
from hardware.supervise import Backoff, Condition, Supervised
from kiosk.plugin import DecodedCode

log = logging.getLogger(__name__)

WAIT = 0.5  # seconds per read: how soon a stop is noticed


class ScannerSource:
    """A ``kiosk.plugin.ScanSource`` named ``scanner:<name>``."""

    def __init__(self, scanner: Scanner, *, backoff: Backoff | None = None) -> None:
        self.name = f"scanner:{scanner.name}"
        self.scanner = scanner
        self._deliver: Callable[[DecodedCode], None] | None = None
        self._worker = Supervised(self.name, self._work, backoff=backoff or Backoff(longest=4.0), stall_after=15.0)

    def start(self, deliver: Callable[[DecodedCode], None]) -> None:
        self._deliver = deliver
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop(2.0)

    def retry(self) -> None:
        """Try a failed scanner again now."""
        self._worker.retry()

    def condition(self) -> Condition:
        return self._worker.condition()

    def _work(self, stop: threading.Event) -> None:
        self.scanner.open()
        try:
            while not stop.is_set():
                payload = self.scanner.read(WAIT)
                self._worker.beat()
                if payload:
                    self._hand_over(payload)
        finally:
            self.scanner.close()

    def _hand_over(self, payload: bytes) -> None:
        text, raw, symbology = describe(payload)
        if self._deliver is None or not raw:
            return
        try:
            self._deliver(DecodedCode(text=text, raw=raw, symbology=symbology))
        except Exception as error:  # noqa: BLE001 - the scanner must outlive whatever becomes of one scan
            log.error("%s: a scan could not be handed over: %s", self.name, type(error).__name__)
        self._worker.beat()
