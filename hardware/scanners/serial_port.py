"""Scanners on a serial port or USB CDC, through pyserial: the way that keeps every byte. Knows no keyboard scanners."""

from __future__ import annotations

import errno
import select
import time
from collections.abc import Callable
from pathlib import Path

import serial

from hardware.scanners.base import GAP, LONGEST, Assembler
from hardware.supervise import PermanentFault, TemporaryFault

BY_ID = Path("/dev/serial/by-id")


class SerialScanner:
    """A scanner at a stable path below ``/dev/serial/by-id`` (or a fixed port such as ``/dev/ttyS0``)."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        baud: int = 9600,
        gap: float = GAP,
        longest: int = LONGEST,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._path = path
        self._baud = baud
        self._clock = clock
        self._gap = gap
        self._assembler = Assembler(gap, longest)
        self._ready: list[bytes] = []
        self._port: serial.Serial | None = None

    @property
    def overlong(self) -> int:
        return self._assembler.overlong

    def open(self) -> None:
        self.close()
        if not self._path.exists():
            raise TemporaryFault("unplugged")
        try:
            self._port = serial.Serial(str(self._path), self._baud, timeout=0, exclusive=True)
        except serial.SerialException as error:
            # Also "not permitted" is temporary: the device appears a moment before udev sets its group.
            code = "not_permitted" if error.errno in (errno.EACCES, errno.EPERM) else "busy"
            raise TemporaryFault(code, "the port cannot be opened") from error
        except (ValueError, OSError) as error:
            raise PermanentFault("unusable", "the port does not take these settings") from error
        self._assembler.clear()

    def read(self, wait: float) -> bytes | None:
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

    def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            try:
                port.close()
            except OSError:
                return

    def _receive(self, wait: float) -> bytes:
        if self._port is None:
            raise TemporaryFault("not_open")
        try:
            if not select.select([self._port.fileno()], [], [], wait)[0]:
                return b""
            data = bytes(self._port.read(self._port.in_waiting))
        except (serial.SerialException, OSError) as error:
            raise TemporaryFault("unplugged") from error
        if not data:  # readable and empty: the other end is gone
            raise TemporaryFault("unplugged")
        return data
