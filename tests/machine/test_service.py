"""The shipped systemd unit in a real Debian: what it forbids is nothing that the appliance needs, and it keeps it alive."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import pytest

from tests.machine.guest import SOURCE, Guest
from tests.machine.image import Image
from tests.machine.qemu import Machine, throwaway
from tests.support.appliance import people
from tests.support.engine_pictures import qr

START = 2400  # seconds: an emulated processor makes the tables and imports everything in minutes
UNIT = "/etc/systemd/system/kiosk.service"
PROFILE = """
role = "kiosk"
plugins = ["qr_scanning", "citizen_id", "self_check_in"]
[site]
id = "service-test"
name = "Điểm thử"
lane = "A"
[plugin.qr_scanning]
cameras = []
"""
# the unit as it is shipped, but for the time in which this processor can start it
PATIENT = f"[Service]\nTimeoutStartSec={START}\n"
ASK = """
import sys, urllib.request as u
body = sys.stdin.buffer.read()
asked = u.Request("http://127.0.0.1:8080" + sys.argv[1], body or None, {"Content-Type": sys.argv[2]} if body else {})
print(u.urlopen(asked, timeout=600).read().decode())
"""


class Service:
    """The unit, as a technician sees it."""

    def __init__(self, guest: Guest) -> None:
        self.guest = guest

    def show(self, name: str) -> str:
        return self.guest.run(f"systemctl show kiosk --property {name} --value").strip()

    def begins_again(self, before: str) -> None:
        """Wait until another process than ``before`` answers."""
        condition = f'[ "$(systemctl show kiosk -p MainPID --value)" != {before} ] && systemctl is-active --quiet kiosk'
        self.guest.holds(condition, START)

    def ask(self, path: str, body: bytes = b"", kind: str = "application/json") -> Any:
        """What the appliance answers to a request from the machine itself."""
        self.guest.run(f"cat > /tmp/ask.py <<'END'{ASK}END")
        self.guest.run(f"echo '{base64.b64encode(body).decode()}' | base64 -d > /tmp/body")
        return json.loads(self.guest.run(f"python3 /tmp/ask.py '{path}' {kind} < /tmp/body", 900.0))


@pytest.fixture(scope="module")
def service(image: Image, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A Debian with all its services, and the appliance installed as the technician's guide says."""
    disks = [throwaway(image.ready), throwaway(source)]
    machine = Machine(image, disks, tmp_path_factory.mktemp("service"), boot="")
    guest = machine.guest
    try:
        guest.holds("systemctl is-system-running | grep -Eq 'running|degraded'", START)
        guest.run("useradd --system --home-dir /var/lib/kiosk kiosk && mkdir -p /etc/kiosk")
        guest.run(f"cat > /etc/kiosk/site.toml <<'END'{PROFILE}END")
        guest.run(f"cp {SOURCE}/config/systemd/kiosk.service {UNIT} && mkdir {UNIT}.d")
        guest.run(f"printf '{PATIENT}' > {UNIT}.d/patient.conf && systemctl daemon-reload")
        yield Service(guest)
    finally:
        machine.cut_power()


def test_it_starts_tells_that_it_is_ready_and_serves_under_all_that_the_unit_forbids(service: Service) -> None:
    service.guest.run("systemctl enable --now kiosk", START)  # returns when READY=1 was told
    assert (service.show("ActiveState"), service.show("SubState")) == ("active", "running")
    assert service.ask("/health")["safe_mode"] is False
    crowd = people()
    typed = {"payload": next(crowd).cccd_2021()}
    said = service.ask("/api/v1/scans", json.dumps(typed).encode())
    assert (said["decision"], said["record"]["seq"] > 0) == ("admit", True)
    # a picture goes through OpenCV, zxing-cpp and their threads
    picture = cv2.imencode(".png", qr(next(crowd).cccd_2021()))[1].tobytes()
    said = service.ask("/api/v1/scans", picture, "image/png")
    assert said["decision"] == "admit"
    of = f"/proc/{service.show('MainPID')}/status"
    assert set(service.guest.run(f"awk '/^Cap(Prm|Eff|Bnd|Amb)/ {{ print $2 }}' {of}").split()) == {"0" * 16}
    assert service.guest.run(f"awk '/^Uid/ {{ print $2 }}' {of} | xargs getent passwd").startswith("kiosk:")
    assert service.guest.run("stat -c '%U %a' /var/lib/kiosk/kiosk.sqlite3").split() == ["kiosk", "600"]


def test_a_process_that_was_killed_comes_again_with_its_journal(service: Service) -> None:
    before = service.show("MainPID")
    service.guest.run("systemctl kill --signal=KILL kiosk")
    service.begins_again(before)
    assert service.ask("/health")["safe_mode"] is False
    service.guest.run(
        "setpriv --reuid kiosk --regid kiosk --clear-groups /opt/kiosk/venv/bin/kiosk journal verify"
        " --profile /etc/kiosk/site.toml --data /var/lib/kiosk",
        START,
    )


def test_a_process_that_stands_still_is_ended_by_the_watchdog_and_comes_again(service: Service) -> None:
    before = service.show("MainPID")
    service.guest.run(f"kill -STOP {before}")
    service.begins_again(before)
    assert "watchdog" in service.guest.run("journalctl -u kiosk --no-pager").lower()
    assert service.ask("/health")["safe_mode"] is False


def test_it_ends_when_it_is_told_to(service: Service) -> None:
    service.guest.run("systemctl stop kiosk", START)
    assert (service.show("ActiveState"), service.show("Result")) == ("inactive", "success")
