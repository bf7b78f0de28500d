"""Tells a fault of the card or the database server from a fault of whoever spoke to it."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

# primary result codes, https://www.sqlite.org/rescode.html
_SQLITE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_NOTADB,
})  # fmt: skip


def is_storage_fault(error: BaseException) -> bool:
    """Disk full, write-protected, damaged or locked; a server that is gone, or that ended one of two deadlocked transactions."""
    if isinstance(error, OSError):
        return False  # a plugin's own files and sockets are its own business
    found = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(found, sqlite3.Error):
        # sqlite3 decodes text itself: bytes that are not UTF-8 in a TEXT column are damage as well
        code = getattr(found, "sqlite_errorcode", None)
        return (code is not None and code & 0xFF in _SQLITE) or "decode to UTF-8" in str(found)
    if isinstance(error, DBAPIError):
        # psycopg: connection lost, out of space, deadlock are OperationalError; a wrong statement is not
        return error.connection_invalidated or any(base.__name__ == "OperationalError" for base in type(found).__mro__)
    return False
