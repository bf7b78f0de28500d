"""Checking a journal finds any flipped bit in any column, anything missing, and says where."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal.verify import Verified, verify
from tests.support.appliance import Workshop, people, show

COLUMNS = [
    "writer", "seq", "id", "kind", "schema", "occurred_at_ms", "clock_trusted", "site", "citizen", "operator", "body",
    "body_digest", "hash",
]  # fmt: skip
RECORDS = 6


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    """Six records: visits, and notices by an operator."""
    workshop = Workshop(tmp_path_factory.mktemp("verify"))
    made = workshop.open(["citizen_id", "self_check_in"])
    for person, _ in zip(people(), range(3), strict=False):
        show(made, person.cccd_2021())
        made.record([Draft("core.notice", Notice(title="Thông báo", text="Chữ"))], operator="op1")
    yield made
    workshop.close()


def check(appliance: Appliance) -> Verified:
    with appliance.session() as session:
        return verify(session, appliance.identity.writer, appliance.kinds, appliance.identity.pseudonym_key)


class Tampered:
    """Changes the database behind the appliance's back, and puts it right again."""

    def __init__(self, appliance: Appliance) -> None:
        self._file = Path(appliance.data_dir) / "kiosk.sqlite3"

    def __enter__(self) -> sqlite3.Connection:
        self._connection = sqlite3.connect(self._file, isolation_level=None)
        self._saved = {
            table: self._connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("journal_records", "journal_heads")
        }
        return self._connection

    def __exit__(self, *_: object) -> None:
        for table, rows in self._saved.items():
            self._connection.execute(f"DELETE FROM {table}")
            marks = ",".join("?" * len(rows[0]))
            self._connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
        self._connection.close()


def flipped(value: Any, bit: int) -> Any:
    """The cell with one bit changed, as a bad card would return it. Text is changed in its UTF-8."""
    if isinstance(value, int):
        return value ^ (1 << bit % 40)
    data = bytearray(value.encode() if isinstance(value, str) else value)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    return bytes(data)


def test_an_untouched_journal_is_whole(appliance: Appliance) -> None:
    assert check(appliance) == Verified(appliance.identity.writer, RECORDS, 0)


@pytest.mark.parametrize("column", COLUMNS)
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(seq=st.integers(1, RECORDS), bit=st.integers(0, 4000))
def test_any_flipped_bit_is_found(appliance: Appliance, column: str, seq: int, bit: int) -> None:
    with Tampered(appliance) as raw:
        (value,) = raw.execute(f'SELECT "{column}" FROM journal_records WHERE seq = ?', (seq,)).fetchone()
        if value is None:
            changed: Any = ""
        else:
            changed = flipped(value, bit)
        if column == "id" and changed.lower() == value:
            return  # a UUID says the same in capitals
        as_text = "CAST(? AS TEXT)" if isinstance(value, str) else "?"
        try:
            raw.execute(f'UPDATE journal_records SET "{column}" = {as_text} WHERE seq = ?', (changed, seq))
        except sqlite3.IntegrityError:
            return  # another record has this key: the table cannot hold it
        found = check(appliance)
        assert found.problem != "", (value, changed)
        assert found.at_seq <= seq + 1
    assert check(appliance).problem == ""


@pytest.mark.parametrize("seq", range(1, RECORDS + 1))
def test_a_missing_record_is_found(appliance: Appliance, seq: int) -> None:
    with Tampered(appliance) as raw:
        raw.execute("DELETE FROM journal_records WHERE seq = ?", (seq,))
        assert check(appliance).problem != ""


def test_a_body_that_is_gone_before_the_platform_has_it_is_found(appliance: Appliance) -> None:
    with Tampered(appliance) as raw:
        raw.execute("UPDATE journal_records SET body = NULL WHERE seq = 3")
        assert check(appliance).problem == "the body of record 3 is gone"
        raw.execute("UPDATE journal_heads SET acknowledged = 3")
        assert check(appliance) == Verified(appliance.identity.writer, RECORDS, 1)


def test_records_that_changed_places_are_found(appliance: Appliance) -> None:
    with Tampered(appliance) as raw:
        for old, new in ((2, 99), (4, 2), (99, 4)):
            raw.execute("UPDATE journal_records SET seq = ? WHERE seq = ?", (new, old))
        assert check(appliance).at_seq == 2


@pytest.mark.parametrize("change", ["seq = seq + 1", "seq = seq - 1", "hash = zeroblob(32)"])
def test_a_head_that_says_something_else_is_found(appliance: Appliance, change: str) -> None:
    with Tampered(appliance) as raw:
        raw.execute(f"UPDATE journal_heads SET {change}")
        assert "its head says" in check(appliance).problem


def test_a_head_that_is_gone_is_found(appliance: Appliance) -> None:
    with Tampered(appliance) as raw:
        raw.execute("DELETE FROM journal_heads")
        assert check(appliance).problem != ""


def test_bodies_digested_under_another_key_are_found(appliance: Appliance) -> None:
    with appliance.session() as session:
        found = verify(session, appliance.identity.writer, appliance.kinds, b"x" * 32)
    assert found.problem == "the body of record 1 was changed"
