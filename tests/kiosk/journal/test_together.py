"""Several rows in one statement: every row arrives as SQLAlchemy itself would have written it, or none does."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, select
from sqlalchemy.exc import IntegrityError

from kiosk.journal.models import JournalRecord
from kiosk.journal.together import MOST_ROWS, insert_together
from kiosk.storage.database import Base, Database

TABLE = cast(Table, JournalRecord.__table__)

row = st.fixed_dictionaries({
    "writer": st.just("w.1"),
    "id": st.uuids(),
    "kind": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    "schema": st.integers(0, 32_767),
    "occurred_at_ms": st.integers(0, 2**53),
    "clock_trusted": st.booleans(),
    "site": st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
    "citizen": st.one_of(st.none(), st.text("ab", max_size=4)),
    "operator": st.none(),
    "body": st.one_of(st.none(), st.just('{"name":"Nguyễn"}')),
    "body_digest": st.binary(min_size=32, max_size=32),
    "hash": st.binary(min_size=32, max_size=32),
})  # fmt: skip


def opened(folder: str) -> Database:
    database = Database(f"sqlite:///{Path(folder) / 'x.sqlite3'}")
    Base.metadata.create_all(database.engine, tables=[TABLE])
    return database


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows with numbers of their own."""
    return [one | {"seq": at} for at, one in enumerate(rows, 1)]


@settings(max_examples=30, deadline=None)
@given(st.lists(row, min_size=1, max_size=4, unique_by=lambda one: one["id"]))
def test_rows_arrive_as_sqlalchemy_would_have_written_them(rows: list[dict[str, Any]]) -> None:
    rows = numbered(rows)
    with TemporaryDirectory() as folder:
        database = opened(folder)
        with database.writing() as session:
            insert_together(session.connection(), TABLE, rows)
        with database.reading() as session:
            ours = session.execute(select(TABLE).order_by(TABLE.c.seq)).all()
            stored = session.connection().exec_driver_sql("SELECT * FROM journal_records ORDER BY seq").all()
        with database.writing() as session:
            session.execute(TABLE.delete())
            session.execute(TABLE.insert(), rows)
        with database.reading() as session:
            assert ours == session.execute(select(TABLE).order_by(TABLE.c.seq)).all()
            assert stored == session.connection().exec_driver_sql("SELECT * FROM journal_records ORDER BY seq").all()
        database.close()


@pytest.mark.parametrize("count", [1, 2, 3, MOST_ROWS - 1, MOST_ROWS, MOST_ROWS + 1, 3 * MOST_ROWS + 5])
def test_any_number_of_rows_in_few_statements(tmp_path: Path, count: int) -> None:
    database = opened(str(tmp_path))
    statements: list[str] = []
    plain = {
        "writer": "w.1", "kind": "k", "schema": 1, "occurred_at_ms": 1, "clock_trusted": True, "site": "s",
        "citizen": None, "operator": None, "body": "{}", "body_digest": b"d", "hash": b"h",
    }  # fmt: skip
    with database.writing() as session:
        driver: Any = session.connection().connection.driver_connection
        driver.set_trace_callback(statements.append)
        insert_together(
            session.connection(), TABLE, [plain | {"seq": one, "id": UUID(int=one)} for one in range(1, count + 1)]
        )
        driver.set_trace_callback(None)
    inserts = [one for one in statements if one.startswith("INSERT")]
    assert 0 < len(inserts) <= count // MOST_ROWS + MOST_ROWS.bit_length()
    with database.reading() as session:
        assert session.scalars(select(TABLE.c.seq).order_by(TABLE.c.seq)).all() == list(range(1, count + 1))
        assert {one.int for one in session.scalars(select(TABLE.c.id))} == set(range(1, count + 1))
    with pytest.raises(IntegrityError), database.writing() as session:
        insert_together(
            session.connection(), TABLE, [plain | {"seq": one, "id": UUID(int=one)} for one in (count + 1, count)]
        )
    with database.reading() as session:
        assert len(session.scalars(select(TABLE.c.seq)).all()) == count
    database.close()
