"""``kiosk run`` ends when it is told to, whatever its thread that reads from clients is doing, and whoever is still connected."""

from __future__ import annotations

import http.client
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.running_kiosk import RunningKiosk

PROFILE = """role = "kiosk"
plugins = ["citizen_id", "self_check_in"]
[site]
id = "end"
name = "Điểm kết thúc"
[server]
host = "{host}"
"""

# the signal comes while the thread reads a request, and not, as nearly always, while it waits for one
SIGNAL_WHILE_READING = """
import signal
from waitress.channel import HTTPChannel

received = HTTPChannel.received

def received_and_told_to_end(self, data):
    if b"/told-to-end" in data:
        signal.raise_signal(signal.SIGTERM)
    return received(self, data)

HTTPChannel.received = received_and_told_to_end
"""


@pytest.mark.process
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_the_end_does_not_wait_for_a_client_that_keeps_its_connection(tmp_path: Path, host: str) -> None:
    (tmp_path / "sitecustomize.py").write_text(SIGNAL_WHILE_READING, "utf-8")
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE.format(host=host), "utf-8")
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log", python_path=tmp_path) as kiosk:
        kiosk.ready()
        name, port = kiosk.url.removeprefix("http://").rsplit(":", 1)
        kept = http.client.HTTPConnection(name, int(port), timeout=120)
        kept.request("GET", "/health")
        assert kept.getresponse().read()
        asking = http.client.HTTPConnection(name, int(port), timeout=120)
        with suppress(OSError, http.client.HTTPException):  # answered or not: the end comes
            asking.request("GET", "/told-to-end")
            asking.getresponse().read()
        assert kiosk.wait() == 0, kiosk.log()
        kept.close()
        asking.close()


@pytest.mark.process
def test_told_twice_it_ends_once(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE.format(host="127.0.0.1"), "utf-8")
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log") as kiosk:
        kiosk.ready()
        kiosk.process.terminate()
        kiosk.process.terminate()
        assert kiosk.wait() == 0, kiosk.log()
        assert "Traceback" not in kiosk.log()
