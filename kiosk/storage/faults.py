"""Tells a fault of the card or the database server from a fault of whoever spoke to it, and of which kind it is.

Says nothing in words: kiosk/storage/words.py does.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

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


class Kind(StrEnum):
    """What is wrong with the place where records go."""

    FULL = "full"
    READ_ONLY = "read_only"
    DENIED = "denied"  # there, and not ours to write
    DAMAGED = "damaged"
    UNREACHABLE = "unreachable"  # a database server that does not answer
    SILENT = "silent"  # it says nothing at all: whoever asks hangs
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class StorageTrouble:
    """``detail`` is a code such as ``EROFS``, ``SQLITE_CORRUPT`` or an exception's name: never a statement or a value."""

    kind: Kind
    detail: str


NEARLY_NONE = 1024 * 1024  # bytes; SQLite's own files beside the database need some of it to be opened at all

_ERRNO = {
    errno.ENOSPC: Kind.FULL, errno.EDQUOT: Kind.FULL, errno.EROFS: Kind.READ_ONLY, errno.EACCES: Kind.DENIED,
    errno.EPERM: Kind.DENIED, errno.EIO: Kind.DAMAGED, errno.EUCLEAN: Kind.DAMAGED, errno.EBADMSG: Kind.DAMAGED,
    errno.ENODEV: Kind.DAMAGED, errno.ENXIO: Kind.DAMAGED,
}  # fmt: skip
_SQLITE_KIND = {
    sqlite3.SQLITE_FULL: Kind.FULL, sqlite3.SQLITE_READONLY: Kind.DENIED, sqlite3.SQLITE_CANTOPEN: Kind.DENIED,
    sqlite3.SQLITE_IOERR: Kind.DAMAGED, sqlite3.SQLITE_CORRUPT: Kind.DAMAGED, sqlite3.SQLITE_NOTADB: Kind.DAMAGED,
}  # fmt: skip


def trouble_of(error: BaseException, data_dir: Path) -> StorageTrouble:
    """What ``error``, met while the data directory or the database was opened, says about them.

    The file system is asked as well: SQLite calls a full and a write-protected card alike "unable to open database file".
    """
    kind, detail = _said_by(error)
    if kind in (Kind.DENIED, Kind.DAMAGED, Kind.OTHER):
        kind = _seen_on(data_dir) or kind
    return StorageTrouble(kind, detail)


def _said_by(error: BaseException) -> tuple[Kind, str]:
    found = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    if isinstance(found, OSError):
        return _ERRNO.get(found.errno or 0, Kind.OTHER), errno.errorcode.get(found.errno or 0, type(found).__name__)
    if isinstance(found, sqlite3.Error):
        code = getattr(found, "sqlite_errorcode", None)
        if code is None:  # bytes that are not UTF-8 in a TEXT column
            return (Kind.DAMAGED if is_storage_fault(found) else Kind.OTHER), type(found).__name__
        return _SQLITE_KIND.get(code & 0xFF, Kind.OTHER), found.sqlite_errorname
    if isinstance(error, DBAPIError) and is_storage_fault(error):
        return Kind.UNREACHABLE, type(found).__name__
    return Kind.OTHER, type(found).__name__


def _seen_on(data_dir: Path) -> Kind | None:
    """Full or write-protected, by the file system's own word."""
    for folder in (data_dir, *data_dir.parents):
        try:
            card = os.statvfs(folder)
        except OSError:
            continue
        if card.f_flag & os.ST_RDONLY:
            return Kind.READ_ONLY
        if not card.f_blocks:
            return None  # /proc and its like hold no files: they are never full
        if card.f_bavail * card.f_frsize < NEARLY_NONE or (card.f_files and not card.f_favail):
            return Kind.FULL
        return None
    return None
