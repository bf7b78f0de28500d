"""Which fault of the card it is, from the exception and from the file system; nothing of a statement gets out."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError, OperationalError

from kiosk.storage import words as storage_words
from kiosk.storage.faults import Kind, StorageTrouble, is_storage_fault, trouble_of
from tests.support.cards import fill_up, small_card, write_protect


def met(what: Callable[[], object]) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as caught:
        what()
    return caught.value


def read_all(file: Path) -> None:
    connection = sqlite3.connect(file)
    try:
        connection.execute("SELECT * FROM sqlite_master").fetchall()
    finally:
        connection.close()


def wrapped(error: sqlite3.Error) -> DatabaseError:
    return DatabaseError("INSERT INTO people VALUES (?)", {"name": "NGUYỄN VĂN AN"}, error)


def test_a_file_that_is_no_database_is_damage(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.sqlite3"
    file.write_bytes(b"no database" * 1000)
    error = met(lambda: read_all(file))
    assert is_storage_fault(wrapped(error))
    assert trouble_of(wrapped(error), tmp_path) == StorageTrouble(Kind.DAMAGED, "SQLITE_NOTADB")


def test_a_folder_that_is_not_there_is_told_from_a_full_card(tmp_path: Path) -> None:
    error = met(lambda: read_all(tmp_path / "nowhere" / "kiosk.sqlite3"))
    assert trouble_of(error, tmp_path / "nowhere") == StorageTrouble(Kind.DENIED, "SQLITE_CANTOPEN")
    with small_card(tmp_path / "card") as card:
        fill_up(card / "ballast")
        assert trouble_of(error, card / "nowhere") == StorageTrouble(Kind.FULL, "SQLITE_CANTOPEN")
        write_protect(card)
        assert trouble_of(error, card / "nowhere") == StorageTrouble(Kind.READ_ONLY, "SQLITE_CANTOPEN")


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, Kind.FULL),
        (errno.EDQUOT, Kind.FULL),
        (errno.EROFS, Kind.READ_ONLY),
        (errno.EACCES, Kind.DENIED),
        (errno.EIO, Kind.DAMAGED),
        (errno.ENOTCONN, Kind.OTHER),
    ],
)
def test_the_systems_own_errors(tmp_path: Path, number: int, kind: Kind) -> None:
    assert trouble_of(OSError(number, os.strerror(number)), tmp_path) == StorageTrouble(kind, errno.errorcode[number])


def test_a_server_that_is_gone_is_not_the_cards_fault(tmp_path: Path) -> None:
    psycopg = pytest.importorskip("psycopg", reason="the PostgreSQL driver is not installed")
    error = OperationalError("SELECT 1", None, psycopg.OperationalError("connection refused"))
    assert trouble_of(error, tmp_path) == StorageTrouble(Kind.UNREACHABLE, "OperationalError")


@given(name=st.text(min_size=8, max_size=40))
def test_no_statement_and_no_value_is_told(name: str) -> None:
    error = OperationalError("INSERT INTO people VALUES (?)", {"name": name}, sqlite3.OperationalError(name))
    trouble = trouble_of(error, Path("/"))
    assert name not in trouble.detail
    assert "INSERT" not in trouble.detail


def test_every_kind_has_words_in_both_languages() -> None:
    for kind in Kind:
        for text in (storage_words.WHAT[kind], storage_words.ADVICE[kind]):
            assert text.vi
            assert text.en
            assert text.vi != text.en
