"""Who may append while tables are rebuilt from the journals: nobody. Between a platform's processes; rebuilds nothing itself.

Two locks of PostgreSQL. The journals' heads are locked, so that whoever would append waits. And an advisory lock says so to those who
would rather come again than wait: a batch of a device, which else would hold a thread and a connection for as long as it lasts.
SQLite has one writer at a time as it is, and its appliance one process.
"""

from __future__ import annotations

from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalHead

_KEY = crc32(b"kiosk.journal.rebuilding")  # a number that is nobody else's
_TAKE = text("SELECT pg_advisory_xact_lock(:key)")
_TRY = text("SELECT pg_try_advisory_xact_lock_shared(:key)")
_HEADS = text(f"LOCK TABLE {JournalHead.__tablename__} IN EXCLUSIVE MODE")


class Rebuilding(Exception):
    """Tables are being rebuilt: nothing was stored, come again."""


def stop_the_journals(session: Session) -> None:
    """From here to the end of the transaction nobody else appends to any journal, and whoever has begun has ended.

    A record that another process brings meanwhile would be folded by it and read by the rebuilding as well, and a note that a plugin
    missed it would be taken away with those that are mended. Everybody locks or moves a journal's head before anything is folded
    (``ensure_head``, ``insert_records``): so the heads' table is what is locked."""
    if _between_processes(session):
        session.execute(_TAKE, {"key": _KEY})
        session.execute(_HEADS)


def refuse_meanwhile(session: Session) -> None:
    """Raise ``Rebuilding`` where tables are being rebuilt or somebody waits to; who does so later waits for this transaction."""
    if under_way(session):
        raise Rebuilding


def under_way(session: Session) -> bool:
    """Whether tables are being rebuilt, or somebody waits to; also for a session that only reads."""
    return _between_processes(session) and not session.scalar(_TRY, {"key": _KEY})


def _between_processes(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
