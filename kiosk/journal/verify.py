"""Checks a journal's chain from its first record: numbering without gaps, bodies unchanged, hashes linked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal import chain, reading
from kiosk.journal.kinds import RecordKinds
from kiosk.journal.models import JournalHead


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking one journal found. ``problem`` is empty when it is whole."""

    writer: str
    records: int
    erased: int
    problem: str = ""
    at_seq: int = 0


def verify(session: Session, writer: str, kinds: RecordKinds, key: bytes) -> Verified:
    """Walk one journal. ``key`` is the pseudonym key under which the bodies were digested."""
    seq, previous, erased = 0, chain.genesis(writer), 0
    for batch in reading.batches(session, writer, kinds):
        for record in batch:
            if record.seq != seq + 1:
                return Verified(writer, seq, erased, f"record {seq + 1} is missing", seq + 1)
            if record.body is None:
                erased += 1
            elif chain.body_digest(record.body.encode(), key) != record.body_digest:
                return Verified(writer, seq, erased, f"the body of record {record.seq} was changed", record.seq)
            previous = chain.next_hash(previous, writer, header_of(record), record.body_digest)
            if previous != record.hash:
                return Verified(writer, seq, erased, f"the chain breaks at record {record.seq}", record.seq)
            seq = record.seq
    head = session.execute(select(JournalHead.seq, JournalHead.hash).where(JournalHead.writer == writer)).one_or_none()
    if head is not None and (head.seq != seq or (seq and head.hash != previous)):
        return Verified(writer, seq, erased, f"the journal ends at {seq}, its head says {head.seq}", seq)
    return Verified(writer, seq, erased)


def header_of(record: Record) -> bytes:
    return chain.header_bytes(
        record.seq,
        chain.pack_id(record.id),
        record.occurred_at_ms,
        record.clock_trusted,
        record.kind,
        record.schema,
        record.site,
        record.citizen,
        record.operator,
    )
