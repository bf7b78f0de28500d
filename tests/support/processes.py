"""Real ``kiosk`` processes for tests: start, wait for the address, end or kill."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

START_SECONDS = 90.0  # on a machine that runs two test suites at once


class Kiosk:
    """One ``kiosk run`` process on a profile file and a data directory."""

    def __init__(self, profile: Path, data: Path, log: Path) -> None:
        self.profile = profile
        self.data = data
        self.url = ""
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> Kiosk:
        with self._log.open("ab") as log:
            begin = log.tell()
            self._process = subprocess.Popen(
                [*kiosk("run", self.profile, self.data), "--port", "0", *more],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            for line in self._log.read_bytes()[begin:].splitlines():
                if line.startswith(b"http://"):
                    self.url = line.decode().strip().rstrip("/")
                    return self
            time.sleep(0.05)
        raise AssertionError(f"the process did not start:\n{self._log.read_text('utf-8', 'replace')[-3000:]}")

    def log(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def kill(self) -> None:
        """As when the power goes."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(30)

    def stop(self) -> int:
        """End it in order; its exit status."""
        if self._process is None or self._process.poll() is not None:
            return self._process.returncode if self._process else 0
        self._process.terminate()
        return self._process.wait(30)


def kiosk(command: str, profile: Path, data: Path) -> list[str]:
    return [sys.executable, "-m", "kiosk", *command.split(), "--profile", str(profile), "--data", str(data)]


def run(arguments: Sequence[str], given: str | None = None) -> str:
    """A command's output; fails the test with its words where it fails."""
    done = subprocess.run(arguments, input=given, capture_output=True, text=True, check=False, timeout=START_SECONDS)
    assert done.returncode == 0, f"{arguments[2:5]}: {done.stdout[-800:]}{done.stderr[-1500:]}"
    return done.stdout


def get_json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.load(answer)


def post_json(url: str, data: Any) -> Any:
    request = urllib.request.Request(
        url, data=json.dumps(data).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.load(answer)


def eventually(what: Any, seconds: float = 60.0) -> Any:
    """Call until it returns something true; that value. Fails with the last value."""
    until = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < until, f"did not come about within {seconds:.0f} s; last: {value!r}"
        time.sleep(0.1)
