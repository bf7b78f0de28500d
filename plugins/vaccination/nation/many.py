"""Rows of many people in one query, whatever the database: PostgreSQL takes them as one array, SQLite a few hundred at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Session

AT_ONCE = 500


def among(
    session: Session, query: Select[*tuple[Any, ...]], column: InstrumentedAttribute[Any], values: Collection[str]
) -> list[Any]:
    """Every row of ``query`` whose ``column`` is one of ``values``."""
    if not values:
        return []
    wanted = sorted(values)
    if is_postgresql(session):
        from sqlalchemy.dialects.postgresql import ARRAY  # large, and a device has no use for it

        # a table of its own and not "= ANY": that is held against every row of a table whose size was not counted yet
        table = select(func.unnest(cast(literal(_array(wanted)), ARRAY(String))))
        return list(session.execute(query.where(column.in_(table))))
    return [
        row
        for start in range(0, len(wanted), AT_ONCE)
        for row in session.execute(query.where(column.in_(wanted[start : start + AT_ONCE])))
    ]


def _array(values: Collection[str]) -> str:
    """PostgreSQL's text form of an array, made in one go, where the driver would make it element by element: every element in quotes,
    quotes and backslashes escaped."""
    together = '","'.join(values)
    if "\\" in together or together.count('"') != 2 * (len(values) - 1):
        together = '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return '{"' + together + '"}'


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
