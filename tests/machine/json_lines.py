"""JSON, one value a line, over a Unix socket: how QEMU's monitor (QMP) and the guest agent are spoken to. Knows no command."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from pathlib import Path
from typing import Any


class NoAnswerError(Exception):
    """The other side said nothing in time, or is gone."""


class JsonLines:
    """One connection. A call sends one request and waits for its answer; what else arrives (events, greetings) is passed over."""

    def __init__(self, path: Path, patience: float) -> None:
        """Connects to ``path``, which may appear within ``patience`` seconds."""
        until = time.monotonic() + patience
        while True:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                self._socket.connect(str(path))
                break
            except OSError as error:
                self._socket.close()
                if time.monotonic() > until:
                    raise NoAnswerError(f"{path}: {error}") from error
                time.sleep(0.05)
        self._received = b""

    def call(self, request: dict[str, Any], patience: float = 120.0) -> Any:
        """The answer's ``return``. Raises ``RuntimeError`` with the other side's words where it is an error."""
        try:
            self._socket.settimeout(patience)
            self._socket.sendall(json.dumps(request).encode() + b"\n")
        except OSError as error:
            raise NoAnswerError(str(error)) from error
        until = time.monotonic() + patience
        while time.monotonic() < until:
            answer = self._next(until - time.monotonic())
            if "error" in answer:
                raise RuntimeError(f"{request.get('execute')}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise NoAnswerError(f"no answer to {request.get('execute')}")

    def _next(self, patience: float) -> dict[str, Any]:
        while b"\n" not in self._received:
            try:
                self._socket.settimeout(max(patience, 0.01))
                more = self._socket.recv(65536)
            except OSError as error:
                raise NoAnswerError(str(error)) from error
            if not more:
                raise NoAnswerError("the connection was closed")
            self._received += more
        line, self._received = self._received.split(b"\n", 1)
        answer: dict[str, Any] = json.loads(line.lstrip(b"\xff") or b"{}")  # the agent marks a fresh start by 0xFF
        return answer

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.close()
