"""Whom the signer must look at: people of whom a journal has told something since it was last read, and those who wait for a day.

A journal's numbers have no gaps and its head moves with its records, so a cursor per journal misses nobody, however late a journal
arrives; and looking costs as much as there is news.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from kiosk.journal.bulk import upsert
from kiosk.journal.models import JournalHead, JournalRecord
from plugins.vaccination.folding.rows import CERTIFICATES
from plugins.vaccination.models import CertificateRow, SignerBlocked, SignerCursor, SignerWaiting

ABOUT = ("dose", "shown_dose", "shown_withdrawn", "person", "merged", "finding", "registration")
KINDS = tuple(f"vaccination.{name}" for name in ABOUT)
JOURNALS_AT_ONCE = 200


@dataclass(slots=True)
class Due:
    """``cursors``: how far each journal was looked through for it; ``waited``: who was waiting."""

    citizens: dict[str, None] = field(default_factory=dict)  # in their order, each once
    cursors: dict[str, int] = field(default_factory=dict)
    waited: list[str] = field(default_factory=list)


def is_any(session: Session, today: int) -> bool:
    """Whether there is anything to look at; cheap."""
    if session.scalar(select(SignerWaiting.citizen).where(SignerWaiting.day <= today).limit(1)):
        return True
    return session.execute(_news().limit(1)).first() is not None


def collect(session: Session, most: int, today: int) -> Due:
    """At most ``most`` people, and some more where one record names two. ``today``: yyyymmdd."""
    due = Due()
    waiting = select(SignerWaiting.citizen).where(SignerWaiting.day <= today).order_by(SignerWaiting.day).limit(most)
    due.waited = list(session.scalars(waiting))
    due.citizens.update(dict.fromkeys(due.waited))
    for journal in session.execute(_news().limit(JOURNALS_AT_ONCE)).all():
        left = most - len(due.citizens)
        if left <= 0:
            break
        told = session.execute(
            select(JournalRecord.seq, JournalRecord.citizen)
            .where(
                JournalRecord.writer == journal.writer,
                JournalRecord.seq > (journal.looked or 0),
                JournalRecord.seq <= journal.seq,
                JournalRecord.kind.in_(KINDS),
                JournalRecord.citizen.is_not(None),
            )
            .order_by(JournalRecord.seq)
            .limit(left)
        ).all()
        due.citizens.update(dict.fromkeys(row.citizen for row in told))
        due.cursors[journal.writer] = told[-1].seq if len(told) == left else journal.seq
    return due


def _news() -> Any:
    """Journals that are longer than they were looked through."""
    return (
        select(JournalHead.writer, JournalHead.seq, SignerCursor.seq.label("looked"))
        .outerjoin(SignerCursor, SignerCursor.writer == JournalHead.writer)
        .where(JournalHead.writer != CERTIFICATES, or_(SignerCursor.seq.is_(None), SignerCursor.seq < JournalHead.seq))
        .order_by(JournalHead.writer)
    )


def note(
    session: Session, due: Due, again: Mapping[str, int], blocked: Mapping[str, str], seen: Collection[str]
) -> None:
    """Remember, in the transaction in which the certificates are written: how far was looked, who waits for which day (yyyymmdd), and
    who is blocked. ``seen``: everybody that was decided on."""
    connection = session.connection()
    for citizens in (due.waited, seen):
        if citizens:
            connection.execute(delete(SignerWaiting).where(SignerWaiting.citizen.in_(citizens)))
    if seen:
        connection.execute(delete(SignerBlocked).where(SignerBlocked.citizen.in_(seen)))
    _put(session, SignerWaiting, "day", [{"citizen": who, "day": day} for who, day in sorted(again.items())])
    _put(session, SignerBlocked, "reason", [{"citizen": who, "reason": why} for who, why in sorted(blocked.items())])
    cursors = [{"writer": writer, "seq": seq} for writer, seq in sorted(due.cursors.items())]
    _put(session, SignerCursor, "seq", cursors)


def _put(session: Session, model: Any, column: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    statement = upsert(session, model)
    keys = [one.name for one in model.__table__.primary_key]
    session.connection().execute(
        statement.on_conflict_do_update(index_elements=keys, set_={column: statement.excluded[column]}), rows
    )


def look_again_at_those_signed_by(session: Session, kid: str) -> int:
    """Whoever has a certificate by this key is due at once. Returns how many."""
    rows = session.scalars(select(CertificateRow.citizen).where(CertificateRow.kid == kid).distinct())
    citizens = [citizen for citizen in rows if citizen]
    for start in range(0, len(citizens), 1000):
        _put(session, SignerWaiting, "day", [{"citizen": who, "day": 0} for who in citizens[start : start + 1000]])
    return len(citizens)
