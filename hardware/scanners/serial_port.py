"""Scanners on a serial port or USB CDC, through pyserial: the way that keeps every byte. Knows no keyboard scanners."""

from __future__ import annotations

import errno
import select
import termios
import time
from collections.abc import Callable
from pathlib import Path

import serial

from hardware.scanners.base import GAP, LONGEST
from hardware.scanners.stream import StreamScanner
from hardware.supervise import PermanentFault, TemporaryFault

BY_ID = Path("/dev/serial/by-id")


class SerialScanner(StreamScanner):
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
        super().__init__(name, gap=gap, longest=longest, clock=clock)
        self._path = path
        self._baud = baud
        self._port: serial.Serial | None = None

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
        except (OSError, termios.error) as error:
            # the plug came out while the port was being set up: a loose one does so, and is in again at the next attempt
            raise TemporaryFault("unplugged") from error
        except ValueError as error:
            raise PermanentFault("unusable", "the port does not take these settings") from error
        self._begin_anew()

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
