"""A driver that listens inside the virtual machine, seen from outside; see inside/listen.py."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.machine.guest import Guest

Line = dict[str, Any]


class Listening:
    """The product's driver on one device, from ``with`` to its end."""

    def __init__(self, guest: Guest, kind: str, path: str, name: str = "listening") -> None:
        self._guest = guest
        self._out = f"/tmp/{name}.jsonl"
        self._command = guest.program("listen", self._out, kind, path)

    def __enter__(self) -> Listening:
        self._number = self._guest.start(self._command)
        return self

    def __exit__(self, *_: object) -> None:
        self._guest.run(f"rm {self._out}")
        ended = self._guest.wait(self._number)
        assert ended.status == 0, ended.errors

    def lines(self) -> list[Line]:
        """What has happened until now."""
        said = self._guest.run(f"cat {self._out} 2>/dev/null || true")
        return [json.loads(line) for line in said.splitlines()]

    def until(self, true: Callable[[list[Line]], bool], patience: float = 600.0) -> list[Line]:
        """Wait for something to have happened."""
        limit = time.monotonic() + patience
        while not true(lines := self.lines()):
            assert time.monotonic() < limit, f"did not happen; what did: {lines}"
            time.sleep(0.2)
        return lines

    def opened(self, times: int) -> None:
        """Wait until the device has been opened that often."""
        self.until(lambda lines: sum(line["event"] == "open" for line in lines) >= times)

    def fault(self, code: str) -> None:
        """Wait until the driver has raised this fault."""
        self.until(lambda lines: any(line["event"] == "fault" and line["code"] == code for line in lines))

    def payloads(self, count: int) -> list[bytes]:
        """Wait for that many payloads; all that came."""
        lines = self.until(lambda lines: sum(line["event"] == "payload" for line in lines) >= count)
        return [bytes.fromhex(line["raw"]) for line in lines if line["event"] == "payload"]
