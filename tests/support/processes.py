"""Commands of ``kiosk``, and the HTTP and waiting that tests of its processes need; the processes are in running_kiosk.py."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from kiosk.cli import main

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0  # on a machine that runs two test suites at once


def kiosk(command: str, profile: Path, data: Path) -> list[str]:
    return [sys.executable, "-m", "kiosk", *command.split(), "--profile", str(profile), "--data", str(data)]


def run(arguments: Sequence[str], given: str | None = None) -> str:
    """The output of a command of ``kiosk``, which is not started as a process: that would take longer than what it does.

    Fails the test with the command's words where it fails.
    """
    words = list(arguments)[3:]  # python -m kiosk
    done = CliRunner().invoke(main, words, input=given)
    assert done.exit_code == 0, f"{words}: {done.output[-1500:]}{done.exception!r}"
    return done.stdout


def get_json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=120) as answer:
        return json.load(answer)


def levels(url: str) -> dict[str, str]:
    """The health checks of the appliance at ``url`` by name: the level, or "pending" while the first look is still awaited."""
    checks = get_json(f"{url}/health")["checks"]
    return {check["name"]: "pending" if check["pending"] else check["level"] for check in checks}


def post_json(url: str, data: Any) -> Any:
    request = urllib.request.Request(
        url, data=json.dumps(data).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


def eventually(what: Any, seconds: float = 120.0) -> Any:
    """Call until it returns something true; that value. Fails with the last value."""
    until = time.monotonic() + seconds
    while True:
        value = what()
        if value:
            return value
        assert time.monotonic() < until, f"did not come about within {seconds:.0f} s; last: {value!r}"
        time.sleep(0.1)
