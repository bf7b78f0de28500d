"""``kiosk demo`` as a newcomer starts it: whole processes, from the first word to Ctrl-C, and once more from the same data."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.support.processes import ROOT, START_SECONDS, eventually, get_json

pytestmark = [pytest.mark.process, pytest.mark.timeout(600)]


@contextmanager
def demo(data: Path, log: Path) -> Iterator[dict[str, str]]:
    """The addresses that it prints. At the end it gets Ctrl-C, and must end well."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                sys.executable,
                "-u",
                "-m",
                "kiosk",
                "demo",
                "--port",
                "0",
                "--platform-port",
                "0",
                "--gate-port",
                "0",
                "--clinic-port",
                "0",
                "--data",
                str(data),
            ],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
    try:
        until = time.monotonic() + 2 * START_SECONDS
        while "Ctrl-C ends everything" not in (said := log.read_text("utf-8")):
            assert process.poll() is None, said
            assert time.monotonic() < until, said
            time.sleep(0.2)
        yield dict(re.findall(r"^  (\w+) \w+ +(http://127\.0\.0\.1:\d+)/", said, re.MULTILINE))
        process.send_signal(signal.SIGINT)
        assert process.wait(START_SECONDS) == 0, log.read_text("utf-8")
    finally:
        if process.poll() is None:  # a failed test: the demo ends what it has started, which a kill would leave behind
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(START_SECONDS)
        process.kill()
        process.wait()


def checks(address: str) -> dict[str, str]:
    return {check["name"]: check["level"] for check in get_json(f"{address}/health")["checks"]}


def the_kiosk(data: Path) -> int:
    """The process that runs the demo's kiosk."""
    wanted = [b"run", b"--data", str(data / "kiosk").encode()]
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended
        if all(word in words for word in wanted):
            return int(process.name)
    raise AssertionError("the demo's kiosk does not run")


def everything_arrived(data: Path, address: str) -> bool:
    papers = list((data / "kiosk" / "receipts").glob("*.png"))
    found = checks(address)
    return bool(papers) and found["printer"] == found["sync.contact"] == found["sync.backlog"] == "ok"


def test_people_get_paper_and_the_platform_hears_of_them_also_at_another_port(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "kiosk" / "identity").mkdir(parents=True)  # as a start leaves it that was cut short
    with demo(data, tmp_path / "first.log") as first:
        assert set(first) == {"kiosk", "printed", "staff", "call", "platform"}
        eventually(lambda: everything_arrived(data, first["kiosk"]), 120)
        with urllib.request.urlopen(f"{first['platform']}/national_platform/", timeout=20) as page:
            assert page.status == 200
        said = (tmp_path / "first.log").read_text("utf-8")
        assert f"{first['platform']}/staff/    (operator 100" in said  # the platform's staff pages, and who may sign in
        killed = the_kiosk(data)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: "kiosk is back, with its data" in (tmp_path / "first.log").read_text("utf-8"), 120)
        assert the_kiosk(data) != killed
        eventually(lambda: everything_arrived(data, first["kiosk"]), 120)
    for url in set(first.values()):
        with pytest.raises(OSError):
            urllib.request.urlopen(url, timeout=5)
    before = len(list((data / "kiosk" / "receipts").glob("*.png")))
    with demo(data, tmp_path / "second.log") as second:
        assert second["platform"] != first["platform"]
        eventually(lambda: len(list((data / "kiosk" / "receipts").glob("*.png"))) > before, 120)
        eventually(lambda: everything_arrived(data, second["kiosk"]), 120)
