"""``kiosk journal status|verify|replay`` on a data directory at rest."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from kiosk.identity import begin_epoch
from tests.support.appliance import Workshop, people, show

PLUGINS = ("citizen_id", "self_check_in")


@pytest.fixture
def at_rest(workshop: Workshop) -> tuple[Path, Path]:
    """A profile, and a data directory with three visits in two journals."""
    crowd = people()
    for epoch in (1, 2):
        appliance = workshop.open(PLUGINS)
        for _ in range(epoch):
            show(appliance, next(crowd).cccd_2021())
        workshop.stop(appliance)
        if epoch == 1:
            begin_epoch(appliance.data_dir, b"n" * 32)
    return workshop.profile(PLUGINS), appliance.data_dir


def journal(at_rest: tuple[Path, Path], command: str, *more: str) -> Result:
    profile, data = at_rest
    return CliRunner().invoke(main, ["journal", command, "--profile", str(profile), "--data", str(data), *more])


def rows(result: Result) -> Any:
    return json.loads(result.stdout)


def test_status(at_rest: tuple[Path, Path]) -> None:
    said = rows(journal(at_rest, "status", "--json"))
    assert [(one["own"], one["records"], one["acknowledged"]) for one in said["journals"]] == [
        (True, 1, 0),
        (True, 2, 0),
    ]
    assert said["tables_behind"] == []
    assert "2 records" in journal(at_rest, "status").stdout


def test_verify_also_an_earlier_epochs_journal(at_rest: tuple[Path, Path]) -> None:
    said = journal(at_rest, "verify", "--json")
    assert said.exit_code == 0
    assert [(one["ok"], one["records"]) for one in rows(said)] == [(True, 1), (True, 2)]


def test_verify_finds_what_was_changed(at_rest: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        raw.execute("UPDATE journal_records SET body = replace(body, 'admit', 'refer') WHERE seq = 2")
    said = journal(at_rest, "verify", "--json")
    assert said.exit_code == 1
    broken = [one for one in rows(said) if not one["ok"]]
    assert [(one["problem"], one["at_seq"]) for one in broken] == [("the body of record 2 was changed", 2)]


def test_replay_brings_lost_tables_back(at_rest: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        raw.execute("DELETE FROM self_check_in_visits")
    assert rows(journal(at_rest, "replay", "--json")) == {"records": 3}
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        assert raw.execute("SELECT count(*) FROM self_check_in_visits").fetchone() == (3,)


def test_a_plugin_of_which_only_the_tables_are_rebuilt_must_be_one(at_rest: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        raw.execute("DELETE FROM self_check_in_visits")
    said = journal(at_rest, "replay", "--plugin", "self_checkin")
    assert said.exit_code == 1
    assert "'self_checkin'" in said.stderr
    assert "self_check_in" in said.stderr.partition("here are")[2]
    assert journal(at_rest, "replay", "--plugin", "self_check_in").exit_code == 0
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        assert raw.execute("SELECT count(*) FROM self_check_in_visits").fetchone() == (3,)


def test_a_changed_journal_is_rebuilt_from_only_where_that_is_asked_for(at_rest: tuple[Path, Path]) -> None:
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        raw.execute("UPDATE journal_records SET body = replace(body, 'admit', 'refer') WHERE seq = 2")
        raw.execute("DELETE FROM self_check_in_visits WHERE seq = 1")
    said = journal(at_rest, "replay")
    assert said.exit_code == 1
    assert "the body of record 2 was changed" in said.stderr
    assert "--broken" in said.stderr
    with closing(sqlite3.connect(at_rest[1] / "kiosk.sqlite3")) as raw, raw:
        assert raw.execute("SELECT count(*) FROM self_check_in_visits").fetchone() == (1,)  # as it was
    assert rows(journal(at_rest, "replay", "--broken", "--json")) == {"records": 3}


def test_a_directory_without_an_appliance_is_named(at_rest: tuple[Path, Path], tmp_path: Path) -> None:
    said = journal((at_rest[0], tmp_path / "empty"), "status")
    assert said.exit_code == 1
    assert "holds no appliance" in said.stderr
    assert not (tmp_path / "empty").exists()


# --- a damaged database is never an empty one


def damage(data: Path, how: str) -> None:
    file = data / "kiosk.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        if how == "heads gone":
            connection.execute("DELETE FROM journal_heads")
            connection.commit()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'journal_records'").fetchone()[0]
        page = connection.execute("PRAGMA page_size").fetchone()[0]
    content = bytearray(file.read_bytes())
    if how == "a page of records":
        content[(root - 1) * page : root * page] = bytes([0xAA]) * page
    elif how == "an emptied page of records":  # what a card that lost a block gives: a leaf without a cell
        content[(root - 1) * page : root * page] = b"\x0d" + bytes(4) + page.to_bytes(2, "big") + bytes(page - 7)
    elif how == "cut short":
        del content[len(content) // 2 :]
    elif how == "its first page":
        content[:page] = bytes(page)
    file.write_bytes(bytes(content))


@pytest.mark.parametrize(
    "how", ["heads gone", "a page of records", "an emptied page of records", "cut short", "its first page"]
)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_damaged_database_is_told_and_never_counted_as_empty(
    at_rest: tuple[Path, Path], how: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    damage(at_rest[1], how)
    said = journal(at_rest, "verify")
    assert said.exit_code == 1
    assert "Traceback" not in said.output
    told = {"vi": ("hỏng", "không", "mất", "thiếu"), "en": ("damage", "cannot", "missing", "nothing says", "ends at")}
    assert any(word in said.output for word in told[language]), said.output
    assert "0 records, whole" not in said.output


def test_a_fresh_appliance_has_no_journal_yet_and_that_is_no_fault(workshop: Workshop) -> None:
    appliance = workshop.open(PLUGINS)
    workshop.stop(appliance)
    said = journal((workshop.profile(PLUGINS), appliance.data_dir), "verify")
    assert (said.exit_code, said.stdout) == (0, "there is no journal here yet\n")
