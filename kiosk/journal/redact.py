"""Erases bodies whose time is over: acknowledged by the platform, and older than their kind may be kept.

The record stays: its header, its body's digest and its hash, so the chain still verifies. That something was erased is itself
a record, in the same transaction. Rows that plugins folded from an erased body, one a record, go with it; counts without
names stay, and stand in that record too, for a replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Table, delete, inspect, select, text, update
from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk.core_slice import ErasedCount, Erasure
from kiosk.domain import Draft
from kiosk.journal.append import Entry
from kiosk.journal.jobs import Turn
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.journal.writer import Journal
from kiosk.record_kinds import RecordKinds
from kiosk.storage.database import Base, Projected

DAY_MS = 86_400_000
AT_ONCE = 500  # records a transaction: while it lasts no visit can be recorded
# the log of erasures holds nobody's data; without the record of an operator a replay would lock staff out
KEPT = frozenset({"core.erasure", "core.operator"})


@dataclass(frozen=True, slots=True)
class Due:
    """Records of one journal whose bodies are to go, and how far the journal needs no further look."""

    writer: str
    seqs: tuple[int, ...]
    done_to: int


def redact(journal: Journal, retention_days: int, dry_run: bool = False) -> dict[str, int]:
    """Erase everything that is due in this device's own journals. Returns journal -> number of bodies.

    Does nothing while the clock is not trusted: a wrong date would erase what must be kept. Raises ``NotRecorded``.
    """
    if not journal.clock.trusted():
        return {}
    now_ms = int(journal.clock.now().timestamp() * 1000)
    with journal.database.reading() as session:
        writers = session.scalars(
            select(JournalHead.writer).where(JournalHead.own, JournalHead.erased < JournalHead.acknowledged)
        ).all()
        found = [due(session, journal.kinds, writer, now_ms, retention_days) for writer in writers]
    counts = {}
    for part in found:
        if dry_run:
            counts[part.writer] = len(part.seqs)
            continue
        counts[part.writer] = sum(
            erase(journal, part.writer, part.seqs[start : start + AT_ONCE])
            for start in range(0, len(part.seqs), AT_ONCE)
        )
        with journal.database.writing() as session:
            session.execute(
                update(JournalHead)
                .where(JournalHead.writer == part.writer, JournalHead.erased < part.done_to)
                .values(erased=part.done_to)
            )
    return {writer: count for writer, count in counts.items() if count}


def due(session: Session, kinds: RecordKinds, writer: str, now_ms: int, retention_days: int) -> Due:
    """What may go now. Only acknowledged records; a record whose clock was not trusted is as old as the next that was."""
    head = session.execute(
        select(JournalHead.acknowledged, JournalHead.erased).where(JournalHead.writer == writer)
    ).one()
    rows = session.execute(
        select(
            JournalRecord.seq,
            JournalRecord.kind,
            JournalRecord.occurred_at_ms,
            JournalRecord.clock_trusted,
            JournalRecord.body.is_(None).label("gone"),
        )
        .where(JournalRecord.writer == writer, JournalRecord.seq > head.erased, JournalRecord.seq <= head.acknowledged)
        .order_by(JournalRecord.seq)
    )
    seqs: list[int] = []
    undated: list[tuple[int, str, bool]] = []
    keeps: list[int] = []  # what must stay for now
    for row in rows:
        if not row.clock_trusted:
            undated.append((row.seq, row.kind, row.gone))
            continue
        for seq, kind, gone in [*undated, (row.seq, row.kind, row.gone)]:
            if gone or kind in KEPT:
                continue
            keep_days = retention(kinds, kind, retention_days)
            if keep_days is None or now_ms - row.occurred_at_ms < keep_days * DAY_MS:
                keeps.append(seq)
            else:
                seqs.append(seq)
        undated.clear()
    keeps += [seq for seq, _, _ in undated]
    done_to = min(keeps) - 1 if keeps else head.acknowledged
    return Due(writer, tuple(seqs), done_to)


def retention(kinds: RecordKinds, kind: str, default: int) -> int | None:
    """Days that a kind's bodies are kept: its model's ``retention_days`` where it has one (None: for ever), else the
    profile's. A kind that is not known here has the profile's."""
    known = kinds.get(kind)
    days = getattr(known.model, "retention_days", default) if known else default
    return None if days is None else max(1, int(days))


def erase(journal: Journal, writer: str, seqs: Sequence[int]) -> int:
    """Erase, and record it, in one transaction of the journal's own thread. Returns how many bodies were still there.

    Raises ``NotRecorded``: then none was erased.
    """
    if not seqs:
        return 0
    entry_id, now, trusted = UUID(int=uuid7().int), journal.clock.now(), journal.clock.trusted()

    def compose(turn: Turn) -> list[Entry]:
        session = turn.session
        if journal.database.is_sqlite:
            session.execute(text("PRAGMA secure_delete=ON"))  # else the old text stays readable in freed space
        counts = _lasting_counts(journal, session, writer, seqs)
        done = session.execute(
            update(JournalRecord)
            .where(JournalRecord.writer == writer, JournalRecord.seq.in_(seqs), JournalRecord.body.is_not(None))
            .values(body=None)
            .execution_options(synchronize_session=False)
        )
        count = done.rowcount  # type: ignore[attr-defined]
        if not count:
            return []  # another process was quicker
        _forget_rows(session, writer, seqs)
        body = Erasure(journal=writer, first=seqs[0], last=seqs[-1], records=count, reason="retention", counts=counts)
        return [Entry(entry_id, Draft("core.erasure", body), now, trusted)]

    return sum(record.data.records for record in journal.append(compose))


def _lasting_counts(journal: Journal, session: Session, writer: str, seqs: Sequence[int]) -> list[ErasedCount]:
    """What the plugins' counters have of these records. A plugin that fails keeps nothing from being erased: a replay then
    counts less of it."""
    rows = session.scalars(
        select(JournalRecord).where(
            JournalRecord.writer == writer, JournalRecord.seq.in_(seqs), JournalRecord.body.is_not(None)
        )
    )
    records = [record_of_row(row, journal.kinds) for row in rows]
    session.expunge_all()
    told = journal.host.collect("lasting_counts", records=records)
    counts = []
    for plugin, said in told.results:
        for one in said:
            if one.table.startswith(f"{plugin}_"):
                counts.append(ErasedCount(table=one.table, key=list(one.key), column=one.column, count=one.count))
            else:
                journal.host.blame(plugin, "lasting_counts", ValueError("a table of another plugin"))
    return counts


def _forget_rows(session: Session, writer: str, seqs: Sequence[int]) -> None:
    """What plugins folded from these records and still tells of one person: rows of one record each, keyed (writer, seq), and
    a citizen's latest word on something, which names its record in ``said_by`` and ``said_seq``."""
    chosen = (JournalRecord.writer == writer, JournalRecord.seq.in_(seqs), JournalRecord.citizen.is_not(None))
    citizens = session.scalars(select(JournalRecord.citizen).where(*chosen).distinct()).all()
    for table in _projected_tables(session):
        columns, keys = table.c, [column.name for column in table.primary_key]
        if keys == ["writer", "seq"]:
            session.execute(delete(table).where(columns.writer == writer, columns.seq.in_(seqs)))
        elif keys[0] == "citizen" and "said_by" in columns and citizens:
            # by the citizen first: the key begins with it, and rows may be spread over machines by it
            session.execute(
                delete(table).where(
                    columns.citizen.in_(citizens), columns.said_by == writer, columns.said_seq.in_(seqs)
                )
            )


def _projected_tables(session: Session) -> list[Table]:
    """Those that are here: a plugin may be imported that this profile does not use."""
    here = set(inspect(session.connection()).get_table_names())
    tables = [mapper.local_table for mapper in Base.registry.mappers if issubclass(mapper.class_, Projected)]
    return [table for table in tables if isinstance(table, Table) and table.name in here]
