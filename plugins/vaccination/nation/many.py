"""Rows of many people in one query, whatever the database: PostgreSQL takes them as one array, SQLite a few hundred at a time."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, String, any_, literal
from sqlalchemy.orm import InstrumentedAttribute, Session

AT_ONCE = 500


def among(
    session: Session, query: Select[*tuple[Any, ...]], column: InstrumentedAttribute[Any], values: Collection[str]
) -> list[Any]:
    """Every row of ``query`` whose ``column`` is one of ``values``."""
    wanted = sorted(values)
    if not wanted:
        return []
    if is_postgresql(session):
        from sqlalchemy.dialects.postgresql import ARRAY  # large, and a device has no use for it

        return list(session.execute(query.where(column == any_(literal(wanted, ARRAY(String))))))
    return [
        row
        for start in range(0, len(wanted), AT_ONCE)
        for row in session.execute(query.where(column.in_(wanted[start : start + AT_ONCE])))
    ]


def is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
