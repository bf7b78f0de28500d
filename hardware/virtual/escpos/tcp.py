"""The virtual printer on the network: a raw TCP port, 9100 by custom. One connection at a time, as printers do."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading

from hardware.virtual.escpos.device import PrinterDevice


class VirtualPrinter:
    """Serves ``device`` on ``host``:``port`` (0: any free port, then see ``port``) from ``start`` until ``stop``."""

    def __init__(self, device: PrinterDevice, host: str = "127.0.0.1", port: int = 9100) -> None:
        self.device = device
        self.host = host
        self.port = port
        self._listener: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._wake: tuple[socket.socket, socket.socket] | None = None
        self._stopping = threading.Event()
        device.on_change(self._nudge)

    def start(self) -> None:
        """Listen. Raises ``OSError`` where the port is taken."""
        listener = socket.create_server((self.host, self.port), backlog=5)
        # printers have kilobytes, not the megabytes that a kernel would take for them
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._listener = listener
        self._wake = socket.socketpair()
        for end in self._wake:
            end.setblocking(False)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._serve, args=(listener, self._wake[0]), daemon=True)
        self._thread.name = "virtual-printer"
        self._thread.start()

    def stop(self) -> None:
        """Refuse connections, as a printer without power. May be started again; the port stays the same."""
        self._stopping.set()
        self._nudge()
        if self._thread:
            self._thread.join(5)
            self._thread = None
        if self._listener:
            self._listener.close()
            self._listener = None
        if self._wake:
            wake, self._wake = self._wake, None
            for end in wake:
                end.close()

    def _nudge(self) -> None:
        if self._wake:
            with contextlib.suppress(OSError):
                self._wake[1].send(b"!")

    def _serve(self, listener: socket.socket, wake: socket.socket) -> None:
        while self._wait(listener, wake):
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                try:
                    with connection:
                        connection.setblocking(True)
                        self._converse(connection, wake)
                finally:
                    self.device.disconnected()

    def _wait(self, source: socket.socket | None, wake: socket.socket, timeout: float | None = None) -> bool:
        """Sleep until ``source`` has something (True), or something changed; False once stopped."""
        with selectors.DefaultSelector() as selector:
            selector.register(wake, selectors.EVENT_READ)
            if source:
                selector.register(source, selectors.EVENT_READ)
            while not self._stopping.is_set():
                ready = {key.fileobj for key, _ in selector.select(timeout)}
                if wake in ready:
                    with contextlib.suppress(OSError):
                        wake.recv(4096)
                if self._stopping.is_set():
                    return False
                if source in ready or source is None or self.device.room() <= 0:
                    return True
        return False

    def _converse(self, connection: socket.socket, wake: socket.socket) -> None:
        def answer(status: bytes) -> None:
            with contextlib.suppress(OSError):
                connection.sendall(status)

        while not self._stopping.is_set():
            room = self.device.room()
            if room <= 0:  # not reading: wait for a better condition, or for the end
                self._wait(None, wake)
                continue
            if not self._wait(connection, wake):
                return
            room = self.device.room()
            if room <= 0:
                continue
            rate = self.device.condition.bytes_per_second
            data = connection.recv(min(room, max(rate // 20, 1)) if rate else room)
            if not data:
                return
            self.device.receive(data, answer)
            if rate:
                self._wait(None, wake, timeout=len(data) / rate)
