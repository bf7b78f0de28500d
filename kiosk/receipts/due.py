"""Which tickets are still to come out of the printer: what survives when the process or the power ends while they wait.

A row is written in the transaction that records the visit, and goes when the paper is out. It holds no personal data: a ticket is
composed anew from its record. Not a projection: it never leaves the device, and prints nothing itself.
"""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import BigInteger, SmallInteger, String, Table, Uuid, delete, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.domain import Record
from kiosk.storage.database import Base, Database

log = logging.getLogger(__name__)

KEEP_MS = 24 * 3600 * 1000  # then nobody asks for the ticket any more
STARTS = 3  # a ticket at whose printing the process ends again and again must not come out again and again
SHOWN = 200  # of those left to staff


class DueReceipt(Base):
    """One ticket that is not out. ``problem`` is empty as long as it may be printed without anybody asking."""

    __tablename__ = "core_due_receipts"
    key: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)  # the record's id
    writer: Mapped[str] = mapped_column(String(32))
    seq: Mapped[int] = mapped_column(BigInteger)
    due_at_ms: Mapped[int] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(String(2))
    starts: Mapped[int] = mapped_column(SmallInteger)  # how often it was taken up again after a restart
    problem: Mapped[str] = mapped_column(String(16))


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A ticket that an earlier life of this process left behind. ``again``: it is young enough, and surely not out."""

    key: uuid.UUID
    writer: str
    seq: int
    language: str
    problem: str
    again: bool


def row_of(record: Record, language: str, due_at_ms: int | None = None) -> tuple[Table, dict[str, Any]]:
    """The row for a record's ticket, with its table; due since it was recorded, where nothing else is said."""
    return cast(Table, DueReceipt.__table__), {
        "key": record.id,
        "writer": record.writer,
        "seq": record.seq,
        "due_at_ms": record.occurred_at_ms if due_at_ms is None else due_at_ms,
        "language": language,
        "starts": 0,
        "problem": "",
    }


class DueReceipts:
    """The table, as the print queue and the start use it. Safe from any thread; a card that fails costs no ticket and no thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._unwritten: set[uuid.UUID] = set()  # out, and the card did not take it; tried again with the next

    def out(self, key: uuid.UUID) -> None:
        """The paper is out, or none is to be had: nothing is owed."""
        with self._lock:
            keys = self._unwritten | {key}
            done = self._write(lambda session: session.execute(delete(DueReceipt).where(DueReceipt.key.in_(keys))))
            self._unwritten = set() if done else keys

    def left(self, key: uuid.UUID, problem: str) -> None:
        """Not to be printed again without being asked for; ``problem`` as in ``kiosk.domain.PrintOutcome``."""
        self._write(
            lambda session: session.execute(
                update(DueReceipt).where(DueReceipt.key == key).values(problem=problem or "fault")
            )
        )

    def again(self, record: Record, language: str, now_ms: int) -> None:
        """Staff, or a page, asked for a recorded visit's ticket: it is due from now on."""
        table, row = row_of(record, language, now_ms)

        def replace(session: Session) -> None:
            session.execute(delete(DueReceipt).where(DueReceipt.key == record.id))
            session.execute(table.insert().values(row))

        self._write(replace)

    def take_up(self, now_ms: int, young_ms: int) -> list[Unfinished]:
        """At the start: what is still due, oldest first; what is older than a day is forgotten. A clock that went back makes a
        ticket young: better one that is of no use than one that is missing. Raises what the database raises."""
        with self._database.writing() as session:
            session.execute(delete(DueReceipt).where(DueReceipt.due_at_ms < now_ms - KEEP_MS))
            rows = session.scalars(select(DueReceipt).order_by(DueReceipt.due_at_ms.desc()).limit(SHOWN)).all()
            found = []
            for row in reversed(rows):
                again = not row.problem and row.starts < STARTS and now_ms - row.due_at_ms < young_ms
                if again:
                    row.starts += 1
                found.append(Unfinished(row.key, row.writer, row.seq, row.language, row.problem, again))
        return found

    def _write(self, work: Callable[[Session], Any]) -> bool:
        try:
            with self._database.writing() as session:
                work(session)
        except (SQLAlchemyError, OSError) as error:
            log.error("which tickets are due could not be written: %s", type(error).__name__)
            return False
        return True
