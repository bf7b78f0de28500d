"""Records of the platform that are stored here and not understood yet: noted, and tried again after an update."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.batch import Parked, validate
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.project import ProjectionFailed
from kiosk.journal.reading import record_of_row
from kiosk.journal.writer import Journal
from plugins.upstream_sync.models import ParkedRecord


def note(session: Session, writer: str, parked: Iterable[Parked], now_ms: int) -> None:
    """In the transaction that stores them."""
    for one in parked:
        session.merge(ParkedRecord(writer=writer, seq=one.seq, reason=one.reason[:500], parked_at_ms=now_ms))
    session.flush()


def retry(journal: Journal) -> int:
    """Project those that are understood by now. Returns how many."""
    skip: frozenset[str] = frozenset()
    while True:
        try:
            with journal.database.writing() as session:
                return _retry(session, journal, skip)
        except ProjectionFailed as failed:
            if failed.fault.plugin in skip:
                raise
            skip |= {failed.fault.plugin}


def _retry(session: Session, journal: Journal, skip: frozenset[str]) -> int:
    own = select(JournalHead.writer).where(JournalHead.own)
    rows = session.execute(
        select(JournalRecord, ParkedRecord)
        .join(ParkedRecord, (ParkedRecord.writer == JournalRecord.writer) & (ParkedRecord.seq == JournalRecord.seq))
        .where(ParkedRecord.writer.not_in(own))
        .order_by(JournalRecord.writer, JournalRecord.seq)
    ).all()
    good: list[Record] = []
    for row, noted in rows:
        if row.body is not None:
            _, reason = validate(journal.kinds.get(row.kind), row.schema, row.occurred_at_ms, row.body)
            if reason:
                noted.reason = reason
                continue
            good.append(record_of_row(row, journal.kinds))
        session.delete(noted)
    session.flush()
    journal.projector.project(good, session, skip)
    return len(good)
