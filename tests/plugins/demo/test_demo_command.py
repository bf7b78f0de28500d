"""``kiosk demo`` as a new user starts it: platform, kiosk and checkpoint come up, enrolled, with an officer who may sign in."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.process


def test_everything_comes_up_and_the_officer_may_sign_in(tmp_path: Path) -> None:
    ports = ["--port", "0", "--platform-port", "0", "--gate-port", "0", "--clinic-port", "0"]
    command = [sys.executable, "-m", "kiosk", "demo", *ports, "--data", str(tmp_path / "data")]
    with (tmp_path / "demo.log").open("w+") as log:
        demo = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            said = until_said(demo, tmp_path / "demo.log", "Ctrl-C ends everything")
            addresses = dict(re.findall(r"^  ([a-z ]+?)  +(http://\S+)", said, re.MULTILINE))
            assert set(addresses) == {
                "kiosk screen", "printed tickets", "staff pages", "declare", "checkpoint", "vaccination",
                "ticket machine", "call board", "cards and vials", "slips of doses", "certificate", "platform counts", "platform staff",
            }  # fmt: skip
            for address in addresses.values():
                assert requests.get(address, timeout=120).status_code == 200, address
            found = re.search(r"officer (\d+), PIN (\d+)", said)
            assert found
            check_sign_in(addresses["checkpoint"], *found.groups())
        finally:
            demo.terminate()
            demo.wait(60)


def until_said(demo: subprocess.Popen[bytes], log: Path, words: str, seconds: float = 240) -> str:
    end = time.monotonic() + seconds
    while words not in (said := log.read_text("utf-8")):
        assert demo.poll() is None, said
        assert time.monotonic() < end, said
        time.sleep(0.2)
    return said


def check_sign_in(address: str, operator: str, pin: str) -> None:
    """The pad, the lanes, and a policy that is in force."""
    base = address.partition("/checkpoint/")[0]
    with requests.Session() as browser:
        page = browser.get(address, timeout=30).text
        token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        form = {"operator": operator, "pin": pin, "csrf_token": token, "next": "/checkpoint/"}
        lanes = browser.post(f"{base}/staff/sign-in", data=form, timeout=30)
        assert "Chốt Cầu Giẽ" in lanes.text
    checks = {one["name"]: one["level"] for one in requests.get(f"{base}/health", timeout=120).json()["checks"]}
    assert checks["checkpoint.policy.demo_gate"] == "ok"
    assert checks["sync.enrolment"] == "ok"
