"""Erasure where journals end up, on the platform: every journal held here, its own and received ones, by the kinds' times.

A device waits for an acknowledgement first (see ``redact``); nobody stands above the platform. What is set aside stays until
somebody has dealt with it, because of a kind that is unknown here nobody knows how long it may be kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.journal.bulk import upsert
from kiosk.journal.models import JournalErasure, JournalHead, JournalRecord
from kiosk.journal.reading import parked_seqs
from kiosk.journal.redact import DAY_MS, KEPT, Due, erase, retention
from kiosk.journal.writer import Journal
from kiosk.record_kinds import RecordKinds
from kiosk.storage.database import Database

AT_ONCE = 2000  # records a transaction: each is one erasure on record
PAGE = 500
LOCK = 0x6B696F736B  # this work's number among PostgreSQL's advisory locks


class AlreadyErasing(Exception):
    """Another process on the same database does it just now."""


@dataclass(frozen=True, slots=True)
class Found:
    """What may go next of one journal, and whether that is all for now."""

    due: Due
    ended: bool


def redact_held(journal: Journal, retention_days: int, dry_run: bool = False) -> dict[str, int]:
    """Erase everything that is due in every journal. Returns journal -> number of bodies.

    Does nothing while the clock is not trusted. Raises ``AlreadyErasing``, ``NotRecorded``, or what the database raises.
    """
    if not journal.clock.trusted():
        return {}
    now_ms = int(journal.clock.now().timestamp() * 1000)
    counts: dict[str, int] = {}
    with _alone(journal.database):
        if not dry_run:
            with journal.database.writing() as session:  # what is written here has arrived: nothing waits for another
                session.execute(update(JournalHead).where(JournalHead.own).values(acknowledged=JournalHead.seq))
        with journal.database.reading() as session:
            writers = session.scalars(select(JournalHead.writer).order_by(JournalHead.writer)).all()
        for writer in writers:
            for days in spans(journal.kinds, retention_days):
                count = _redact_one(journal, writer, days, retention_days, now_ms, dry_run)
                if count:
                    counts[writer] = counts.get(writer, 0) + count
    return counts


def spans(kinds: RecordKinds, default: int) -> list[int]:
    """The different retention times of the kinds known here, in days, with the profile's own."""
    found = {_days(kinds, name, default) for name in kinds.names()} | {default}
    return sorted(days for days in found if days is not None)


def look_again(session: Session, writer: str, seq: int) -> None:
    """From this record on something was passed over, and is to be looked at again."""
    session.execute(
        update(JournalErasure)
        .where(JournalErasure.writer == writer, JournalErasure.done_to >= seq)
        .values(done_to=seq - 1)
    )


def _days(kinds: RecordKinds, kind: str, default: int) -> int | None:
    return None if kind in KEPT else retention(kinds, kind, default)


def _redact_one(journal: Journal, writer: str, days: int, default: int, now_ms: int, dry_run: bool) -> int:
    """One journal's records of the kinds that are kept ``days``. They have a cursor of their own: a record that is kept for
    years must not make every later one be looked at daily."""
    with journal.database.reading() as session:
        known = session.get(JournalErasure, (writer, days))
        after, count = known.done_to if known else 0, 0
    while True:
        with journal.database.reading() as session:
            found = _next(session, journal.kinds, writer, days, default, after, now_ms)
        due = found.due
        count += len(due.seqs) if dry_run else erase(journal, writer, due.seqs)
        if due.done_to > after and not dry_run:
            with journal.database.writing() as session:
                _note(session, due, days, default)
        after = due.done_to
        if found.ended:
            return count


def _next(session: Session, kinds: RecordKinds, writer: str, days: int, default: int, after: int, now_ms: int) -> Found:
    """A record without a right time is as old as the next one that has one. Ends at the first record that is too young:
    what lies behind it in the journal goes when it goes."""
    parked = parked_seqs(session, writer)
    seqs: list[int] = []
    undated: list[int] = []
    done_to = seen = after
    while len(seqs) < AT_ONCE:
        rows = session.execute(
            select(
                JournalRecord.seq,
                JournalRecord.kind,
                JournalRecord.occurred_at_ms,
                JournalRecord.clock_trusted,
                JournalRecord.body.is_(None).label("gone"),
            )
            .where(JournalRecord.writer == writer, JournalRecord.seq > seen)
            .order_by(JournalRecord.seq)
            .limit(PAGE)
        ).all()
        for row in rows:
            if not row.gone and row.seq not in parked and _days(kinds, row.kind, default) == days:
                undated.append(row.seq)
            age_ms = now_ms - row.occurred_at_ms
            if not row.clock_trusted or age_ms < 0:  # from the future: that clock was wrong as well
                continue
            if age_ms < days * DAY_MS:
                return Found(Due(writer, tuple(seqs), done_to), True)
            seqs += undated
            undated.clear()
            done_to = row.seq
        if len(rows) < PAGE:
            return Found(Due(writer, tuple(seqs), done_to), True)
        seen = rows[-1].seq
    return Found(Due(writer, tuple(seqs), done_to), False)


def _note(session: Session, due: Due, days: int, default: int) -> None:
    statement = upsert(session, JournalErasure).values(writer=due.writer, days=days, done_to=due.done_to)
    session.execute(statement.on_conflict_do_update(index_elements=["writer", "days"], set_={"done_to": due.done_to}))
    if days == default:
        session.execute(
            update(JournalHead)
            .where(JournalHead.writer == due.writer, JournalHead.erased < due.done_to)
            .values(erased=due.done_to)
        )


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """While it lasts no other process on this database erases. On SQLite there is one process a database."""
    if database.is_sqlite:
        yield
        return
    with database.engine.connect() as opened:
        # its own connection, and no transaction on it: an open one would keep dead rows from being cleared meanwhile
        connection = opened.execution_options(isolation_level="AUTOCOMMIT")
        if not connection.scalar(select(func.pg_try_advisory_lock(LOCK))):
            raise AlreadyErasing
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(LOCK)))
