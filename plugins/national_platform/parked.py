"""Records that are stored and in no table: noted, shown, tried again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.append import ensure_head
from kiosk.journal.batch import Parked, validate
from kiosk.journal.bulk import upsert
from kiosk.journal.models import JournalRecord
from kiosk.journal.project import ProjectionFailed
from kiosk.journal.reading import record_of_row
from kiosk.journal.redact_held import look_again
from plugins.national_platform.models import ParkedRecord

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal

AT_ONCE = 5000  # records a transaction


def note(session: Session, writer: str, parked: Sequence[Parked], now_ms: int) -> None:
    """Remember what was set aside of a batch."""
    if not parked:
        return
    statement = upsert(session, ParkedRecord).on_conflict_do_nothing()
    session.execute(
        statement,
        [
            {"writer": writer, "seq": one.seq, "kind": one.kind, "reason": one.reason, "parked_at_ms": now_ms}
            for one in parked
        ],
    )


def retry_range(journal: Journal, writer: str, first: int, last: int) -> list[dict[str, Any]]:
    """Try again what is parked between two records; what stays parked is returned."""
    with journal.database.reading() as session:
        seqs = session.scalars(
            select(ParkedRecord.seq).where(ParkedRecord.writer == writer, ParkedRecord.seq.between(first, last))
        ).all()
    return retry(journal, writer, seqs) if seqs else []


def retry(journal: Journal, writer: str, seqs: Iterable[int]) -> list[dict[str, Any]]:
    """Look again at parked records: those that fit by now are projected and forgotten here.

    They come later than their place in the journal. Kinds for which that matters are put right by a replay.
    """
    wanted = sorted(set(seqs))
    skip: frozenset[str] = frozenset()
    while True:
        try:
            with journal.database.writing() as session:
                return _retry(session, journal, writer, wanted, skip)
        except ProjectionFailed as failed:
            if failed.fault.plugin in skip:
                raise
            skip |= {failed.fault.plugin}


def retry_known(journal: Journal, all_reasons: bool = False) -> int:
    """Try again what was set aside because a plugin was not there, or an older one, and of which this process knows the kind.
    ``all_reasons``: and what did not fit its kind, as after an update. Returns how many records found their place."""
    reasons = ParkedRecord.reason == "unknown_kind"
    query = select(ParkedRecord.writer, ParkedRecord.seq).where(ParkedRecord.kind.in_(journal.kinds.names()))
    with journal.database.reading() as session:
        waiting: dict[str, list[int]] = {}
        for row in session.execute(query if all_reasons else query.where(reasons)):
            waiting.setdefault(row.writer, []).append(row.seq)
    found = 0
    for writer, seqs in sorted(waiting.items()):
        for start in range(0, len(seqs), AT_ONCE):
            some = sorted(seqs)[start : start + AT_ONCE]
            found += len(some) - len(retry(journal, writer, some))
    return found


def _retry(
    session: Session, journal: Journal, writer: str, seqs: Sequence[int], skip: frozenset[str]
) -> list[dict[str, Any]]:
    ensure_head(session, writer, own=False)  # two processes must not project the same record
    still: list[dict[str, Any]] = []
    good: list[Record] = []
    for start in range(0, len(seqs), 500):
        rows = session.execute(
            select(JournalRecord, ParkedRecord)
            .join(ParkedRecord, (ParkedRecord.writer == JournalRecord.writer) & (ParkedRecord.seq == JournalRecord.seq))
            .where(JournalRecord.writer == writer, JournalRecord.seq.in_(seqs[start : start + 500]))
            .order_by(JournalRecord.seq)
        ).all()
        for row, noted in rows:
            reason = ""
            if row.body is not None:
                _, reason = validate(journal.kinds.get(row.kind), row.schema, row.occurred_at_ms, row.body)
            if reason:
                noted.reason = reason
                still.append({"seq": row.seq, "reason": reason})
                continue
            good.append(record_of_row(row, journal.kinds))
            session.delete(noted)
    session.flush()
    if good:
        look_again(session, writer, good[0].seq)  # the erasure passed them over
    journal.projector.project(good, session, skip)
    return still
