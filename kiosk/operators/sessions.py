"""Staff sessions: a random token in the browser's cookie, its hash in a table, so that signing out is real and survives a restart.

Knows neither cookies nor pages.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from dataclasses import dataclass

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.core_models import StaffSession
from kiosk.storage.database import Database
from kiosk.storage.lookups import Rows, given

log = logging.getLogger(__name__)

LIMIT_MS = 10 * 3600 * 1000  # a shift; then the PIN again, however busy one was
NOTE_EVERY_MS = 60 * 1000  # activity is written at most so often: cards wear
BACKWARDS_MS = 5 * 60 * 1000  # a clock that went back further than this ends sessions


_BY_TOKEN = Rows(select(StaffSession).where(StaffSession.token_hash == given("token_hash")))


@dataclass(frozen=True, slots=True)
class Resumed:
    """Whose session a token names."""

    operator: str
    pin_mark: bytes


class Sessions:
    """The sessions of one appliance."""

    def __init__(self, database: Database, idle_seconds: int) -> None:
        self._database = database
        self._idle_ms = idle_seconds * 1000
        self._memory: dict[bytes, StaffSession] = {}  # stands in while the disk cannot be written

    def begin(self, operator: str, pin_mark: bytes, now_ms: int) -> str:
        """A new session; returns its token, 43 characters of base64url."""
        token = secrets.token_urlsafe(32)
        row = StaffSession(
            token_hash=_hash(token), operator=operator, pin_mark=pin_mark, began_at_ms=now_ms, seen_at_ms=now_ms
        )
        try:
            with self._database.writing() as session:
                session.execute(
                    delete(StaffSession).where(
                        or_(
                            StaffSession.seen_at_ms < now_ms - self._idle_ms,
                            StaffSession.began_at_ms < now_ms - LIMIT_MS,
                        )
                    )
                )
                session.add(row)
        except SQLAlchemyError as error:
            log.error("this session is kept in memory only: %s", type(error).__name__)
            row = StaffSession(
                token_hash=_hash(token), operator=operator, pin_mark=pin_mark, began_at_ms=now_ms, seen_at_ms=now_ms
            )
            self._memory[row.token_hash] = row
        return token

    def resume(self, token: str, now_ms: int, active: bool = True) -> Resumed | None:
        """The session of this token while it lasts. ``active``: this request counts as work, not as a page's own polling."""
        key = _hash(token)
        row = self._memory.get(key) or self._read(key)
        if row is None:
            return None
        if not self._lasts(row, now_ms):
            self.end(token)
            return None
        if active and now_ms - row.seen_at_ms >= NOTE_EVERY_MS:
            self._note(key, now_ms)
        return Resumed(row.operator, row.pin_mark)

    def end(self, token: str) -> None:
        """Sign out: the token is worth nothing from now on."""
        key = _hash(token)
        self._memory.pop(key, None)
        try:
            with self._database.writing() as session:
                session.execute(delete(StaffSession).where(StaffSession.token_hash == key))
        except SQLAlchemyError as error:
            log.error("a session could not be ended on disk: %s", type(error).__name__)

    def _lasts(self, row: StaffSession, now_ms: int) -> bool:
        idle, age = now_ms - row.seen_at_ms, now_ms - row.began_at_ms
        return -BACKWARDS_MS <= idle < self._idle_ms and -BACKWARDS_MS <= age < LIMIT_MS

    def _read(self, key: bytes) -> StaffSession | None:
        try:
            with self._database.reading() as session:
                return _BY_TOKEN.first(session, token_hash=key)
        except SQLAlchemyError as error:
            log.error("sessions cannot be read: %s", type(error).__name__)
            return None

    def _note(self, key: bytes, now_ms: int) -> None:
        if key in self._memory:
            self._memory[key].seen_at_ms = now_ms
            return
        try:
            with self._database.writing() as session:
                row = session.get(StaffSession, key)
                if row is not None:
                    row.seen_at_ms = now_ms
        except SQLAlchemyError as error:
            log.error("a session's activity could not be noted: %s", type(error).__name__)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
