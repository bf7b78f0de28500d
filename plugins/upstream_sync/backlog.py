"""What waits to be sent, read from the journal's tables; and the marks that answers leave. Talks to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal import chain
from kiosk.journal.models import JournalHead, JournalRecord
from plugins.upstream_sync.answers import Parked
from plugins.upstream_sync.messages import Batch
from plugins.upstream_sync.models import Alarm, ParkedRecord

MOST_LINES_BYTES = 16 * 1024 * 1024  # of one batch before compression; the platform takes 64 MB


@dataclass(frozen=True, slots=True)
class Backlog:
    """Records that the platform has not acknowledged. ``oldest_ms``: when the oldest happened, by this device's clock."""

    unsent: int
    oldest_ms: int | None
    parked: int
    alarms: tuple[tuple[str, str, int], ...]  # writer, code, seq
    kept: int = 0  # of ``parked``: the platform's words for plugins that this device does not have


def read_backlog(session: Session, kinds: Iterable[str] = ()) -> Backlog:
    """``kinds``: the record kinds that are known here."""
    unsent, oldest = 0, []
    for head in session.scalars(select(JournalHead).where(JournalHead.own, JournalHead.acknowledged < JournalHead.seq)):
        unsent += head.seq - head.acknowledged
        happened = session.scalar(
            select(JournalRecord.occurred_at_ms).where(
                JournalRecord.writer == head.writer, JournalRecord.seq == head.acknowledged + 1
            )
        )
        oldest += [] if happened is None else [happened]
    parked = session.scalar(select(func.count()).select_from(ParkedRecord)) or 0
    alarms = session.execute(select(Alarm.writer, Alarm.code, Alarm.seq).order_by(Alarm.writer)).all()
    return Backlog(
        unsent,
        min(oldest, default=None),
        parked,
        tuple((one.writer, one.code, one.seq) for one in alarms),
        _kept(session, kinds) if parked else 0,
    )


def _kept(session: Session, kinds: Iterable[str]) -> int:
    """A kind that is unknown though its plugin is here comes from a newer version, and does not count."""
    here = {kind.partition(".")[0] for kind in kinds}
    own = select(JournalHead.writer).where(JournalHead.own)
    counted = session.execute(
        select(JournalRecord.kind, func.count())
        .join(ParkedRecord, (ParkedRecord.writer == JournalRecord.writer) & (ParkedRecord.seq == JournalRecord.seq))
        .where(ParkedRecord.writer.not_in(own), ParkedRecord.reason == "unknown_kind")
        .group_by(JournalRecord.kind)
    )
    return sum(count for kind, count in counted if kind.partition(".")[0] not in here)


def waiting_writers(session: Session) -> list[str]:
    """Own journals with something to send and no alarm, earlier epochs first."""
    rows = session.scalars(
        select(JournalHead.writer).where(
            JournalHead.own,
            JournalHead.acknowledged < JournalHead.seq,
            JournalHead.writer.not_in(select(Alarm.writer)),
        )
    )
    return sorted(rows, key=epoch_of)


def epoch_of(writer: str) -> tuple[int, str]:
    number = writer.rpartition(".")[2]
    return (int(number) if number.isascii() and number.isdigit() else 0, writer)


def next_batch(session: Session, writer: str, most_records: int, most_bytes: int = MOST_LINES_BYTES) -> Batch | None:
    """The records after the acknowledged ones, as many as fit; at least one. None: all are acknowledged."""
    acknowledged = session.scalar(select(JournalHead.acknowledged).where(JournalHead.writer == writer)) or 0
    rows = session.execute(
        select(*JournalRecord.__table__.columns)
        .where(JournalRecord.writer == writer, JournalRecord.seq > acknowledged)
        .order_by(JournalRecord.seq)
        .limit(most_records)
    )
    lines: list[bytes] = []
    size, head, expected = 0, b"", acknowledged + 1
    for row in rows:
        if row.seq != expected:
            break  # a hole in the own journal: what is before it is sent, 'journal verify' tells the rest
        line = chain.encode_line(Record(**row._mapping, data=None))
        if lines and size + len(line) > most_bytes:
            break
        lines.append(line)
        size, head, expected = size + len(line) + 1, row.hash, expected + 1
    if not lines:
        return None
    return Batch(writer, acknowledged + 1, expected - 1, head, b"\n".join(lines) + b"\n")


def mark_acknowledged(session: Session, writer: str, seq: int) -> None:
    """Forward only; never beyond the journal's end."""
    session.execute(
        update(JournalHead)
        .where(JournalHead.writer == writer, JournalHead.acknowledged < seq, JournalHead.seq >= seq)
        .values(acknowledged=seq)
    )


def rewind(session: Session, writer: str, seq: int) -> None:
    """The platform has less than it once acknowledged (it was restored from a backup): send again from ``seq`` + 1."""
    session.execute(
        update(JournalHead).where(JournalHead.writer == writer, JournalHead.acknowledged > seq).values(acknowledged=seq)
    )


def note_parked(session: Session, writer: str, asked: Iterable[int], parked: Sequence[Parked], now_ms: int) -> None:
    """Of the records ``asked`` about, exactly ``parked`` are parked now."""
    still = {one.seq: one.reason for one in parked}
    numbers = sorted({*asked, *still})
    for start in range(0, len(numbers), 500):
        chunk = numbers[start : start + 500]
        session.execute(delete(ParkedRecord).where(ParkedRecord.writer == writer, ParkedRecord.seq.in_(chunk)))
    session.add_all(
        ParkedRecord(writer=writer, seq=seq, reason=reason[:500], parked_at_ms=now_ms) for seq, reason in still.items()
    )
    session.flush()


def raise_alarm(session: Session, writer: str, code: str, seq: int, now_ms: int) -> None:
    session.merge(Alarm(writer=writer, code=code, seq=seq, raised_at_ms=now_ms))
    session.flush()


def clear_alarms(session: Session) -> None:
    """After a technician looked into it: the journals are tried again."""
    session.execute(delete(Alarm))
