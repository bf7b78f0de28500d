"""Commands inside the virtual machine, by QEMU's own guest agent (qemu-ga, Debian's package). Opens no device itself."""

from __future__ import annotations

import base64
import shlex
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.machine.json_lines import JsonLines, NoAnswerError

PYTHON = "/opt/kiosk/venv/bin/python"
SOURCE = "/opt/kiosk/current"


@dataclass(frozen=True)
class Ended:
    """A command that came to its end."""

    status: int
    out: str
    errors: str


class Guest:
    """The guest agent's connection. Raises ``NoAnswerError`` when the guest does not answer in time."""

    def __init__(self, socket: Path, patience: float) -> None:
        """Waits up to ``patience`` seconds for the guest to be up."""
        until = time.monotonic() + patience
        self._agent = JsonLines(socket, patience)
        while True:
            try:
                # a number of its own tells this answer from those to earlier questions
                asked = time.monotonic_ns() % 2**31
                if self._call("guest-sync", 2.0, id=asked) == asked:
                    return
            except NoAnswerError:
                if time.monotonic() > until:
                    raise
                self._agent.close()
                self._agent = JsonLines(socket, 10.0)

    def close(self) -> None:
        """Give the connection back."""
        self._agent.close()

    def _call(self, command: str, patience: float = 120.0, **arguments: Any) -> Any:
        return self._agent.call({"execute": command, "arguments": arguments}, patience)

    def start(self, command: str) -> int:
        """Begin a shell command; its number."""
        return int(self._call("guest-exec", path="/bin/sh", arg=["-c", command], **{"capture-output": True})["pid"])

    def ended(self, number: int) -> Ended | None:
        """How a command that was begun has ended; None while it runs. Can be asked once."""
        state = self._call("guest-exec-status", pid=number)
        if not state["exited"]:
            return None
        out, errors = (
            base64.b64decode(state.get(key, "")).decode(errors="replace") for key in ("out-data", "err-data")
        )
        return Ended(state.get("exitcode", -state.get("signal", 0)), out, errors)

    def wait(self, number: int, patience: float = 120.0) -> Ended:
        """The end of a command that was begun."""
        until = time.monotonic() + patience
        while (end := self.ended(number)) is None:
            if time.monotonic() > until:
                raise NoAnswerError(f"command {number} has not ended within {patience:.0f} s")
            time.sleep(0.1)
        return end

    def run(self, command: str, patience: float = 120.0) -> str:
        """A shell command's output. Raises ``AssertionError`` with its words where it fails."""
        end = self.wait(self.start(command), patience)
        assert end.status == 0, f"{command}\nstatus {end.status}\n{end.out[-3000:]}{end.errors[-3000:]}"
        return end.out

    def holds(self, condition: str, patience: float = 120.0) -> None:
        """Wait until a shell condition is true."""
        until = time.monotonic() + patience
        while self.wait(self.start(condition)).status != 0:
            assert time.monotonic() < until, f"never true: {condition}"
            time.sleep(0.1)

    def program(self, module: str, *arguments: str) -> str:
        """The command line of one of the programs in ``tests/machine/inside``."""
        return f"cd {SOURCE} && exec {PYTHON} -m tests.machine.inside.{module} {shlex.join(arguments)}"
