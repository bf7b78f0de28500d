"""Real processes on a card that cannot be used when they start: a page, an honest answer to each scan, and no restart by hand."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.cli.running import ask_running
from kiosk.domain import HealthLevel
from kiosk.settings.profile import read_profile
from tests.support.appliance import Workshop, assert_whole, people
from tests.support.cards import fill_up, small_card, unprotect, write_protect
from tests.support.processes import ROOT, eventually
from tests.support.running_kiosk import RunningKiosk

pytestmark = pytest.mark.process

SHIPPED = ("citizen_id", "self_check_in")
KEY = "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a10"


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Path]:
    with small_card(tmp_path / "card") as mounted:
        yield mounted


def ask(url: str, body: bytes | None = None, kind: str = "application/json") -> tuple[int, bytes]:
    request = urllib.request.Request(url, body, {"Content-Type": kind} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def journal_of(kiosk: RunningKiosk, profile: Path) -> Any:
    """What a technician's command hears of it; it understands the 503 as well."""
    port = int(kiosk.url.rpartition(":")[2])
    checks = {check.name: check for check in ask_running(read_profile(profile).core, port)}
    return checks["journal"]


def assert_out_of_service(kiosk: RunningKiosk, profile: Path, said: str) -> None:
    status, page = ask(f"{kiosk.url}/kiosk")
    assert status == 503
    for words in ("Máy tạm ngừng phục vụ", "This machine is out of service", "gặp nhân viên", "member of staff"):
        assert words in page.decode()
    assert said in page.decode()
    assert ask(f"{kiosk.url}/health")[0] == 503
    journal = journal_of(kiosk, profile)
    assert journal.level is HealthLevel.FAULT
    assert said in journal.text.en
    payload = next(people()).cccd_2021()
    for _ in range(2):
        answer = kiosk.scan(payload, KEY)
        assert (answer["key"], answer["decision"], answer["record"], answer["ticket"]) == (KEY, "refer", None, None)
        assert [finding["code"] for finding in answer["findings"]] == ["core.not_recorded.disk"]
    assert ask(f"{kiosk.url}/api/v1/scans", b"{}")[0] == 400
    assert ask(f"{kiosk.url}/api/v1/scans", b"\x89PNG", "image/png")[0] == 503
    for path in ("staff/", "recovery", "self_check_in/anything", "kiosk/poll?after=0", "api/openapi.json"):
        assert ask(f"{kiosk.url}/{path}")[0] == 503, path
    assert b'kiosk_health{check="journal"} 3.0' in ask(f"{kiosk.url}/metrics")[1]
    assert ask(f"{kiosk.url}/static/css/tokens.css")[0] == 200


def assert_recovers(kiosk: RunningKiosk, seq: int = 1) -> None:
    """By itself: the same process, the same address, plugins and all; the key that was refused before is free."""
    eventually(lambda: ask(f"{kiosk.url}/health")[0] == 200)
    assert kiosk.get("/health")["safe_mode"] is False
    answer = kiosk.scan(next(people()).cccd_2021(), KEY)
    assert (answer["decision"], answer["record"]["seq"]) == ("admit", seq)
    assert ask(f"{kiosk.url}/kiosk")[0] == 200


def test_a_full_card(workshop: Workshop, card: Path, tmp_path: Path) -> None:
    profile = workshop.profile(SHIPPED)
    fill_up(card / "ballast")
    with RunningKiosk(profile, card / "data", tmp_path / "log").start() as kiosk:
        assert_out_of_service(kiosk, profile, "The card is full.")
        (card / "ballast").unlink()
        assert_recovers(kiosk)
        assert "Traceback" not in kiosk.log()  # before the end: a request that the end cuts off may leave one
        assert kiosk.stop() == 0
    assert_whole(workshop.open(SHIPPED, data="card/data"))
    workshop.close()  # before the card is taken away


