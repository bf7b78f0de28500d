"""Sends own journals, one batch at a time, and believes only what a well-formed answer acknowledges.

Everything that must survive is in the database: the batch to send next is always the one after the acknowledged records.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import select

from kiosk.journal.models import JournalHead
from kiosk.plugin import Clock
from kiosk.storage.database import Database
from plugins.upstream_sync import answers, backlog
from plugins.upstream_sync.faults import Fork, Gap, MalformedLine, NotUnderstood, SyncFault, TooLarge
from plugins.upstream_sync.messages import Batch
from plugins.upstream_sync.models import ParkedRecord

log = logging.getLogger(__name__)


class Sends(Protocol):
    """The part of the platform that pushing needs."""

    def send(self, batch: Batch) -> answers.BatchTaken: ...

    def retry_parked(self, writer: str, seqs: list[int]) -> tuple[answers.Parked, ...]: ...


@dataclass(slots=True)
class Pusher:
    """``push_one`` until it says False. A ``SyncFault`` means: not now, and nothing was marked."""

    database: Database
    platform: Sends
    clock: Clock
    batch_records: int
    _sizes: dict[str, int] = field(default_factory=dict)  # journals whose batches had to be made smaller
    _last: set[str] = field(default_factory=set)  # journals that failed: the others go first

    def push_one(self) -> bool:
        """Send one batch of one journal. False: there is nothing to send."""
        batch = self._next()
        if batch is None:
            return False
        self._last.add(batch.writer)
        self._send(batch)
        self._last.discard(batch.writer)
        return True

    def _next(self) -> Batch | None:
        """One journal that cannot be sent must not hold up the others."""
        with self.database.reading() as session:
            for writer in sorted(backlog.waiting_writers(session), key=self._last.__contains__):
                batch = backlog.next_batch(session, writer, self._sizes.get(writer, self.batch_records))
                if batch:
                    return batch
        return None

    def _send(self, batch: Batch) -> None:
        try:
            taken = self.platform.send(batch)
        except Fork as fork:
            self._alarm(batch.writer, "fork", fork.seq)
            return
        except Gap as gap:
            self._gap(batch, gap)
            raise
        except TooLarge:
            self._smaller(batch, (batch.last - batch.first + 1) // 2)
            return
        except MalformedLine as malformed:
            # what is before the line that the platform cannot read still goes through
            self._smaller(batch, malformed.line - 1, malformed)
            return
        self._taken(batch, taken)

    def _taken(self, batch: Batch, taken: answers.BatchTaken) -> None:
        writer = batch.writer
        if any(not batch.first <= one.seq <= batch.last for one in taken.parked):
            raise NotUnderstood("garbage", "parked records that were not sent")
        with self.database.writing() as session:
            end = session.scalar(select(JournalHead.seq).where(JournalHead.writer == writer)) or 0
            if taken.acknowledged > end:
                # the platform has records that this card does not: it is an old copy, or another one is in use
                backlog.raise_alarm(session, writer, "ahead", end + 1, self._now_ms())
                log.error("journal %s: the platform has records that are not here", writer)
                return
            if taken.acknowledged < batch.first - 1:
                backlog.rewind(session, writer, taken.acknowledged)
            else:
                backlog.mark_acknowledged(session, writer, taken.acknowledged)
                sent = [one for one in taken.parked if one.seq <= taken.acknowledged]
                backlog.note_parked(session, writer, [], sent, self._now_ms())
        if taken.acknowledged < batch.first:
            raise SyncFault("stalled", f"acknowledged {taken.acknowledged} of {batch.first} to {batch.last}")
        if writer in self._sizes:
            self._sizes[writer] = min(self.batch_records, self._sizes[writer] * 2)
            if self._sizes[writer] == self.batch_records:
                del self._sizes[writer]

    def _gap(self, batch: Batch, gap: Gap) -> None:
        with self.database.writing() as session:
            end = session.scalar(select(JournalHead.seq).where(JournalHead.writer == batch.writer)) or 0
            if gap.expected > end + 1:
                backlog.raise_alarm(session, batch.writer, "ahead", end + 1, self._now_ms())
                log.error("journal %s: the platform has records that are not here", batch.writer)
            elif gap.expected < batch.first:
                log.warning("journal %s: sending again from %d, the platform asks for it", batch.writer, gap.expected)
                backlog.rewind(session, batch.writer, gap.expected - 1)
            # a gap after the batch's beginning contradicts itself: the pause that follows is all there is to do

    def _smaller(self, batch: Batch, size: int, cause: SyncFault | None = None) -> None:
        if size < 1:
            raise cause or TooLarge("too_large", f"record {batch.first} of {batch.writer} alone")
        self._sizes[batch.writer] = size

    def _alarm(self, writer: str, code: str, seq: int) -> None:
        with self.database.writing() as session:
            backlog.raise_alarm(session, writer, code, seq, self._now_ms())
        log.error("journal %s: the platform has another record %d; it is not sent any more", writer, seq)

    def retry_parked(self) -> int:
        """Ask the platform to look at parked records again, per journal. Returns how many it could use now."""
        with self.database.reading() as session:
            own = select(JournalHead.writer).where(JournalHead.own)
            rows = session.execute(
                select(ParkedRecord.writer, ParkedRecord.seq)
                .where(ParkedRecord.writer.in_(own))
                .order_by(ParkedRecord.writer, ParkedRecord.seq)
            ).all()
        freed = 0
        for writer in sorted({row.writer for row in rows}):
            seqs = [row.seq for row in rows if row.writer == writer]
            for start in range(0, len(seqs), 1000):
                asked = seqs[start : start + 1000]
                still = self.platform.retry_parked(writer, asked)
                if not {one.seq for one in still} <= set(asked):
                    raise NotUnderstood("garbage", "parked records that were not asked about")
                with self.database.writing() as session:
                    backlog.note_parked(session, writer, asked, still, self._now_ms())
                freed += len(asked) - len(still)
        return freed

    def _now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)
