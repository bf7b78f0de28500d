"""Printers on a serial line or a USB-to-serial adapter, through pyserial.

Not through python-escpos's ``Serial``: it has no write time-out, and its ``close`` waits for ever for a printer that
takes no more bytes.
"""

from __future__ import annotations

import contextlib
import termios
import time
from typing import Literal

import serial

from hardware.printers.escpos_printer import PrinterUnreachableError

Flow = Literal["none", "xonxoff", "rtscts", "dsrdtr"]
DRAIN = 10.0  # seconds that closing waits for the bytes still in the kernel's buffer


class SerialConnection:
    """An open line, 8N1. Raises ``PrinterUnreachableError``."""

    def __init__(self, device: str, baud: int = 9600, flow: Flow = "none") -> None:
        try:
            self._line = serial.Serial(
                device,
                baud,
                exclusive=True,
                xonxoff=flow == "xonxoff",
                rtscts=flow == "rtscts",
                dsrdtr=flow == "dsrdtr",
            )
        except (OSError, ValueError, termios.error) as error:
            busy = "lock" in str(error)
            raise PrinterUnreachableError("busy" if busy else "offline", f"{device}: cannot be opened") from error
        # a step of one second's bytes: long enough to be few, short enough to notice a stall
        self._step = max(baud // 10, 64)

    def write(self, data: bytes, timeout: float) -> int:
        """Send some of ``data``."""
        try:
            self._line.write_timeout = timeout + 1.0
            return int(self._line.write(data[: self._step]) or 0)
        except serial.SerialTimeoutException as error:
            raise PrinterUnreachableError("timeout", "the printer stopped taking bytes") from error
        except (OSError, termios.error) as error:
            raise PrinterUnreachableError("offline", "the serial line is gone") from error

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds."""
        try:
            self._line.timeout = timeout
            first = self._line.read(1)
            return bytes(first + self._line.read(self._line.in_waiting)) if first else b""
        except (OSError, termios.error) as error:
            raise PrinterUnreachableError("offline", "the serial line is gone") from error

    def close(self, discard: bool) -> None:
        """Wait a little for the last bytes, unless they are to be discarded; give up the others, and close."""
        with contextlib.suppress(OSError, termios.error):
            until = time.monotonic() + DRAIN
            while not discard and self._line.out_waiting and time.monotonic() < until:
                time.sleep(0.02)
            self._line.reset_output_buffer()
        with contextlib.suppress(OSError, termios.error):
            self._line.close()
