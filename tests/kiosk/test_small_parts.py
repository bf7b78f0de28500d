"""Clock, names, tickets, database sessions: the small parts on which the story stands."""

from __future__ import annotations

import base64
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kiosk.appliance import Appliance
from kiosk.clock import CachedTrust, ClockSetByHand, SystemClock, WaryClock
from kiosk.receipts.tickets import PREFIX, decode_ticket, encode_ticket
from kiosk.settings.profile import read_profile
from kiosk.storage.database import Database
from kiosk.text.names import mask_name
from tests.support.appliance import SetClock, Workshop


def test_the_system_clock_is_aware_and_says_whether_it_is_trusted() -> None:
    clock = CachedTrust(SystemClock())
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.trusted() == clock.trusted() == SystemClock().trusted()


BY_HAND = """
plugins = []
[site]
id = "test-site"
name = "Điểm thử nghiệm"
clock_set_by_hand = {by_hand}
"""


@pytest.mark.parametrize("by_hand", [True, False])
def test_a_clock_that_somebody_sets_is_believed_where_the_profile_says_so(workshop: Workshop, by_hand: bool) -> None:
    profile = workshop.profile(text=BY_HAND.format(by_hand=str(by_hand).lower()))
    clock = Appliance(read_profile(profile), workshop.folder / "data").clock
    assert clock.trusted() == (by_hand or SystemClock().trusted())
    assert ClockSetByHand().synchronised() == SystemClock().trusted()
    clock.believe(datetime.now(UTC) + timedelta(hours=1))
    assert not clock.trusted()  # it woke in the past, whoever set it


@pytest.mark.parametrize(
    ("by_hand", "trusted", "level"), [("true", True, "info"), ("false", True, "ok"), ("true", False, "warning")]
)
def test_a_clock_that_somebody_sets_is_shown_as_such(
    workshop: Workshop, by_hand: str, trusted: bool, level: str
) -> None:
    appliance = workshop.open(text=BY_HAND.format(by_hand=by_hand), clock=SetClock(is_trusted=trusted))
    assert {check.name: check.level.value for check in appliance.health()}["clock"] == level


def test_a_wary_clock_believes_no_time_that_it_knows_to_be_past() -> None:
    inner = SetClock()
    clock = WaryClock(inner)
    assert clock.trusted()
    inner.ahead = timedelta(seconds=-30)
    assert clock.trusted()  # a small correction
    inner.ahead = timedelta(days=-365)
    assert (clock.trusted(), clock.went_back()) == (False, True)
    inner.ahead = timedelta()
    assert (clock.trusted(), clock.went_back()) == (True, False)
    inner.is_trusted = False
    assert not clock.trusted()
    clock.believe(datetime.now(UTC) + timedelta(days=1))
    assert clock.went_back()


@pytest.mark.parametrize(
    ("name", "masking", "shown"),
    [
        ("Nguyễn Văn An", "initials", "N*** V*** An"),
        ("Nguyễn Văn An", "family", "Nguyễn ***"),
        ("Nguyễn  Văn\tAn ", "full", "Nguyễn Văn An"),
        ("An", "initials", "A***"),
        ("", "initials", ""),
        ("   ", "family", ""),
        ("Đặng Thị Hằng", "initials", "Đ*** T*** Hằng"),
    ],
)
def test_names_are_masked_as_the_site_chooses(name: str, masking: str, shown: str) -> None:
    assert mask_name(name, masking) == shown


def test_a_letter_with_its_accent_apart_stays_one_letter() -> None:
    assert mask_name("A\u0302n Ba", "initials") == "Â*** Ba"


@given(st.uuids())
def test_a_ticket_names_its_record(record: UUID) -> None:
    payload = encode_ticket(record)
    assert payload == PREFIX + base64.b32encode(record.bytes).decode().rstrip("=")
    assert decode_ticket(payload) == record
    assert decode_ticket(f" {payload.lower()}\n") == record
    assert set(payload) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")  # QR's alphanumeric mode


@given(st.text(max_size=60) | st.text(max_size=40).map(lambda rest: PREFIX + rest))
def test_any_text_is_a_ticket_or_none_or_a_damaged_one(payload: str) -> None:
    try:
        found = decode_ticket(payload)
    except ValueError:
        assert payload.strip().upper().startswith(PREFIX)
        return
    assert (found is None) == (not payload.strip().upper().startswith(PREFIX))


def test_a_commit_is_on_the_card_and_a_fault_leaves_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with database.writing() as session:
        assert session.execute(text("PRAGMA journal_mode")).scalar() == "wal"
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2  # FULL
        session.execute(text("CREATE TABLE t (n INTEGER)"))
        session.execute(text("INSERT INTO t VALUES (1)"))
    with pytest.raises(ZeroDivisionError), database.writing() as session:  # noqa: PT012 - the block is what is tested
        session.execute(text("INSERT INTO t VALUES (2)"))
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.execute(text("SELECT n FROM t")).scalars().all() == [1]
        session.execute(text("INSERT INTO t VALUES (3)"))
    with database.reading() as session:
        assert session.execute(text("SELECT n FROM t")).scalars().all() == [1]
    database.close()


def test_a_commit_that_fails_leaves_no_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_connection: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with database.writing() as session:
        session.execute(text("CREATE TABLE t (n INTEGER)"))
    with monkeypatch.context() as broken:
        broken.setattr(database.engine.dialect, "do_commit", full)
        with pytest.raises(OperationalError), database.writing() as session:
            session.execute(text("INSERT INTO t VALUES (1)"))
    with closing(sqlite3.connect(tmp_path / "x.sqlite3", timeout=0)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert other.execute("SELECT count(*) FROM t").fetchone() == (0,)
    with database.writing() as session:
        session.execute(text("INSERT INTO t VALUES (2)"))
    database.close()


def test_whoever_reads_within_a_transaction_sees_what_it_wrote(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with database.writing() as session, database.sharing(session):
        session.execute(text("CREATE TABLE t (n INTEGER)"))
        session.execute(text("INSERT INTO t VALUES (1)"))
        with database.reading() as inner:
            assert inner.execute(text("SELECT n FROM t")).scalars().all() == [1]
    database.close()


@pytest.mark.parametrize("read_only", [False, True])
def test_an_error_of_the_database_names_the_statement_and_no_value(tmp_path: Path, read_only: bool) -> None:
    with closing(sqlite3.connect(tmp_path / "some.sqlite3")) as made:
        made.execute("CREATE TABLE there (a)")
    database = Database(f"sqlite:///{tmp_path / 'some.sqlite3'}", read_only=read_only)
    with database.reading() as session, pytest.raises(OperationalError) as caught:
        session.execute(text("SELECT * FROM nowhere WHERE name = :name"), {"name": "Nguyễn Văn An"})
    assert "nowhere" in str(caught.value)
    assert "Nguyễn" not in str(caught.value)
    database.close()
