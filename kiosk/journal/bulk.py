"""Writing many projected rows at once, on SQLite and PostgreSQL alike. For ``project`` implementations.

Every function is safe against the order in which journals arrive; none reads what it does not lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Table, case, func, tuple_
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from kiosk.journal.copying import insert_mappings
from kiosk.storage.database import Base, Projected
from kiosk.storage.statements import Prepared, connection_of


def insert_rows(session: Session, model: type[Projected], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add rows that cannot be there yet (keyed by writer and seq)."""
    if not rows:
        return
    insert_mappings(session, _table(model), rows)


def add_counts(
    session: Session, model: type[Projected], counted: InstrumentedAttribute[int], counts: Mapping[tuple[Any, ...], int]
) -> None:
    """Add to counters. ``counts``: primary-key values in the table's order -> what to add."""
    if not counts:
        return
    statement, keys = _adding(_dialect(session), _table(model), counted.key)
    # sorted, so that two processes lock rows in the same order
    rows = [dict(zip(keys, key, strict=True)) | {counted.key: number} for key, number in sorted(counts.items())]
    statement.write(connection_of(session), rows)


@lru_cache(maxsize=64)
def _adding(dialect: str, table: Table, counted: str) -> tuple[Prepared, tuple[str, ...]]:
    """The statement, and the key's columns. Kept: making it anew costs more than carrying it out, and every visit adds."""
    keys = tuple(column.name for column in table.primary_key)
    column = table.c[counted]
    statement = _insert(dialect, table)
    statement = statement.on_conflict_do_update(
        index_elements=keys, set_={column.name: column + statement.excluded[column.name]}
    )
    return Prepared(statement), keys


def keep_latest(
    session: Session, model: type[Projected], rows: Sequence[Mapping[str, Any]], yielding: str = ""
) -> None:
    """Keep, per primary key, the row that was said last: by ``said_at_ms``, then ``said_by``, then ``said_seq``.

    Not by arrival, so that journals may come in any order. Where ``yielding`` is given, rows of writers whose names begin with
    it give way to every other row, however old.
    """
    if not rows:
        return
    table = _table(model)
    keys = [column.name for column in table.primary_key]
    latest: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for row in rows:
        key = tuple(row[name] for name in keys)
        if key not in latest or _said(row, yielding) > _said(latest[key], yielding):
            latest[key] = row
    chosen = [dict(latest[key]) for key in sorted(latest)]
    bytewise = _dialect(session) == "postgresql"
    statement = upsert(session, model)
    statement = statement.on_conflict_do_update(
        index_elements=keys,
        set_={column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys},
        where=_said_in_sql(statement.excluded, yielding, bytewise) > _said_in_sql(table.c, yielding, bytewise),
    )
    session.connection().execute(statement, chosen)


def _said_in_sql(columns: Any, yielding: str, bytewise: bool) -> Any:
    """What ``_said`` says, compared like Python compares it: PostgreSQL would order text by the language of the database."""
    by = columns["said_by"]
    weight = [case((func.substr(by, 1, len(yielding)) == yielding, 0), else_=1)] if yielding else []
    return tuple_(*weight, columns["said_at_ms"], by.collate("C") if bytewise else by, columns["said_seq"])


def _said(row: Mapping[str, Any], yielding: str) -> tuple[Any, ...]:
    weight = 0 if yielding and row["said_by"].startswith(yielding) else 1
    return weight, row["said_at_ms"], row["said_by"], row["said_seq"]


def _table(model: type[Projected]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)
    return table


def upsert(session: Session, model: type[Base]) -> Any:
    """An INSERT of the database's own dialect, for ``on_conflict_do_update`` and ``on_conflict_do_nothing``."""
    return upsert_of(_dialect(session), model)


def upsert_of(dialect: str, model: type[Base]) -> Any:
    """The same for a statement that is made once and kept. ``dialect``: SQLAlchemy's name of it."""
    return _insert(dialect, model.__table__)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _insert(dialect: str, table: Any) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects import postgresql  # large, and a device has no use for it

        return postgresql.insert(table)
    return sqlite.insert(table)
