"""The virtual printer on a serial cable: a pseudo-terminal whose ``path`` a serial driver opens. Not for Windows."""

from __future__ import annotations

import contextlib
import os
import select
import threading
import tty

from hardware.virtual.escpos.device import PrinterDevice


class VirtualSerialPrinter:
    """Serves ``device`` on a pseudo-terminal from ``start`` until ``stop``."""

    def __init__(self, device: PrinterDevice) -> None:
        self.device = device
        self.path = ""
        self._master = self._slave = -1
        self._wake: tuple[int, int] | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        device.on_change(self._nudge)

    def start(self) -> None:
        """Make the terminal; ``path`` is valid from now on. Raises ``OSError`` where the system has none left."""
        self._master, self._slave = os.openpty()
        # the printer's own end stays open, so that a client that closes does not hang up the line
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)
        self._wake = os.pipe()
        self._stopping.clear()
        self._thread = threading.Thread(target=self._serve, args=(self._wake[0],), daemon=True)
        self._thread.name = "virtual-serial-printer"
        self._thread.start()

    def stop(self) -> None:
        """Pull the cable: the path is gone."""
        self._stopping.set()
        self._nudge()
        if self._thread:
            self._thread.join(5)
            self._thread = None
        wake, self._wake = self._wake or (), None
        for end in (*wake, self._master, self._slave):
            if end >= 0:
                os.close(end)
        self._master = self._slave = -1

    def _nudge(self) -> None:
        if self._wake:
            with contextlib.suppress(OSError):
                os.write(self._wake[1], b"!")

    def _answer(self, status: bytes) -> None:
        with contextlib.suppress(OSError):
            os.write(self._master, status)

    def _serve(self, wake: int) -> None:
        while not self._stopping.is_set():
            room = self.device.room()
            ready, _, _ = select.select([wake, self._master] if room > 0 else [wake], [], [])
            if wake in ready:
                os.read(wake, 4096)
                continue
            rate = self.device.condition.bytes_per_second
            try:
                data = os.read(self._master, min(room, max(rate // 20, 1)) if rate else room)
            except OSError:
                return
            self.device.receive(data, self._answer)
            if rate:
                select.select([wake], [], [], len(data) / rate)
