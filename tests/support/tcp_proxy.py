"""A TCP relay that tests cut: all at once, or in the middle of a transfer. And an address that stays while who is there comes and goes."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

from tests.support.running_kiosk import RunningKiosk


class TcpProxy:
    """Relays 127.0.0.1:``port`` to ``target()``, which may change. ``close`` ends it."""

    def __init__(self, target: Callable[[], tuple[str, int]]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._down = False
        self._left: int | None = None  # bytes that still pass before everything is severed
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """No connection lives or comes about until ``heal``."""
        self._down = True
        self._sever()

    def sever_after(self, size: int) -> None:
        """Every connection breaks once so many more bytes, in both directions together, have passed."""
        with self._lock:
            self._left = size

    def heal(self) -> None:
        with self._lock:
            self._left = None
        self._down = False

    def close(self) -> None:
        self.cut()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(120)

    def _sever(self) -> None:
        with self._lock:
            victims, self._open = self._open, set()
        for one in victims:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self._down:
                near.close()
                continue
            try:
                far = socket.create_connection(self._target(), timeout=120)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._open |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(target=self._relay, args=(source, sink), daemon=True).start()

    def _relay(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(4096):
                sink.sendall(self._allowed(piece))
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
            with self._lock:
                self._open.discard(one)

    def _allowed(self, piece: bytes) -> bytes:
        with self._lock:
            if self._left is None:
                return piece
            passed, self._left = piece[: self._left], max(0, self._left - len(piece))
            over = self._left == 0
        if over:
            self._sever()
        return passed


def line_to(at: RunningKiosk) -> TcpProxy:
    """An address for ``at`` that is known before it runs, and the same when it was started anew at another port."""

    def target() -> tuple[str, int]:
        port = urlsplit(at.url).port
        if port is None:
            raise ConnectionRefusedError("it has not run yet")
        return "127.0.0.1", port

    return TcpProxy(target)
