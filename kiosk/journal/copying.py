"""PostgreSQL's COPY inside SQLAlchemy's transaction: many rows in one message, formatted a column at a time.

Knows nothing of journals. Where the database is not PostgreSQL, or rows are few, a plain INSERT does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary, SmallInteger, String, Table, Text, Uuid
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from kiosk.journal.together import insert_together
from kiosk.storage.statements import connection_of

BLOCK = 256  # rows that are formatted and sent together: what is still in the processor's cache is quickest
FEW = 16  # below it one INSERT is quicker than opening a COPY

Formatter = Callable[[Sequence[Any]], Iterable[str]]

_ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r"}
_NULL = "\\N"


def insert_columns(session: Session, table: Table, columns: Mapping[str, Sequence[Any]]) -> None:
    """Add rows given as columns of equal length. Raises ``sqlalchemy.exc.IntegrityError`` where a key is taken,
    ``ValueError`` where a text holds NUL, which PostgreSQL cannot keep."""
    names = list(columns)
    connection = session.connection()
    count = len(columns[names[0]])
    if connection.dialect.name != "postgresql" or count < FEW:
        _plainly(connection, table, [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)])
        return
    session.flush()
    formatters = [(_formatter(table, name), columns[name]) for name in names]
    blocks = (_block(formatters, start, table.name) for start in range(0, count, BLOCK))
    _copy(connection.connection.driver_connection, table, names, blocks)


def insert_mappings(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """The same for rows given one by one; every row has the same keys."""
    connection = connection_of(session)
    if connection.dialect.name != "postgresql" or len(rows) < FEW:
        _plainly(connection, table, rows)
        return
    insert_columns(session, table, {name: list(map(itemgetter(name), rows)) for name in rows[0]})


def _plainly(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite" and len(rows[0]) == len(table.columns):
        insert_together(connection, table, rows)
    else:
        connection.execute(table.insert(), list(rows))


def _block(formatters: Sequence[tuple[Formatter, Sequence[Any]]], start: int, table: str) -> str:
    formatted = [formatter(values[start : start + BLOCK]) for formatter, values in formatters]
    text = "\n".join(map("\t".join, zip(*formatted, strict=True))) + "\n"
    if "\0" in text:
        raise ValueError(f"a text for {table} holds NUL")
    return text


def _copy(connection: Any, table: Table, names: Sequence[str], blocks: Iterable[str]) -> None:
    import psycopg  # only where the database is PostgreSQL: a device does without it
    from psycopg import sql

    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    try:
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in blocks:
                copy.write(block)
    except psycopg.Error as error:
        # in SQLAlchemy's words, as an INSERT would raise it; without parameters, which may be personal
        raise DBAPIError.instance(
            f"COPY {table.name}", None, error, psycopg.Error, connection_invalidated=connection.broken
        ) from None


def _formatter(table: Table, name: str) -> Formatter:
    column = table.c[name]
    kind = column.type
    if isinstance(kind, BigInteger | Integer | SmallInteger):
        plain: Callable[[Any], str] = str
    elif isinstance(kind, Boolean):
        plain = _boolean
    elif isinstance(kind, LargeBinary):
        plain = _binary
    elif isinstance(kind, Uuid):
        plain = _uuid
    elif isinstance(kind, String | Text):
        return _nullable_texts if column.nullable else _texts
    else:
        raise TypeError(f"{table.name}.{name}: {kind!r} is not copied yet")
    if column.nullable:
        return lambda values: [_NULL if value is None else plain(value) for value in values]
    return lambda values: map(plain, values)


def _boolean(value: object) -> str:
    return "t" if value else "f"


def _binary(value: bytes) -> str:
    return "\\\\x" + value.hex()


def _uuid(value: UUID) -> str:
    return f"{value.int:032x}"  # a third of the time that its own str takes


def _texts(values: Sequence[str]) -> Sequence[str]:
    """Escaped only where one of them needs it, which is seldom: one look at all of them together."""
    together = "".join(values)
    if "\\" in together or "\t" in together or "\n" in together or "\r" in together:
        return [value.translate(_ESCAPES) for value in values]
    return values


def _nullable_texts(values: Sequence[str | None]) -> Sequence[str]:
    if None not in values:
        return _texts(values)  # type: ignore[arg-type]
    escaped = iter(_texts([value for value in values if value is not None]))
    return [_NULL if value is None else next(escaped) for value in values]
