"""Look-ups that are made many times for each person: a SELECT compiled once and handed to the driver. Writes nothing, knows no table.

SQLAlchemy's own way builds the statement, its cache key and an object of the session each time: ten to twenty times the cost of
what SQLite then does.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, Connection, Select, bindparam
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk.storage.statements import connection_of, fetch

R = TypeVar("R")
Make = Callable[[Any], Any]


def given(name: str) -> BindParameter[Any]:
    """A place for one value in a look-up's conditions."""
    return bindparam(name)


def several(name: str) -> BindParameter[Any]:
    """A place for any number of values, none included: ``Column.in_(several("names"))``."""
    return bindparam(name, expanding=True)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """``fixed``: the parameters, with what the statement itself says. ``handed``: how values become what the driver takes, where they must;
    ``read``: how a row of the driver's becomes one of ours."""

    sql: str
    fixed: dict[str, Any]
    handed: dict[str, Make]
    read: Make


class Rows(Generic[R]):
    """The rows of ``select(Model)``. They have the model's attributes and its types, and are nobody's but the caller's: no
    session keeps them, and they cannot be changed."""

    def __init__(self, statement: Select[R]) -> None:
        self._statement = statement
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def all(self, session: Session, **values: Any) -> list[R]:
        """Every row. ``values``: those of ``given`` and ``several``. Raises ``sqlalchemy.exc.DBAPIError``; ``TypeError`` where one is
        missing or not asked for."""
        connection = connection_of(session)
        sizes = {name: _size(value) if _is_list(value) else None for name, value in values.items()}
        ready = self._for(connection, sizes)
        handed = dict(ready.fixed)
        for name, value in values.items():
            make, size = ready.handed.get(name), sizes[name]
            if size is None:
                handed[name] = value if make is None else make(value)
            else:
                handed.update(_numbered(name, list(value) if make is None else list(map(make, value)), size))
        return [ready.read(row) for row in fetch(connection, ready.sql, handed)]

    def first(self, session: Session, **values: Any) -> R | None:
        """The first row, where there is one. Say ``limit(1)`` in the statement where there may be many."""
        found = self.all(session, **values)
        return found[0] if found else None

    def _for(self, connection: Connection, sizes: dict[str, int | None]) -> _Compiled:
        """The statement for these values. ``sizes``: how many places each of them gets where it is a list."""
        key = (connection.dialect.name, *sizes.items())
        known = self._compiled.get(key)
        if known is None:
            # by name and not by place: a value that occurs more than once is handed over once
            dialect = sqlite.dialect(paramstyle="named") if connection.dialect.name == "sqlite" else connection.dialect
            compiled = self._statement.compile(dialect=dialect)
            asked = {name for name, bind in compiled.binds.items() if bind.required}
            if asked != set(sizes):
                raise TypeError(f"asked for {sorted(asked)}, given {sorted(sizes)}")
            shaped = {name: None if size is None else [None] * size for name, size in sizes.items()}
            expanded = compiled.construct_expanded_state(shaped)
            known = self._compiled[key] = _Compiled(
                expanded.statement,
                dict(expanded.parameters),
                {name: make for name in sizes if (make := _processor(compiled.binds[name], dialect))},
                self._reader(dialect),
            )
        return known

    def _reader(self, dialect: Any) -> Make:
        columns = self._statement.selected_columns
        row = namedtuple("Row", columns.keys())  # type: ignore[misc]
        # SQLite has no truth values and no UUIDs: what the driver gives is made what the column says
        kinds = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns]
        made = [(place, make) for place, make in enumerate(kinds) if make is not None]
        if not made:
            return row._make

        def read(found: Sequence[Any]) -> Any:
            values = list(found)
            for place, make in made:
                values[place] = make(values[place])
            return row._make(values)

        return read


class Values(Rows[R]):
    """The values of a SELECT of one column."""

    def one(self, session: Session, **values: Any) -> R | None:
        """The first value; None also where there is no row."""
        return self.first(session, **values)

    def _reader(self, dialect: Any) -> Make:
        (column,) = self._statement.selected_columns
        make = column.type.dialect_impl(dialect).result_processor(dialect, None)
        return (lambda row: row[0]) if make is None else (lambda row: make(row[0]))


def _processor(bind: BindParameter[Any], dialect: Any) -> Make | None:
    return bind.type.dialect_impl(dialect).bind_processor(dialect)


def _is_list(value: object) -> bool:
    return isinstance(value, Collection) and not isinstance(value, str | bytes)


def _size(values: Collection[Any]) -> int:
    """How many places a list gets: a power of two, so that few texts of a statement are ever made."""
    return 1 << (len(values) - 1).bit_length() if values else 0


def _numbered(name: str, values: list[Any], size: int) -> dict[str, Any]:
    """As the compiled statement calls the places of a list; those to spare say the last value again."""
    filled = values + values[-1:] * (size - len(values))
    return {f"{name}_{place}": value for place, value in enumerate(filled, 1)}
