"""Opens an SQLite database only to look at it, also on a card that cannot be written. Makes and changes nothing in it."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from kiosk.explained import Explained


def sqlite_reader(file: Path) -> Callable[[], sqlite3.Connection]:
    """What makes connections that read ``file``. Raises ``OSError`` or ``sqlite3.Error``, or ``ValueError`` where what is there
    can only be read from a place that can be written."""
    if not file.exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file))
    try:
        _connect(file, "mode=ro").close()
    except sqlite3.OperationalError as error:
        # WAL wants its index file beside the database, and cannot make one here
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
    else:
        return lambda: _connect(file, "mode=ro")
    log = file.with_name(file.name + "-wal")
    if log.exists() and log.stat().st_size:
        raise Explained(
            f"các bản ghi mới nhất nằm trong {log.name}, chỉ đọc được ở thư mục ghi được: "
            "hãy sao chép cả thư mục dữ liệu sang nơi ghi được rồi đưa nơi đó sau --data",
            f"the newest records are in {log.name}, which can only be read from a folder that can be written: "
            "copy the whole data directory to one, and give that with --data",
        )
    # nobody else can write here either: SQLite may take the file for unchangeable
    return lambda: _connect(file, "immutable=1")


def _connect(file: Path, how: str) -> sqlite3.Connection:
    """A connection that has proved that it can read."""
    connection = sqlite3.connect(
        f"file:{quote(str(file.absolute()))}?{how}",
        uri=True,
        timeout=10,
        isolation_level=None,  # as kiosk.storage.database: BEGIN is said explicitly
        check_same_thread=False,  # the pool hands it from thread to thread, never to two at once
    )
    try:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.Error:
        connection.close()
        raise
    return connection
