"""The signer as processes: set up by its commands, killed in the middle of its work, two at once; and a web process that holds no key."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.domain import Draft
from plugins.vaccination.models import CertificateRow
from plugins.vaccination.records import Dose, Person
from tests.support.appliance import Workshop, assert_whole
from tests.support.certificates import certificates, day, platform_of

PEOPLE = 1200
KILLS = 4

pytestmark = pytest.mark.process


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "kiosk", "vaccination", *map(str, words)]


def run(*words: str | Path, status: int = 0) -> str:
    """A command that nobody kills, in this process: another one would spend its time on starting."""
    done = CliRunner().invoke(main, ["vaccination", *map(str, words)])
    assert done.exit_code == status, done.output
    return done.stdout if status == 0 else done.stderr


def crowd(appliance: Appliance, count: int) -> list[str]:
    """So many people with one dose each."""
    citizens = [appliance.pseudonym(f"0010{number:08d}") for number in range(count)]
    given = day(appliance, 20)
    for start in range(0, count, 200):
        drafts: list[Draft] = []
        for citizen in citizens[start : start + 200]:
            drafts.append(Draft("vaccination.person", Person(name="Nguyễn Văn An", birth_date="1990-02-28"), citizen))
            body = Dose(product="AstraZeneca", lot="ABV1234", number=1, total=2, given_on=given)
            drafts.append(Draft("vaccination.dose", body, citizen))
        appliance.record(drafts)
    return citizens


def test_killed_again_and_again_and_two_at_once(workshop: Workshop, tmp_path: Path) -> None:
    """Nobody is certified twice, nobody is left out."""
    platform = platform_of(workshop)
    profile, data, keys = platform.profile.path, platform.data_dir, tmp_path / "keys"
    where = ("--profile", profile, "--data", data, "--keys", keys)
    run("signer", "init", *where)
    citizens = crowd(platform, PEOPLE)
    workshop.stop(platform)
    chance = random.Random(7)
    killed_at_work = 0
    for _ in range(KILLS):
        one = subprocess.Popen(
            command("signer", "run", "--any-clock", "--pause", "0.1", *where),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert one.stdout
        assert one.stdout.readline().startswith("signing for")
        time.sleep(chance.uniform(0.02, 0.35))
        one.send_signal(signal.SIGKILL)
        one.wait(120)
        one.stdout.close()
        platform = platform_of(workshop)
        count = len(certificates(platform))
        killed_at_work += count < PEOPLE
        workshop.stop(platform)
    assert killed_at_work, "the work was done before the first kill: make more people"
    both = [
        subprocess.Popen(command("signer", "run", "--any-clock", "--once", *where), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [one.communicate(timeout=120)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0], said
    platform = platform_of(workshop)
    rows = certificates(platform)
    assert len(rows) == PEOPLE
    assert {row.citizen for row in rows} == set(citizens)
    assert len({row.uvci for row in rows}) == PEOPLE
    with platform.session() as session:
        assert session.scalar(select(func.count(func.distinct(CertificateRow.dose)))) == PEOPLE
    assert_whole(platform)


def test_the_commands(workshop: Workshop, tmp_path: Path) -> None:
    platform = platform_of(workshop)
    profile, data, keys = platform.profile.path, platform.data_dir, tmp_path / "keys"
    here = ("--profile", profile, "--data", data)
    where = (*here, "--keys", keys)
    (citizen,) = crowd(platform, 1)
    workshop.stop(platform)
    assert "signer init" in run("signer", "run", "--once", "--any-clock", *where, status=1)
    assert "web process" in run("signer", "init", *here, "--keys", data / "keys", status=1)
    run("signer", "init", *where)
    assert "never replaced" in run("signer", "init", *where, status=1)
    assert run("signer", "run", "--once", "--any-clock", *where).strip() == "issued 1, revoked 0, blocked 0"
    run("signer", "roll", *where)
    found = json.loads(run("signer", "status", "--json", *where))
    assert (found["issued"], found["blocked"], len(found["keys"])) == (1, {}, 2)
    assert [key["signs_now"] for key in found["keys"]] == [True, False]
    assert sorted(key["kid_hex"] for key in found["keys"]) == found["keys_here"]
    year, month, day = found["keys"][0]["signs_until"].split("-")
    assert f" – {day}/{month}/{year}, verifies until " in run("signer", "status", *where)
    listed = json.loads(run("trust-list", *here))
    assert [key["alg"] for key in listed["keys"]] == ["ES256", "ES256"]
    # its file is what the project's verifier and its trust list take
    path = tmp_path / "trust.json"
    path.write_text(json.dumps(listed))
    platform = platform_of(workshop)
    (row,) = certificates(platform, citizen)
    workshop.stop(platform)
    read = CliRunner().invoke(main, ["read", row.payload, "--trust", str(path), "--json"])
    assert json.loads(read.stdout)["trust"] == "verified", read.output
    assert run("revoke", row.uvci, "--reason", "thử nghiệm", *here).strip() == "revoked"
    assert "already" in run("revoke", row.uvci, "--reason", "thử nghiệm", *here, status=1)
    stolen = found["keys"][0]["kid"]
    assert "1 people" in run("signer", "withdraw", stolen, *here)
    assert "no document signer's key" in run("signer", "run", "--once", "--any-clock", *where, status=1)
    assert "withdrawn" in run("signer", "status", *where)


def test_without_a_synchronised_clock_nothing_is_signed(workshop: Workshop, tmp_path: Path) -> None:
    """A real process asks the system; where that is synchronised it signs."""
    from kiosk.clock import SystemClock

    platform = platform_of(workshop)
    where = ("--profile", platform.profile.path, "--data", platform.data_dir, "--keys", tmp_path / "keys")
    crowd(platform, 1)
    workshop.stop(platform)
    run("signer", "init", *where)
    if SystemClock().trusted():
        assert "issued 1" in run("signer", "run", "--once", *where)
    else:
        assert "not synchronised" in run("signer", "run", "--once", *where, status=1)


def test_the_web_process_holds_no_key_and_opens_no_file_of_one(workshop: Workshop, tmp_path: Path) -> None:
    """In a process of its own: every page of certificates is asked for while each file that is opened is noted."""
    platform = platform_of(workshop)
    where = ("--profile", platform.profile.path, "--data", platform.data_dir, "--keys", tmp_path / "keys")
    crowd(platform, 1)
    workshop.stop(platform)
    run("signer", "init", *where)
    run("signer", "run", "--once", "--any-clock", *where)
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, str(platform.profile.path), str(platform.data_dir)],
        capture_output=True, text=True, timeout=120,
        env={**os.environ, "KIOSK_SIGNER_KEYS": str(tmp_path / "keys")},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["status"] == {
        "/vaccination/certificate": 200,
        "/vaccination/certificates": 303,
        "/vaccination/api/trust-list": 200,
    }
    assert found["loaded"] == []
    assert [path for path in found["opened"] if str(tmp_path / "keys") in path] == []
    assert any(path.endswith(".sqlite3") for path in found["opened"]) or found["opened"]


WATCHED = """
import json, sys
from pathlib import Path
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from kiosk.cli.loading import build
from kiosk.web.app import create_app
appliance = build(sys.argv[1], Path(sys.argv[2]))
appliance.open()
appliance.start()
client = create_app(appliance).test_client()
status = {}
for path in ("/vaccination/certificate", "/vaccination/certificates", "/vaccination/api/trust-list"):
    status[path] = client.get(path).status_code
page = client.get("/vaccination/certificate").text
token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
for path in ("", "/pdf"):
    client.post("/vaccination/certificate" + path, data={"csrf_token": token, "code": "VNV1:AAA", "birth": "1990"})
appliance.health()
appliance.stop()
loaded = [name for name in sys.modules if name.startswith("plugins.vaccination.certificate.signer")]
print(json.dumps({"status": status, "opened": opened, "loaded": loaded}))
"""
