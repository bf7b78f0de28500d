"""Several rows in one INSERT, for SQLite: a statement a row costs a device more than the rows themselves. Knows no journal.

Where several threads run, each statement also lets another thread in and has to queue up behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect

from kiosk.storage import statements

MOST_ROWS = 64  # in one statement; a power of two
MOST_VALUES = 900  # SQLite takes 32,766 since 3.32, 999 before

Row = Mapping[str, Any]


def insert_together(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Add rows that all give every column of ``table``. Raises ``sqlalchemy.exc.IntegrityError`` where a key is taken,
    ``KeyError`` where a row gives too little."""
    names = tuple(column.name for column in table.columns)
    most = MOST_ROWS
    while most > 1 and most * len(names) > MOST_VALUES:
        most //= 2
    pick = itemgetter(*names) if len(names) > 1 else lambda row: (row[names[0]],)
    begin = 0
    while begin < len(rows):
        # halves of halves, so that few statements do for any number of rows, and the driver keeps them all compiled
        count = min(most, 1 << (len(rows) - begin).bit_length() - 1)
        values = list(chain.from_iterable(map(pick, rows[begin : begin + count])))
        for at, convert in _conversions(table):
            values[at :: len(names)] = map(convert, values[at :: len(names)])
        statements.run(connection, _statement(table, count), values)
        begin += count


@lru_cache(maxsize=256)
def _statement(table: Table, count: int) -> str:
    quote = sqlite_dialect().identifier_preparer.quote
    columns = ", ".join(quote(column.name) for column in table.columns)
    row = f"({', '.join('?' * len(table.columns))})"
    return f"INSERT INTO {quote(table.name)} ({columns}) VALUES {', '.join([row] * count)}"  # noqa: S608 - no value in it


@lru_cache(maxsize=64)
def _conversions(table: Table) -> list[tuple[int, Callable[[Any], Any]]]:
    """The columns, by place, whose values the driver does not take as they are."""
    dialect: Dialect = sqlite_dialect()
    found = [column.type.dialect_impl(dialect).bind_processor(dialect) for column in table.columns]
    return [(at, convert) for at, convert in enumerate(found) if convert is not None]
