"""The engine: its errors name the statement and never what people showed, for they may end up in a log; no connection outlives it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

from kiosk.storage.database import IN_MEMORY, Database, sqlite_url


def test_an_error_does_not_carry_the_values(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    with pytest.raises(DBAPIError) as failed, database.writing() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Nguyễn Văn Thử"})
    database.close()
    assert "nowhere" in str(failed.value)
    assert "Nguyễn" not in str(failed.value)


def is_closed(raw: sqlite3.Connection) -> bool:
    try:
        raw.execute("SELECT 1")
    except sqlite3.ProgrammingError:
        return True
    return False


@pytest.mark.parametrize("url", ["file", IN_MEMORY])
def test_what_is_lent_out_when_a_database_is_closed_is_closed_when_it_comes_back(tmp_path: Path, url: str) -> None:
    """A thread that answers just now gives its connection back a moment later; nobody would close it then."""
    database = Database(sqlite_url(tmp_path) if url == "file" else url)
    with database.engine.connect() as kept:
        idle = kept.connection.dbapi_connection
    lent = database.engine.connect()
    raw = lent.connection.dbapi_connection
    assert isinstance(idle, sqlite3.Connection)
    assert isinstance(raw, sqlite3.Connection)
    database.close()
    assert not is_closed(raw)  # whoever has it may still be reading
    lent.close()
    assert is_closed(raw)
    assert is_closed(idle)
    with database.reading() as session:  # somebody who is later still: it opens one anew, and leaves none behind
        late = session.connection().connection.dbapi_connection
        assert isinstance(late, sqlite3.Connection)
    assert is_closed(late)


def test_a_database_in_memory_is_one_for_all_threads_and_gone_when_it_is_closed() -> None:
    database = Database(IN_MEMORY)
    with database.writing() as session:
        session.execute(text("CREATE TABLE tea (cups INTEGER)"))
    seen: list[int] = []
    counting = threading.Thread(target=lambda: seen.append(_count(database)))
    counting.start()
    counting.join(120)
    assert seen == [0]
    other = Database(IN_MEMORY)
    with other.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()
    other.close()


def _count(database: Database) -> int:
    with database.reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM tea")) or 0)