def test_a_card_that_has_room_for_the_marker_alone(workshop: Workshop, card: Path, tmp_path: Path) -> None:
    """Plugins are loaded by then, and the tables are begun: no half-made database may stand in the way later."""
    profile = workshop.profile(SHIPPED)
    fill_up(card / "ballast")
    with (card / "ballast").open("r+b") as ballast:
        ballast.truncate(ballast.seek(0, os.SEEK_END) - 64 * 1024)
    with RunningKiosk(profile, card / "data", tmp_path / "log").start() as kiosk:
        assert_out_of_service(kiosk, profile, "The card is full.")
        (card / "ballast").unlink()
        assert_recovers(kiosk)
        assert kiosk.stop() == 0
    assert_whole(workshop.open(SHIPPED, data="card/data"))
    workshop.close()


def test_a_card_that_is_write_protected(workshop: Workshop, card: Path, tmp_path: Path) -> None:
    profile, data = workshop.profile(SHIPPED), card / "data"
    with RunningKiosk(profile, data, tmp_path / "log").start() as before:
        before.scan(next(people(2)).cccd_2021(), "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a11")
        assert before.stop() == 0
    write_protect(card)
    with RunningKiosk(profile, data, tmp_path / "log").start() as kiosk:
        assert_out_of_service(kiosk, profile, "The card is write-protected.")
        unprotect(card)
        assert_recovers(kiosk, seq=2)
        assert kiosk.stop() == 0


def test_a_damaged_database(workshop: Workshop, tmp_path: Path) -> None:
    profile, data = workshop.profile(SHIPPED), tmp_path / "data"
    data.mkdir()
    database = data / "kiosk.sqlite3"
    database.write_bytes(b"no database" * 1000)
    with RunningKiosk(profile, data, tmp_path / "log").start() as kiosk:
        assert_out_of_service(kiosk, profile, "The data on the card is damaged.")
        assert database.read_bytes() == b"no database" * 1000  # what may be saved is not overwritten
        database.unlink()  # the technician moved it away
        assert_recovers(kiosk)
        assert kiosk.stop() == 0


def test_a_damaged_identity(workshop: Workshop, tmp_path: Path) -> None:
    profile, data = workshop.profile(SHIPPED), tmp_path / "data"
    with RunningKiosk(profile, data, tmp_path / "log").start() as before:
        assert before.stop() == 0
    key = (data / "identity" / "session.key").read_bytes()
    (data / "identity" / "session.key").write_bytes(b"")
    with RunningKiosk(profile, data, tmp_path / "log").start() as kiosk:
        assert_out_of_service(kiosk, profile, "The data on the card is damaged.")
        assert "session.key: damaged" in journal_of(kiosk, profile).text.en
        (data / "identity" / "session.key").write_bytes(key)
        assert_recovers(kiosk)


def test_a_card_that_neither_answers_nor_fails(workshop: Workshop, tmp_path: Path) -> None:
    """A pipe that nobody writes to stands for it: whoever opens it hangs."""
    profile, data = workshop.profile(SHIPPED), tmp_path / "data"
    with RunningKiosk(profile, data, tmp_path / "log").start() as before:
        assert before.stop() == 0
    names = data / "identity" / "writer.json"
    kept = names.read_bytes()
    names.unlink()
    os.mkfifo(names)
    profile.write_text(profile.read_text("utf-8").replace("[limits]", "[limits]\nopen_seconds = 0.2"), "utf-8")
    with RunningKiosk(profile, data, tmp_path / "log") as kiosk:
        kiosk.ready(opened=False)
        assert_out_of_service(kiosk, profile, "Where the data is kept has not answered since the start.")
        names.write_bytes(kept)
        assert_recovers(kiosk)
        assert kiosk.stop() == 0
    with RunningKiosk(profile, data, tmp_path / "log") as kiosk:  # it hangs again, and can be ended all the same
        kiosk.ready(opened=False)
        assert ask(f"{kiosk.url}/kiosk")[0] == 503
        assert kiosk.stop() == 0


