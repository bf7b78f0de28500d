"""Adds records to one writer's journal inside a caller's transaction: numbers them, chains them, inserts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk.domain import Draft, Record
from kiosk.journal import chain
from kiosk.journal.bulk import upsert
from kiosk.journal.copying import insert_mappings
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.record_kinds import RecordKinds
from kiosk.storage.statements import Prepared, connection_of

_RECORDS = cast(Table, JournalRecord.__table__)
_MOVE_HEAD = Prepared(
    update(JournalHead)
    .where(JournalHead.writer == bindparam("of_writer"))
    .values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A draft with what the journal must know besides. ``id`` is the scan's key where there is one."""

    id: UUID
    draft: Draft
    occurred_at: datetime
    clock_trusted: bool
    operator: str | None = None


def entries_of(drafts: Iterable[Draft], now: datetime, trusted: bool, operator: str | None = None) -> list[Entry]:
    """Drafts that no scan gave a key, each with an id of its own."""
    return [Entry(UUID(int=uuid7().int), draft, now, trusted, operator) for draft in drafts]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal ends."""

    seq: int
    hash: bytes


def ensure_head(session: Session, writer: str, own: bool) -> Head:
    """The journal's end, locked until the transaction ends; a new journal begins at 0, whoever of several comes first."""
    query = select(JournalHead.seq, JournalHead.hash).where(JournalHead.writer == writer).with_for_update()
    row = session.execute(query).one_or_none()
    if row is None:
        session.execute(
            upsert(session, JournalHead)
            .values(writer=writer, seq=0, hash=chain.genesis(writer), own=own, acknowledged=0, erased=0)
            .on_conflict_do_nothing()
        )
        row = session.execute(query).one()
    return Head(row.seq, row.hash)


def build(head: Head, writer: str, site: str, key: bytes, kinds: RecordKinds, entries: Sequence[Entry]) -> list[Record]:
    """Pure: the records that continue ``head``. Raises ``ValueError`` on a kind or body that does not fit."""
    records = []
    seq, previous = head.seq, head.hash
    for entry in entries:
        kind = kinds.of_model(entry.draft.kind, entry.draft.body)
        body = entry.draft.body.model_dump_json(exclude_defaults=True)
        digest = chain.body_digest(body.encode(), key)
        seq += 1
        occurred_at_ms = int(entry.occurred_at.timestamp() * 1000)
        header = chain.header_bytes(
            seq,
            chain.pack_id(entry.id),
            occurred_at_ms,
            entry.clock_trusted,
            kind.name,
            kind.schema,
            site,
            entry.draft.citizen,
            entry.operator,
        )
        previous = chain.next_hash(previous, writer, header, digest)
        records.append(
            Record(
                writer=writer,
                seq=seq,
                id=entry.id,
                kind=kind.name,
                schema=kind.schema,
                occurred_at_ms=occurred_at_ms,
                clock_trusted=entry.clock_trusted,
                site=site,
                citizen=entry.draft.citizen,
                operator=entry.operator,
                body=body,
                data=entry.draft.body,
                body_digest=digest,
                hash=previous,
            )
        )
    return records


def row_of(record: Record) -> dict[str, object]:
    """A record as a row of ``journal_records``."""
    return {
        "writer": record.writer,
        "seq": record.seq,
        "id": record.id,
        "kind": record.kind,
        "schema": record.schema,
        "occurred_at_ms": record.occurred_at_ms,
        "clock_trusted": record.clock_trusted,
        "site": record.site,
        "citizen": record.citizen,
        "operator": record.operator,
        "body": record.body,
        "body_digest": record.body_digest,
        "hash": record.hash,
    }


def insert_records(session: Session, records: Sequence[Record]) -> None:
    """Insert, and move the head. Raises ``sqlalchemy.exc.IntegrityError`` where a (writer, seq) or (writer, id) is taken."""
    if not records:
        return
    insert_mappings(session, _RECORDS, [row_of(record) for record in records])
    last = records[-1]
    moved = {"of_writer": last.writer, "to_seq": last.seq, "to_hash": last.hash}
    _MOVE_HEAD.write(connection_of(session), [moved])
