"""Where doses of one citizen meet that different journals bring, at the same moment too: locks, and nothing else.

Why no pair is missed: every batch writes its rows, then locks the citizens it brings a dose or a merge of, then looks for others'
rows, and holds the locks until it has committed. Of two batches with the same citizen one comes second; it waits for the first, and
every statement after that sees what the first has brought (READ COMMITTED on PostgreSQL; SQLite has one writer at a time). A merge
locks both names. A dose under a temporary name finds it merged and then locks the person behind it too, so that it meets the
doses under that name. Locks are taken in the order of their numbers; where two batches still wait for each other over a merge,
the database ends one and its device sends it again.

The locks are PostgreSQL's advisory ones, which write nothing. A lock stands for one share of all citizens: so a batch takes a
bounded number of them, and batches of other shares do not wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

from sqlalchemy import text
from sqlalchemy.orm import Session

from plugins.vaccination.nation.many import is_postgresql

SHARES = 1024  # PostgreSQL keeps 6,400 locks for all connections by default
_SPACE = crc32(b"vaccination.meeting") >> 1  # a number that fits into PostgreSQL's integer, and is nobody else's

_LOCK = text("SELECT pg_advisory_xact_lock(:space, share) FROM unnest(CAST(:shares AS integer[])) AS share")


def lock(session: Session, citizens: Iterable[str]) -> None:
    """Have other batches with one of these citizens wait until this transaction has ended; wait for those that came before."""
    if is_postgresql(session):
        shares = sorted({crc32(citizen.encode()) % SHARES for citizen in citizens})
        session.execute(_LOCK, {"space": _SPACE, "shares": "{" + ",".join(map(str, shares)) + "}"})
