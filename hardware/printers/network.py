"""Network printers: raw TCP, port 9100 by custom.

Straight on a socket: python-escpos's ``Network`` sends a job in one blocking call and cannot tell how far it got.
"""

from __future__ import annotations

import contextlib
import socket
import struct

from hardware.printers.escpos_printer import PrinterUnreachableError

SEND_BUFFER = 8192  # bytes


class NetworkConnection:
    """An open TCP connection. Raises ``PrinterUnreachableError`` where there is none to be had."""

    def __init__(self, host: str, port: int = 9100, timeout: float = 3.0) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout)
        except TimeoutError as error:
            raise PrinterUnreachableError("offline", f"{host}:{port} does not answer") from error
        except OSError as error:
            raise PrinterUnreachableError("offline", f"{host}:{port}: {error.strerror or error}") from error
        # the kernel would take megabytes at once; so it is known, within this much, what the printer took
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)

    def write(self, data: bytes, timeout: float) -> int:
        """Send some of ``data``."""
        self._socket.settimeout(timeout)
        try:
            return self._socket.send(data)
        except TimeoutError as error:
            raise PrinterUnreachableError("timeout", "the printer stopped taking bytes") from error
        except OSError as error:
            raise PrinterUnreachableError("offline", f"connection lost: {error.strerror}") from error

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds."""
        self._socket.settimeout(timeout)
        try:
            received = self._socket.recv(64)
        except (TimeoutError, BlockingIOError):
            return b""
        except OSError as error:
            raise PrinterUnreachableError("offline", f"connection lost: {error.strerror}") from error
        if not received:
            raise PrinterUnreachableError("offline", "the printer closed the connection")
        return received

    def close(self, discard: bool) -> None:
        """Close; what was sent is still delivered, unless it is to be discarded."""
        if discard:
            with contextlib.suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket.close()
            return
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
