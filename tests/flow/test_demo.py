"""``kiosk demo`` as a newcomer starts it: whole processes, from the first word to Ctrl-C, and once more from the same data.

Everything comes up, enrolled, with an officer who may sign in; it is started as seldom as may be, since it is four appliances.
"""

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
import requests

from tests.support.processes import ROOT, START_SECONDS, eventually, levels

pytestmark = [pytest.mark.process, pytest.mark.timeout(1500)]


@contextmanager
def demo(data: Path, log: Path) -> Iterator[str]:
    """What it says until it is up. At the end it gets Ctrl-C, and must end well."""
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
        yield said
        process.send_signal(signal.SIGINT)
        assert process.wait(START_SECONDS) == 0, log.read_text("utf-8")
    finally:
        if process.poll() is None:  # a failed test: the demo ends what it has started, which a kill would leave behind
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(START_SECONDS)
        process.kill()
        process.wait()


def addresses(said: str) -> dict[str, str]:
    """What the demo calls a page -> its address."""
    return dict(re.findall(r"^  ([a-z ]+?)  +(http://\S+)", said, re.MULTILINE))


def base(address: str) -> str:
    return "/".join(address.split("/")[:3])


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
    found = levels(address)
    return bool(papers) and [found.get(name) for name in ("printer", "sync.contact", "sync.backlog")] == ["ok"] * 3


def sign_in(address: str, said: str) -> None:
    """The pad, the lanes, and a policy that is in force."""
    found = re.search(r"officer (\d+), PIN (\d+)", said)
    assert found
    with requests.Session() as browser:
        page = browser.get(address, timeout=120).text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"operator": found[1], "pin": found[2], "csrf_token": token, "next": "/checkpoint/"}
        lanes = browser.post(f"{base(address)}/staff/sign-in", data=form, timeout=120)
        assert "Chốt Cầu Giẽ" in lanes.text
    wanted = ("checkpoint.policy.demo_gate", "sync.enrolment")
    eventually(lambda: [levels(base(address)).get(name) for name in wanted] == ["ok", "ok"])


def test_people_get_paper_and_the_platform_hears_of_them_also_at_another_port(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "kiosk" / "identity").mkdir(parents=True)  # as a start leaves it that was cut short
    with demo(data, tmp_path / "first.log") as said:
        first = addresses(said)
        assert set(first) == {
            "kiosk screen", "printed tickets", "staff pages", "declare", "checkpoint", "vaccination",
            "ticket machine", "call board", "cards and vials", "slips of doses", "certificate", "platform counts", "platform staff",
        }  # fmt: skip
        for address in first.values():
            assert requests.get(address, timeout=120).status_code == 200, address
        sign_in(first["checkpoint"], said)
        kiosk, platform = base(first["kiosk screen"]), base(first["platform counts"])
        eventually(lambda: everything_arrived(data, kiosk))
        assert f"{platform}/staff/    (operator 100" in said  # the platform's staff pages, and who may sign in
        killed = the_kiosk(data)
        os.kill(killed, signal.SIGKILL)
        eventually(lambda: "kiosk is back, with its data" in (tmp_path / "first.log").read_text("utf-8"))
        assert the_kiosk(data) != killed
        eventually(lambda: everything_arrived(data, kiosk))
    for address in {base(address) for address in first.values()}:
        with pytest.raises(OSError):
            urllib.request.urlopen(address, timeout=120)
    before = len(list((data / "kiosk" / "receipts").glob("*.png")))
    with demo(data, tmp_path / "second.log") as said:
        second = addresses(said)
        assert base(second["platform counts"]) != platform
        eventually(lambda: len(list((data / "kiosk" / "receipts").glob("*.png"))) > before)
        eventually(lambda: everything_arrived(data, base(second["kiosk screen"])))
