"""Rows back into records, and journals in batches."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.batch import validate
from kiosk.journal.models import JournalRecord
from kiosk.record_kinds import RecordKinds
from kiosk.storage.database import Base


def record_of_row(row: JournalRecord, kinds: RecordKinds) -> Record:
    """``data`` is None where the body was erased, or its kind or content is not known here."""
    data = None
    if row.body is not None:
        # None for what was parked on arrival: it stays in the journal and is not projected
        data, _ = validate(kinds.get(row.kind), row.schema, row.occurred_at_ms, row.body)
    return Record(
        writer=row.writer,
        seq=row.seq,
        id=row.id,
        kind=row.kind,
        schema=row.schema,
        occurred_at_ms=row.occurred_at_ms,
        clock_trusted=row.clock_trusted,
        site=row.site,
        citizen=row.citizen,
        operator=row.operator,
        body=row.body,
        data=data,
        body_digest=row.body_digest,
        hash=row.hash,
    )


def parked_seqs(session: Session, writer: str) -> set[int]:
    """Records of a journal that are set aside: a plugin that parks records says so in its table's ``info``
    (``{"parked": True}``, with columns ``writer`` and ``seq``). Even if they would fit by now, they are folded when they are
    tried again and not before: else they would be folded twice."""
    tables = [table for table in Base.metadata.sorted_tables if table.info.get("parked")]
    if not tables:
        return set()
    there = inspect(session.connection())
    return {
        seq
        for table in tables
        if there.has_table(table.name)
        for seq in session.scalars(select(table.c.seq).where(table.c.writer == writer))
    }


def writers(session: Session) -> list[str]:
    """Every journal that is held here."""
    return sorted(session.scalars(select(JournalRecord.writer).distinct()))


def batches(
    session: Session, writer: str, kinds: RecordKinds, after: int = 0, size: int = 1000, until: int | None = None
) -> Iterator[list[Record]]:
    """One journal in ``seq`` order, ``size`` records at a time, from ``after`` (exclusive) to ``until`` (inclusive).

    Parked records come without ``data``."""
    parked = parked_seqs(session, writer)
    while True:
        query = select(JournalRecord).where(JournalRecord.writer == writer, JournalRecord.seq > after)
        if until is not None:
            query = query.where(JournalRecord.seq <= until)
        rows = session.scalars(query.order_by(JournalRecord.seq).limit(size)).all()
        if not rows:
            return
        records = [record_of_row(row, kinds) for row in rows]
        yield [one._replace(data=None) if one.seq in parked else one for one in records] if parked else records
        after = rows[-1].seq
        session.expunge_all()
