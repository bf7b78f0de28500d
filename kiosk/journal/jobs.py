"""One append as it waits for, runs in, and comes out of the journal's transaction."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.append import Entry
from kiosk.plugin_host.host import PluginFault

log = logging.getLogger(__name__)


class NotRecorded(Exception):
    """Nothing was written. ``reason`` is a stable word: ``disk``, ``busy``, ``duplicate``, ``fault``, ``stopping``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Turn:
    """What one job may use inside the transaction: its session, and the fault that an earlier try ended in, if any."""

    def __init__(
        self, session: Session, fault: PluginFault | None, seen: Callable[[str], None], catch_up: Callable[[], None]
    ) -> None:
        self.session = session
        self.fault = fault
        self.seen = seen  # say whom a job is about: what earlier jobs wrote of that citizen is then in the tables
        self.catch_up = (
            catch_up  # for a job that judges by more than one citizen's rows: all that earlier jobs wrote is there
        )


Compose = Callable[[Turn], Sequence[Entry]]
Companion = tuple[Table, dict[str, Any]]  # a row of another table, written in the same transaction
Finish = Callable[[Sequence[Record]], Sequence[Companion]]


def _held_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class Job:
    """One append. All callables run inside the transaction, each for all jobs that share it before the next one:

    ``prepare`` does what needs to know of no other job that has one; what those without have recorded before is in the tables.
    ``compose`` says what to record (both again, and ``compose`` told the fault, after a plugin failed or blocked); ``finish`` comes
    when the records have their numbers. Whoever asks for more by ``Turn.seen`` has all that came before written at once.
    """

    compose: Compose
    finish: Finish | None = None
    prepare: Callable[[], None] | None = None
    since: float = 0.0  # when it was queued, by the plugin host's ``running``
    records: list[Record] = field(default_factory=list)
    failure: Exception | None = None
    finished: bool = False
    withdrawn: bool = False  # its caller was told that nothing is written, so nothing may be
    # a bare lock, held until the job is finished: an Event is several locks, and each encounter needs one
    _gate: threading.Lock = field(default_factory=_held_lock)

    def wait(self, seconds: float) -> bool:
        """Whether the job finished within the time. For the one caller that queued it."""
        return self.finished or self._gate.acquire(timeout=max(0.0, seconds))

    def end(self) -> None:
        """Let the caller go on."""
        if not self.finished:
            self.finished = True
            self._gate.release()


def reason_of(error: Exception) -> NotRecorded:
    """Why nothing was written, in one of the stable words."""
    if isinstance(error, NotRecorded):
        return error
    if isinstance(error, IntegrityError):
        return NotRecorded("duplicate")
    log.error("nothing recorded: %s", type(error).__name__)
    if isinstance(error, DatabaseError | OSError):
        return NotRecorded("disk")
    return NotRecorded("fault")
