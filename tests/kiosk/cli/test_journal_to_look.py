"""``kiosk journal status|verify|export`` change nothing, also beside a running appliance and on a card that cannot be written;
``replay|import|redact`` do not run beside one."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal.jobs import NotRecorded
from kiosk.plugin_host.start_marker import DataLock
from kiosk.settings.profile import read_profile
from tests.support.appliance import Workshop, people, show
from tests.support.cards import small_card, write_protect

PLUGINS = ("citizen_id", "self_check_in")
LOOKING = ("status", "verify", "export")


@pytest.fixture
def at_rest(workshop: Workshop) -> Path:
    """A data directory with two visits."""
    appliance = workshop.open(PLUGINS)
    crowd = people()
    for _ in range(2):
        show(appliance, next(crowd).cccd_2021())
    workshop.stop(appliance)
    return appliance.data_dir


def journal(workshop: Workshop, data: Path, command: str, *more: str) -> Result:
    out = ("--out", str(workshop.folder)) if command == "export" else ()
    profile = str(workshop.profile(PLUGINS))
    return CliRunner().invoke(main, ["journal", command, "--profile", profile, "--data", str(data), *out, *more])


def fingerprint(data: Path) -> dict[str, str]:
    """Every file but SQLite's index and log, which readers share."""
    return {
        str(file.relative_to(data)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in data.rglob("*")
        if file.is_file() and not file.name.endswith(("-shm", "-wal"))
    }


@pytest.mark.parametrize("command", LOOKING)
def test_looking_changes_nothing(workshop: Workshop, at_rest: Path, command: str) -> None:
    before = fingerprint(at_rest)
    said = journal(workshop, at_rest, command, "--json")
    assert said.exit_code == 0, said.output
    assert fingerprint(at_rest) == before


@pytest.mark.parametrize("command", LOOKING)
def test_tables_that_are_behind_stay_so(workshop: Workshop, at_rest: Path, command: str) -> None:
    with closing(sqlite3.connect(at_rest / "kiosk.sqlite3")) as raw, raw:
        (writer,) = raw.execute("SELECT writer FROM journal_heads").fetchone()
        raw.execute(
            "INSERT INTO journal_projections (writer, plugin, behind_since_seq, reason) VALUES (?, 'self_check_in', 1, 'x')",
            (writer,),
        )
        raw.execute("DELETE FROM self_check_in_visits")
    raw.close()
    assert journal(workshop, at_rest, command).exit_code == 0
    assert "tables of self_check_in are behind" in journal(workshop, at_rest, "status").stdout
    with closing(sqlite3.connect(at_rest / "kiosk.sqlite3")) as raw, raw:
        assert raw.execute("SELECT count(*) FROM self_check_in_visits").fetchone() == (0,)
    raw.close()


@pytest.mark.parametrize("command", LOOKING)
@pytest.mark.parametrize("branch", ["core", "self_check_in"])
def test_tables_of_another_version_are_named_and_left_alone(
    workshop: Workshop, at_rest: Path, branch: str, command: str
) -> None:
    with closing(sqlite3.connect(at_rest / "kiosk.sqlite3")) as raw, raw:
        raw.execute(f"UPDATE migrations_{branch} SET version_num = '{branch}_0000'")
    raw.close()
    before = fingerprint(at_rest)
    said = journal(workshop, at_rest, command)
    assert said.exit_code == 1
    assert f"tables of {branch} are of another version" in said.stderr
    assert "start the appliance" in said.stderr
    assert fingerprint(at_rest) == before


def test_nothing_is_minted_for_an_identity_that_is_not_whole(workshop: Workshop, at_rest: Path) -> None:
    (at_rest / "identity" / "session.key").unlink()
    said = journal(workshop, at_rest, "status")
    assert said.exit_code == 1
    assert "session.key" in said.stderr
    assert not (at_rest / "identity" / "session.key").exists()


def test_a_database_that_is_not_there_is_not_made(workshop: Workshop, at_rest: Path) -> None:
    for file in at_rest.glob("kiosk.sqlite3*"):
        file.unlink()
    said = journal(workshop, at_rest, "status")
    assert said.exit_code == 1
    assert "kiosk.sqlite3" in said.stderr
    assert not (at_rest / "kiosk.sqlite3").exists()


def test_a_file_that_is_no_database_is_named(workshop: Workshop, at_rest: Path) -> None:
    (at_rest / "kiosk.sqlite3").write_bytes(b"not a database, but long enough to look like one" * 100)
    said = journal(workshop, at_rest, "verify")
    assert (said.exit_code, "cannot be opened" in said.stderr) == (1, True)


def test_what_was_opened_to_look_cannot_be_written(workshop: Workshop, at_rest: Path) -> None:
    appliance = Appliance(read_profile(workshop.profile(PLUGINS)), at_rest)
    appliance.load_plugins()
    appliance.open_to_look()
    with pytest.raises(NotRecorded):
        appliance.record([Draft("core.notice", Notice(title="x", text="y"))])
    with pytest.raises(OperationalError, match="readonly"), appliance.database.writing() as session:
        session.execute(text("DELETE FROM journal_records"))
    with pytest.raises(OperationalError, match="readonly"), appliance.session() as session:
        session.execute(text("DELETE FROM journal_records"))
    appliance.database.close()


def test_a_running_appliance_can_be_looked_at_and_not_be_worked_on(workshop: Workshop) -> None:
    appliance = workshop.open(PLUGINS)
    held = DataLock(appliance.data_dir)
    crowd = people()
    show(appliance, next(crowd).cccd_2021())
    found: list[dict[str, Any]] = json.loads(journal(workshop, appliance.data_dir, "status", "--json").stdout)[
        "journals"
    ]
    assert [one["records"] for one in found] == [1]  # the newest, still in the log
    assert journal(workshop, appliance.data_dir, "verify").exit_code == 0
    assert journal(workshop, appliance.data_dir, "redact", "--dry-run").exit_code in (0, 1)  # 1: this machine's clock
    carried = journal(workshop, appliance.data_dir, "export", "--json")
    file = json.loads(carried.stdout)["file"]
    for command in (["replay"], ["redact"], ["import", file]):
        said = journal(workshop, appliance.data_dir, *command)
        assert said.exit_code == 1
        assert "another process runs the appliance" in said.stderr
        assert "stop it first" in said.stderr
    assert show(appliance, next(crowd).cccd_2021()).record is not None
    held.release()
    workshop.stop(appliance)
    for command in (["replay"], ["import", file]):
        said = journal(workshop, appliance.data_dir, *command)
        assert said.exit_code == 0, said.output
    DataLock(appliance.data_dir).release()  # the commands gave it back


@pytest.mark.parametrize("log", [False, True], ids=["closed", "power cut"])
def test_a_card_that_cannot_be_written(workshop: Workshop, tmp_path: Path, at_rest: Path, log: bool) -> None:
    with small_card(tmp_path / "card", megabytes=8) as folder:
        data = folder / "data"
        if log:  # as a power cut leaves it: with a log that nobody has folded in, and its index
            appliance = workshop.open(PLUGINS)
            show(appliance, next(people(9)).cccd_2021())
            shutil.copytree(at_rest, data)
            assert (data / "kiosk.sqlite3-wal").stat().st_size
        else:
            shutil.copytree(at_rest, data)
            for file in data.glob("kiosk.sqlite3-*"):
                file.unlink()
        write_protect(folder)
        found = json.loads(journal(workshop, data, "status", "--json").stdout)["journals"]
        assert [one["records"] for one in found] == [3 if log else 2]
        assert journal(workshop, data, "verify").exit_code == 0
        carried = json.loads(journal(workshop, data, "export", "--json").stdout)
        assert carried["records"] == found[0]["records"]
        assert Path(carried["file"]).stat().st_size == carried["bytes"]
        said = journal(workshop, data, "replay")
        assert (said.exit_code, "cannot be written" in said.stderr) == (1, True)


def test_a_log_that_cannot_be_read_there_is_not_left_out_in_silence(
    workshop: Workshop, tmp_path: Path, at_rest: Path
) -> None:
    appliance = workshop.open(PLUGINS)
    show(appliance, next(people(9)).cccd_2021())
    with small_card(tmp_path / "card", megabytes=8) as folder:
        shutil.copytree(at_rest, folder / "data", ignore=shutil.ignore_patterns("*-shm"))
        write_protect(folder)
        said = journal(workshop, folder / "data", "status")
        assert said.exit_code == 1
        assert "copy the whole data directory" in said.stderr
        shutil.copytree(folder / "data", tmp_path / "copy")
    found = json.loads(journal(workshop, tmp_path / "copy", "status", "--json").stdout)["journals"]
    assert [one["records"] for one in found] == [3]
