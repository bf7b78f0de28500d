"""The thread that writes the device's journal: takes jobs, groups them, commits them. The rules of blame are in writer.py."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.append import Head, ensure_head
from kiosk.journal.job_queue import JobQueue
from kiosk.journal.jobs import Job, NotRecorded, reason_of
from kiosk.journal.page import Page
from kiosk.journal.project import ProjectionFailed
from kiosk.plugin_host.host import HookFailed, PluginFault
from kiosk.process import share_core
from kiosk.storage.statements import needs_leave

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal

log = logging.getLogger(__name__)

# encounters that may share one commit: with 32 clients a third more of them get through than in halves of 16, each of which
# has its own statements, wakes and fsync
GROUP_LIMIT = 32
GATHER_SECONDS = 0.003  # the longest wait for others that are expected to share it


class WritingThread(threading.Thread):
    """Takes jobs, groups them, commits them."""

    def __init__(
        self,
        journal: Journal,
        jobs: JobQueue,
        inherited: Sequence[Job] = (),
        fault: PluginFault | None = None,
    ) -> None:
        super().__init__(name="journal-writer", daemon=True)
        self._journal = journal
        self._queue = jobs
        self._inherited = list(inherited)
        self._inherited_fault = fault
        self._head: Head | None = None
        self._state = threading.Lock()
        self._got_on: float | None = None  # when it last got on with its work, monotonic; None: it waits for some
        self._expected = 1  # how many shared the last commit
        self._committing = False  # from just before the commit until its jobs are ended, or it failed
        self._abandoned = False
        self._taken_away = threading.Event()  # once abandoned: nobody else uses the connection any more
        self._connection: Connection | None = None  # the transaction's
        # from one transaction to the next; where it could break meanwhile, only if that waits already
        self._kept: Connection | None = None
        self._keeps = journal.database.is_sqlite  # a file stays open; a server may close what is idle
        self._composing: Job | None = None
        self.unfinished: list[Job] = []

    def abandon(self, fault: PluginFault) -> bool:
        """Take the transaction away from this thread. False where it is committing, or has and is about to say so."""
        with self._state:
            if self._committing or self._abandoned:
                return False
            self._abandoned = True
            raw = self._connection.connection.dbapi_connection if self._connection is not None else None
        if raw is None:
            self._taken_away.set()
        else:
            _take_away(raw, self._taken_away)
        return True

    def withdraw(self, job: Job) -> bool:
        """Mark a job so that it is not committed. False where that is happening, or has happened."""
        with self._state:
            if self._committing or job.finished:
                return False
            job.withdrawn = True
            return True

    def stuck_for(self) -> float:
        """Seconds since this thread last got on; 0.0 while it has nothing to do."""
        got_on = self._got_on
        return 0.0 if got_on is None else time.monotonic() - got_on

    def run(self) -> None:
        if self._journal.shares_core:
            share_core()
        self.unfinished = list(self._inherited)
        for job in self._inherited:
            self._single(job, self._inherited_fault)
        self._inherited_fault = None
        while not self._abandoned:
            if self._kept is not None and not self._keeps and self._queue.empty():
                self._give_back(self._kept)  # not sooner: it takes its time, and the callers have been told by now
            self._got_on = None
            batch = self._gather()
            if not batch:
                break
            self._group(batch)
        if self._kept is not None:
            self._give_back(self._kept)

    def _gather(self) -> list[Job]:
        """The next jobs to share a commit; empty when it is time to end.

        When the last commit was shared, others are on their way: a moment's wait costs them less than a commit each.
        A lone encounter never waits.
        """
        batch = self._queue.take(GROUP_LIMIT, self._expected, GATHER_SECONDS)
        self._expected = len(batch)
        return batch

    def _group(self, batch: list[Job]) -> None:
        if len(batch) == 1:
            self._single(batch[0], None)
            return
        self.unfinished = batch
        try:
            results = self._transaction([(job, None, frozenset()) for job in batch])
        except Exception as error:  # noqa: BLE001 - whichever job it was, each is now tried by itself
            failed = error.fault if type(error) is HookFailed else None
            failing = self._composing
            for job in batch:
                self._single(job, failed if job is failing else None)
            return
        self._finish(batch, results)

    def _single(self, job: Job, fault: PluginFault | None) -> None:
        """One job in its own transaction; plugins whose projection fails are left out one after another."""
        self.unfinished = [one for one in self.unfinished if not one.finished] or [job]
        skip: frozenset[str] = frozenset({fault.plugin}) if fault and fault.hook == "project" else frozenset()
        for _ in range(len(self._journal.host.states()) + 3):
            if self._abandoned or job.finished:
                return  # another thread has taken over
            remembered = self._head is not None
            try:
                results = self._transaction([(job, fault, skip)])
            except HookFailed as failed:
                fault = failed.fault
                if isinstance(failed, ProjectionFailed):
                    skip |= {fault.plugin}
                continue
            except Exception as error:  # noqa: BLE001 - the caller is told, whatever it was
                if remembered and isinstance(error, IntegrityError):
                    continue  # a command in another process may have appended: look where the journal ends now
                if not self._abandoned:
                    job.failure = reason_of(error)
                    job.end()
                return
            self._finish([job], results)
            return
        job.failure = NotRecorded("fault")
        job.end()

    def _finish(self, batch: Sequence[Job], results: list[list[Record]]) -> None:
        """Tell the callers of what was committed."""
        for job, records in zip(batch, results, strict=True):
            job.records = records
            job.end()
        self.unfinished = []
        with self._state:
            self._committing = False

    def _transaction(self, work: Sequence[tuple[Job, PluginFault | None, frozenset[str]]]) -> list[list[Record]]:
        """Write the jobs and commit. What it returns is on the card, and stays marked as being committed until ``_finish``:
        in between nobody may be told that nothing was written."""
        journal = self._journal
        self._got_on = time.monotonic()
        connection = self._connection = self._kept or self._connected()
        self._kept = None
        try:
            transaction = connection.begin()
            with (
                Session(bind=connection, expire_on_commit=False, autoflush=False) as session,
                journal.database.sharing(session),
            ):
                page = Page(journal, session, self._head or ensure_head(session, journal.writer, own=True))
                for _, alike in groupby(work, lambda one: one[0].prepare is None):
                    self._take_steps(page, list(alike))
                session.flush()
                with self._state:
                    if self._abandoned or any(job.withdrawn for job, _, _ in work):
                        raise NotRecorded("busy")
                    self._committing = True
                transaction.commit()
                self._head = page.head
        except BaseException:
            self._head = None
            self._give_back(connection, whole=not self._committing)
            with self._state:
                self._committing = False
            raise
        self._connection, self._kept = None, connection
        return page.results

    def _take_steps(self, page: Page, alike: Sequence[tuple[Job, PluginFault | None, frozenset[str]]]) -> None:
        """Take each step for all of these: stories of scans, or none. What is in the tables tells what a scan is worth, a pass that
        staff took back for one, so that none is read before what staff did ahead of it is written."""
        for job, _, _ in alike:
            if job.prepare is not None:
                self._composing, self._got_on = job, time.monotonic()
                job.prepare()
        for job, fault, skip in alike:
            self._composing, self._got_on = job, time.monotonic()
            page.compose(job, fault, skip)
        page.flush()

    def _connected(self) -> Connection:
        connection = self._journal.database.engine.connect().execution_options(begin_immediate=True)
        return needs_leave(connection, self._refuse_when_abandoned)

    def _refuse_when_abandoned(self) -> None:
        """A thread that wakes after its transaction was taken away may not write outside of one."""
        if self._abandoned:
            raise NotRecorded("busy")

    def _give_back(self, connection: Connection, whole: bool = True) -> None:
        """Return the connection to the pool; one whose COMMIT failed is closed instead: its transaction, and with it the write
        lock, may still be open, and SQLAlchemy takes it for ended."""
        with self._state:
            self._connection = self._kept = None
            abandoned = self._abandoned
        if abandoned:
            self._taken_away.wait()  # closing under a rollback that runs in another thread crashes the interpreter
        try:
            if abandoned or not whole:
                connection.invalidate()
            connection.close()
        except Exception as error:  # noqa: BLE001 - it changes nothing of what was committed, or was not
            log.error("closing the journal's connection: %s", type(error).__name__)


def _take_away(raw: Any, done: threading.Event) -> None:
    """Roll back a connection under the thread that is stuck with it. Only that thread may close it: sqlite3 does not survive
    a connection that is closed while another thread is inside it.

    Sets ``done`` when the connection is the stuck thread's alone again.
    """
    if hasattr(raw, "isolation_level") and raw.isolation_level is None:  # sqlite3, in autocommit once rolled back
        raw.isolation_level = (
            "DEFERRED"  # what a waking thread may still write begins a transaction that nobody commits
        )
    rolling_back = threading.Thread(target=_roll_back, args=(raw, done), name="journal-rollback", daemon=True)
    rolling_back.start()
    rolling_back.join(0.2)
    if rolling_back.is_alive():  # it waits for a statement that runs
        interrupt = getattr(raw, "interrupt", None) or raw.cancel  # sqlite3, psycopg
        interrupt()
        rolling_back.join(5)


def _roll_back(raw: Any, done: threading.Event) -> None:
    try:
        raw.rollback()
    except Exception as error:  # noqa: BLE001 - the stuck thread closes it when it wakes, whatever this came to
        log.error("rolling back for a blocked plugin: %s", type(error).__name__)
    finally:
        done.set()
