"""The few statements that every encounter makes, handed to SQLite's driver as they are: SQLAlchemy's own way costs several
times as much. Knows no table. What they raise is what SQLAlchemy would raise.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import Insert

Values = Sequence[Any] | Mapping[str, Any]

_LEAVE = "ask_leave"  # the execution option that holds what ``needs_leave`` was given


def connection_of(session: Session) -> Connection:
    """The connection that a session runs on; of one that was made for a connection without asking the session further."""
    bind = session.bind
    return bind if isinstance(bind, Connection) else session.connection()


def needs_leave(connection: Connection, ask: Callable[[], None]) -> Connection:
    """Have every statement on this connection call ``ask`` first, which may raise."""
    return connection.execution_options(**{_LEAVE: ask})


def ask_leave(connection: Connection, *_statement: Any) -> None:
    """Ask, where this connection needs leave. Also the listener for what goes through SQLAlchemy (``before_cursor_execute``)."""
    ask = connection.get_execution_options().get(_LEAVE)
    if ask is not None:
        ask()


def run(connection: Connection, statement: str, values: Values = ()) -> sqlite3.Cursor:
    """Carry out one statement on SQLite. Raises ``sqlalchemy.exc.DBAPIError``."""
    ask_leave(connection)
    try:
        return _driver(connection).execute(statement, values)
    except sqlite3.Error as error:
        raise _in_sqlalchemys_words(statement, error) from None


def fetch(connection: Connection, statement: str, values: Values = ()) -> list[Any]:
    """Carry out one statement and take all its rows. Raises ``sqlalchemy.exc.DBAPIError``."""
    if connection.dialect.name == "sqlite":
        return run(connection, statement, values).fetchall()
    ask_leave(connection)
    driver, errors = _driver(connection), connection.dialect.loaded_dbapi.Error
    try:
        found: list[Any] = driver.execute(
            statement, values
        ).fetchall()  # psycopg executes on the connection itself as well
    except errors as error:
        raise DBAPIError.instance(
            statement, None, error, errors, hide_parameters=True, connection_invalidated=driver.broken
        ) from None
    return found


def run_each(connection: Connection, statement: str, rows: Iterable[Values]) -> None:
    """Carry out one statement for each row on SQLite. Raises ``sqlalchemy.exc.DBAPIError``."""
    ask_leave(connection)
    try:
        _driver(connection).executemany(statement, rows)
    except sqlite3.Error as error:
        raise _in_sqlalchemys_words(statement, error) from None


class Prepared:
    """A statement of plain texts and numbers, compiled once."""

    def __init__(self, statement: Select[Any] | Insert | Update) -> None:
        self._statement = statement
        self._compiled: dict[str, tuple[str, dict[str, Any]]] = {}

    def rows(self, session: Session, **parameters: Any) -> Sequence[Any]:
        """All rows of a SELECT. Parameters are the statement's ``bindparam`` names."""
        connection = connection_of(session)
        sql, fixed = self._for(connection)
        return fetch(connection, sql, fixed | parameters)

    def write(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Carry it out for each row, which gives all of its parameters."""
        if connection.dialect.name == "sqlite":
            run_each(connection, self._for(connection)[0], rows)
        else:
            connection.execute(self._statement, rows)

    def _for(self, connection: Connection) -> tuple[str, dict[str, Any]]:
        """The statement's text, and the values that are fixed in it."""
        name = connection.dialect.name
        known = self._compiled.get(name)
        if known is None:
            # by name and not by place: a value that occurs more than once is handed over once
            dialect = sqlite.dialect(paramstyle="named") if name == "sqlite" else connection.dialect
            compiled = self._statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
            fixed = {each: bind.value for each, bind in compiled.binds.items() if not bind.required}
            known = self._compiled[name] = (str(compiled), fixed)
        return known


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _in_sqlalchemys_words(statement: str, error: sqlite3.Error) -> Exception:
    """As SQLAlchemy would raise it; without parameters, which may be personal."""
    return DBAPIError.instance(statement, None, error, sqlite3.Error, hide_parameters=True)