def test_a_database_server_that_does_not_answer(workshop: Workshop, tmp_path: Path) -> None:
    """A platform's process waits for it, and says so to whoever asks; nobody is there to show a code."""
    pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    database = '[journal]\ndatabase = "postgresql://nobody@127.0.0.1:9/none"\n'
    profile = workshop.profile(["self_check_in"], sections=database, role="platform")
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log").start() as platform:
        status, page = ask(f"{platform.url}/")
        assert status == 503
        assert "The database server does not answer." in page.decode()
        assert "member of staff" not in page.decode()
        assert journal_of(platform, profile).level is HealthLevel.FAULT
        assert ask(f"{platform.url}/api/v1/scans", b"{}")[0] == 503
        assert ask(f"{platform.url}/national_platform/api/v1/anything")[0] == 503
        assert platform.stop() == 0
        assert "nobody" not in platform.log()  # who connects is nobody's business in a log


def test_it_ends_in_order_and_the_next_start_is_a_normal_one(workshop: Workshop, card: Path, tmp_path: Path) -> None:
    profile = workshop.profile(SHIPPED)
    fill_up(card / "ballast")
    with RunningKiosk(profile, card / "data", tmp_path / "log").start() as first:
        assert first.stop() == 0
    with RunningKiosk(profile, card / "data", tmp_path / "log").start() as second:
        second.kill()
    (card / "ballast").unlink()
    with RunningKiosk(profile, card / "data", tmp_path / "log").start() as third:
        assert third.get("/health")["safe_mode"] is False


def test_a_wrong_profile_ends_with_its_message_on_a_full_card_too(
    workshop: Workshop, card: Path, tmp_path: Path
) -> None:
    profile = workshop.profile(text='plugins = []\n[site]\nid = "test-site"\nnam = "x"\n')
    fill_up(card / "ballast")
    with RunningKiosk(profile, card / "data", tmp_path / "log") as kiosk:
        assert kiosk.wait() == 1
        assert "site.nam: no such setting" in kiosk.log()


def test_a_plugins_wrong_setting_ends_the_process_once_the_card_is_well(
    workshop: Workshop, card: Path, tmp_path: Path
) -> None:
    """Plugins are not loaded before; a technician is there to read it."""
    profile = workshop.profile(["citizen_id"], sections='[plugin.citizen_id]\nno_such_key = "x"\n')
    fill_up(card / "ballast")
    with RunningKiosk(profile, card / "data", tmp_path / "log").start() as kiosk:
        assert ask(f"{kiosk.url}/health")[0] == 503
        (card / "ballast").unlink()
        assert kiosk.wait() == 1
        assert "plugin.citizen_id.no_such_key: no such setting" in kiosk.log()


def test_the_service_manager_hears_that_it_is_ready_and_alive(workshop: Workshop, card: Path, tmp_path: Path) -> None:
    """Else systemd would end the start after two minutes, or by its watchdog, and stop trying after ten."""
    fill_up(card / "ballast")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        heard = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "400000"}
        log, data = tmp_path / "log", card / "data"
        with RunningKiosk(workshop.profile(SHIPPED), data, log, environment=heard).start() as kiosk:
            assert manager.recv(200) == b"READY=1\nSTATUS=out of service: full"
            assert {manager.recv(200) for _ in range(3)} == {b"WATCHDOG=1"}
            (card / "ballast").unlink()
            eventually(lambda: manager.recv(200) == b"STATUS=")
            assert manager.recv(200) == b"WATCHDOG=1"
            assert kiosk.stop() == 0


def test_a_start_needs_no_temporary_directory() -> None:
    """On a full or write-protected card there is none, and the standard library then raises when it is asked for one."""
    script = (
        "import tempfile\n"
        "def none(): raise FileNotFoundError('no usable temporary directory')\n"
        "tempfile.gettempdir = tempfile._get_default_tempdir = none\n"
        "import kiosk.cli.run, kiosk.web.out_of_service\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
