"""Printers behind a device node such as ``/dev/usb/lp0``, and plain files that collect bytes. Linux and its kin.

Straight on the operating system: python-escpos's ``File`` opens for writing only, so it can ask no status, and hangs
in the write when the printer takes nothing.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import stat
import termios
from pathlib import Path

from hardware.printers.escpos_printer import PrinterUnreachableError


class DeviceNodeConnection:
    """An open node. Raises ``PrinterUnreachableError``: ``busy`` where another program has it, else ``offline``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._device = path.exists() and stat.S_ISCHR(path.stat().st_mode)
            flags = os.O_RDWR if self._device else os.O_WRONLY | os.O_CREAT | os.O_APPEND
            # without O_NONBLOCK a pipe without reader, or a printer without paper, would hold us for ever
            self._fd = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY, 0o600)
        except OSError as error:
            code = "busy" if error.errno == errno.EBUSY else "offline"
            raise PrinterUnreachableError(code, f"{path}: {error.strerror}") from error

    def write(self, data: bytes, timeout: float) -> int:
        """Send some of ``data``."""
        _, writable, _ = select.select([], [self._fd], [], timeout)
        if not writable:
            raise PrinterUnreachableError("timeout", "the printer stopped taking bytes")
        try:
            return os.write(self._fd, data)
        except OSError as error:
            raise PrinterUnreachableError("offline", f"{self._path}: {error.strerror}") from error

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds; a plain file says nothing."""
        if not self._device:
            return b""
        readable, _, _ = select.select([self._fd], [], [], timeout)
        if not readable:
            return b""
        try:
            return os.read(self._fd, 64)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise PrinterUnreachableError("offline", f"{self._path}: {error.strerror}") from error

    def close(self, discard: bool) -> None:
        """Close; what the kernel took is still delivered, except by a terminal where it is to be discarded."""
        if discard and self._device:
            with contextlib.suppress(OSError, termios.error):
                termios.tcflush(self._fd, termios.TCOFLUSH)
        os.close(self._fd)
