"""Checks a journal's chain from its first record: numbering without gaps, bodies unchanged, hashes linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, String, func, or_, select, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal import chain, reading
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.record_kinds import RecordKinds

# what a damaged cell may lead to: a wrong type, no UUID, no UTF-8, no page
_DAMAGE = (ValueError, TypeError, AttributeError, LookupError, SQLAlchemyError)


@dataclass(frozen=True, slots=True)
class Verified:
    """What checking one journal found. ``problem`` is empty when it is whole."""

    writer: str
    records: int
    erased: int
    problem: str = ""
    at_seq: int = 0


class _UnreadableError(Exception):
    """A record is there, and cannot be read."""


def verify(session: Session, writer: str, kinds: RecordKinds, key: bytes) -> Verified:
    """Walk one journal. ``key`` is the pseudonym key under which the bodies were digested."""
    head = session.execute(
        select(JournalHead.seq, JournalHead.hash, JournalHead.own, JournalHead.acknowledged).where(
            JournalHead.writer == writer
        )
    ).one_or_none()
    seq, previous, erased = 0, chain.genesis(writer), 0
    try:
        for record in _records(session, writer, kinds):
            problem = _problem(record, seq, previous, writer, key, head)
            if problem:
                return Verified(writer, seq, erased, problem, seq + 1)
            erased += record.body is None
            seq, previous = record.seq, record.hash
    except _UnreadableError:
        return Verified(writer, seq, erased, f"record {seq + 1} cannot be read", seq + 1)
    misspelled = _misspelled(session, writer)
    if misspelled is not None:
        return Verified(writer, seq, erased, f"record {misspelled} holds a damaged value", misspelled)
    if head is None:
        return Verified(writer, seq, erased, "nothing says where the journal ends", seq)
    if head.seq != seq or head.hash != previous:
        return Verified(writer, seq, erased, f"the journal ends at {seq}, its head says {head.seq}", seq)
    return Verified(writer, seq, erased)


def _problem(record: Record, seq: int, previous: bytes, writer: str, key: bytes, head: Any) -> str:
    if record.seq != seq + 1:
        return f"record {seq + 1} is missing"
    if record.body is None:
        # what the platform does not have is never erased
        if head is not None and head.own and record.seq > head.acknowledged:
            return f"the body of record {record.seq} is gone"
    elif chain.body_digest(record.body.encode(), key) != record.body_digest:
        return f"the body of record {record.seq} was changed"
    if chain.next_hash(previous, writer, header_of(record), record.body_digest) != record.hash:
        return f"the chain breaks at record {record.seq}"
    return ""


def _records(session: Session, writer: str, kinds: RecordKinds) -> Iterator[Record]:
    """Raises ``_UnreadableError`` just after the last record that can be read."""
    after = 0
    for size in (1000, 1):  # where a batch cannot be read, one by one up to the damaged record
        try:
            for batch in reading.batches(session, writer, kinds, after, size):
                yield from batch
                after = batch[-1].seq
        except _DAMAGE:
            continue
        return
    raise _UnreadableError


def _misspelled(session: Session, writer: str) -> int | None:
    """The first record with a value that reads like another. SQLite keeps ids as text and truth as a number: Python reads
    ``" 1a…"`` like ``"01a…"`` and 3 like 1, while a look-up by the value would miss such a record."""
    if session.get_bind().dialect.name != "sqlite":
        return None
    identifier, trusted = type_coerce(JournalRecord.id, String), type_coerce(JournalRecord.clock_trusted, Integer)
    return session.scalar(
        select(func.min(JournalRecord.seq)).where(
            JournalRecord.writer == writer,
            or_(identifier.op("GLOB")("*[^0-9a-f]*"), func.length(identifier) != 32, trusted.not_in((0, 1))),
        )
    )


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
