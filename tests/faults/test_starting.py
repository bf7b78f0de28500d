"""What counts as a start that died, and what does not: real processes."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path

import pytest

from tests.support.processes import get_json, kiosk
from tests.support.running_kiosk import RunningKiosk

pytestmark = pytest.mark.process

PROFILE = """
role = "kiosk"
plugins = ["citizen_id", "self_check_in"]
[site]
id = "start-site"
name = "Trạm thử nghiệm"
"""


@pytest.fixture
def device(tmp_path: Path) -> RunningKiosk:
    (tmp_path / "profile.toml").write_text(PROFILE, "utf-8")
    return RunningKiosk(tmp_path / "profile.toml", tmp_path / "data", tmp_path / "log")


def attempt(device: RunningKiosk, profile: Path | None = None, *more: str) -> subprocess.CompletedProcess[str]:
    command = kiosk("run", profile or device.profile, device.data)
    return subprocess.run([*command, *more], capture_output=True, text=True, check=False, timeout=180)


def in_safe_mode(device: RunningKiosk) -> bool:
    return bool(get_json(f"{device.url}/health")["safe_mode"])


def test_mistakes_of_the_technician_do_not_lead_to_safe_mode(device: RunningKiosk, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(PROFILE.replace("name =", "nam ="), "utf-8")
    assert "site.nam" in attempt(device, wrong).stderr
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        refused = attempt(device, None, "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "cannot be listened on" in refused.stderr
    assert "Traceback" not in refused.stderr
    for host in ("256.1.1.1", "no such name", "192.0.2.1"):  # the last one is an address, and not of this machine
        nowhere = attempt(device, None, "--host", host, "--port", "0")
        assert nowhere.returncode == 1
        assert host in nowhere.stderr
        assert "Traceback" not in nowhere.stderr

    device.start()
    assert not in_safe_mode(device)
    assert device.stop() == 0


def test_a_second_process_on_the_same_data_is_refused_and_harms_nothing(device: RunningKiosk) -> None:
    device.start()
    second = attempt(device, None, "--port", "0")
    assert second.returncode == 1
    assert "another process runs the appliance" in second.stderr
    assert not in_safe_mode(device)
    device.kill()

    device.start()  # the lock went with the process; the start itself had ended long before
    assert not in_safe_mode(device)
    device.stop()


def test_others_on_the_machine_cannot_read_the_data(device: RunningKiosk) -> None:
    device.start()
    device.stop()
    assert device.data.stat().st_mode & 0o077 == 0
