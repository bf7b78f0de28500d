"""Takes records that another writer made into this appliance's journals: checked, chained, stored, projected, once.

For the platform's ingest, a device's pull and carried-in files alike. Who may send what is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.journal import chain
from kiosk.journal.append import Head, ensure_head
from kiosk.journal.batch import Batch, Fork, Gap, MalformedLine, Parked
from kiosk.journal.copying import insert_columns
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.project import ProjectionFailed, Projector

if TYPE_CHECKING:
    from kiosk.storage.database import Database

_TABLE = JournalRecord.metadata.tables[JournalRecord.__tablename__]


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a batch. Everything up to ``acknowledged`` is durable once the transaction has committed.

    ``parked`` names records that are stored and not projected, of this batch's new ones; ``behind`` the plugins that
    could not fold it, whose tables a replay will mend.
    """

    writer: str
    acknowledged: int
    stored: int
    duplicates: int
    parked: tuple[Parked, ...] = ()
    behind: tuple[str, ...] = ()


Begin = Callable[[Session], None]
Finish = Callable[[Session, Received], None]


def receive(
    database: Database,
    projector: Projector,
    batch: Batch,
    head: bytes | None = None,
    finish: Finish | None = None,
    begin: Begin | None = None,
) -> Received:
    """Take one batch in one transaction. ``head``: the sender's hash after the last line, where it said so.
    ``begin`` and ``finish`` run in the same transaction, before anything is looked at or locked and before it commits.

    A plugin that fails is left out and marked as behind; the records are stored all the same. Raises ``Gap``, ``Fork``,
    ``MalformedLine`` (then nothing was stored), or what the database or ``begin`` raises.
    """
    skip: frozenset[str] = frozenset()
    while True:
        try:
            with database.writing() as session:
                if begin:
                    begin(session)
                received = receive_in(session, projector, batch, head, skip)
                if finish:
                    finish(session, received)
            return received
        except ProjectionFailed as failed:
            if failed.fault.plugin in skip:
                raise
            skip |= {failed.fault.plugin}
        except IntegrityError:
            with database.reading() as session:
                line = _line_with_taken_id(session, batch)
            if line is None:
                raise
            raise MalformedLine(line, "another record of this journal has this id") from None


def receive_in(
    session: Session, projector: Projector, batch: Batch, head: bytes | None = None, skip: frozenset[str] = frozenset()
) -> Received:
    """The same inside a caller's transaction; raises ``ProjectionFailed`` besides, after which it must be rolled back."""
    known = ensure_head(session, batch.writer, own=False)
    if batch.first > known.seq + 1:
        raise Gap(known.seq + 1)
    hashes = batch.chain_after(_hash_before(session, batch, known))
    overlap = max(0, min(batch.last, known.seq) - batch.first + 1)
    if overlap:
        _compare(session, batch, hashes, overlap)
    if head is not None and hashes[-1] != head:
        raise Fork(batch.last)
    received = Received(batch.writer, max(known.seq, batch.last), len(hashes) - overlap, overlap)
    if not received.stored:
        return received
    columns = batch.columns(hashes, overlap)
    insert_columns(session, _TABLE, columns)
    session.execute(
        update(JournalHead).where(JournalHead.writer == batch.writer).values(seq=batch.last, hash=hashes[-1])
    )
    projector.project(batch.records(hashes, overlap), session, skip)
    return replace(
        received, parked=tuple(one for one in batch.parked if one.seq > known.seq), behind=tuple(sorted(skip))
    )


def _hash_before(session: Session, batch: Batch, known: Head) -> bytes:
    if batch.first == known.seq + 1:
        return known.hash
    return chain.genesis(batch.writer) if batch.first == 1 else _stored_hash(session, batch.writer, batch.first - 1)


def _stored_hash(session: Session, writer: str, seq: int) -> bytes:
    return session.execute(
        select(JournalRecord.hash).where(JournalRecord.writer == writer, JournalRecord.seq == seq)
    ).scalar_one()


def _compare(session: Session, batch: Batch, hashes: Sequence[bytes], overlap: int) -> None:
    """Lines that are here already must be the same ones. The last hash speaks for all before it."""
    if hashes[overlap - 1] == _stored_hash(session, batch.writer, batch.first + overlap - 1):
        return
    stored = session.execute(
        select(JournalRecord.seq, JournalRecord.hash)
        .where(JournalRecord.writer == batch.writer, JournalRecord.seq >= batch.first)
        .order_by(JournalRecord.seq)
        .limit(overlap)
    )
    for (seq, known), computed in zip(stored, hashes, strict=False):
        if known != computed:
            raise Fork(seq)
    raise Fork(batch.first)


def _line_with_taken_id(session: Session, batch: Batch) -> int | None:
    """The number of the first line whose id another record of the journal has, 1 for the first line."""
    ids = batch.ids()
    taken = {
        identifier: seq
        for start in range(0, len(ids), 500)
        for identifier, seq in session.execute(
            select(JournalRecord.id, JournalRecord.seq).where(
                JournalRecord.writer == batch.writer, JournalRecord.id.in_(ids[start : start + 500])
            )
        )
    }
    for number, identifier in enumerate(ids):
        if taken.get(identifier, batch.first + number) != batch.first + number:
            return number + 1
    return None
