"""Counts wrong sign-ins, durably, per operator id and per device, and says how long to wait. Knows no PIN.

An attempt is counted before the PIN is looked at, and forgiven when it was right: pulling the plug in between wins nothing.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.core_models import SignInLimit
from kiosk.storage.database import Database

log = logging.getLogger(__name__)

WAITS = (30, 60, 120, 300, 900)  # seconds, from the last free attempt on; the last repeats
FORGET_MS = 24 * 3600 * 1000  # without a further failure


@dataclass(frozen=True, slots=True)
class Subject:
    """What is counted. ``free``: so many failures may follow one another without a wait."""

    kind: str
    name: str
    free: int

    @classmethod
    def operator(cls, operator_id: str) -> Subject:
        """An operator id as it was typed, whether or not it exists: a limit must not tell which ids do."""
        return cls("operator", operator_id, 3)

    @classmethod
    def device(cls, address: str) -> Subject:
        """Where the attempt came from: a screen or tablet that several people use."""
        return cls("device", address, 10)


class SignInLimits:
    """The counters of one appliance. Times are Unix milliseconds by its own clock, which may jump."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key
        self._memory: dict[str, tuple[int, int]] = {}  # stands in while the disk cannot be written

    def attempt(self, subjects: Sequence[Subject], now_ms: int) -> int:
        """Count an attempt. Returns the seconds still to wait, in which case it is neither counted nor allowed; 0: go on."""
        rows = {self._row_key(subject): subject for subject in subjects}
        return self._durably(lambda session: self._count(session, rows, now_ms), lambda: self._count_here(rows, now_ms))

    def succeeded(self, subjects: Sequence[Subject]) -> None:
        """The PIN was right: what was counted against these is forgiven."""
        keys = [self._row_key(subject) for subject in subjects]

        def forgive(session: Session) -> int:
            session.execute(delete(SignInLimit).where(SignInLimit.subject.in_(keys)))
            return 0

        for key in keys:
            self._memory.pop(key, None)
        self._durably(forgive, lambda: 0)

    def _durably(self, work: Callable[[Session], int], otherwise: Callable[[], int]) -> int:
        for last in (False, True):
            try:
                with self._database.writing() as session:
                    return work(session)
            except IntegrityError:
                if last:  # another process made the same row twice in a row: be strict
                    return WAITS[0]
            except SQLAlchemyError as error:
                log.error("sign-in limits are kept in memory only: %s", type(error).__name__)
                return otherwise()
        return WAITS[0]

    def _count(self, session: Session, rows: dict[str, Subject], now_ms: int) -> int:
        session.execute(delete(SignInLimit).where(SignInLimit.failed_at_ms < now_ms - FORGET_MS))
        # sorted, so that two processes lock rows in the same order
        known = {key: session.get(SignInLimit, key, with_for_update=True) for key in sorted(rows)}
        left = 0
        for key, row in known.items():
            if row is None:
                continue
            if now_ms < row.failed_at_ms:  # the clock went back: wait the whole time again, not a year
                row.failed_at_ms = now_ms
            left = max(left, _left(row.failures, row.failed_at_ms, rows[key].free, now_ms))
        if left:
            return left
        for key, row in known.items():
            if row is None:
                session.add(SignInLimit(subject=key, failures=1, failed_at_ms=now_ms))
            else:
                row.failures += 1
                row.failed_at_ms = now_ms
        session.flush()
        return 0

    def _count_here(self, rows: dict[str, Subject], now_ms: int) -> int:
        known = {key: self._memory.get(key, (0, now_ms)) for key in rows}
        left = max(_left(known[key][0], min(known[key][1], now_ms), rows[key].free, now_ms) for key in rows)
        if not left:
            for key, (failures, _) in known.items():
                self._memory[key] = (failures + 1, now_ms)
        return left

    def _row_key(self, subject: Subject) -> str:
        digest = hashlib.blake2b(subject.name.encode(), key=self._key[:64], digest_size=16).hexdigest()
        return f"{subject.kind}:{digest}"


def _left(failures: int, failed_at_ms: int, free: int, now_ms: int) -> int:
    """Seconds still to wait after ``failures`` in a row."""
    if failures < free:
        return 0
    until = failed_at_ms + WAITS[min(failures - free, len(WAITS) - 1)] * 1000
    return max(0, -(-(until - now_ms) // 1000))
