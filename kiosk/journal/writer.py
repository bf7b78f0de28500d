"""The device's own journal: one thread appends, projects and commits, many encounters to one fsync.

A plugin that blocks inside the transaction does not stop the device: the waiting caller suspends it, takes the connection
away (which rolls back), and another thread goes on.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table
from sqlalchemy.exc import DatabaseError, IntegrityError
from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk.database import Database
from kiosk.domain import Draft, Record
from kiosk.identity import Identity
from kiosk.journal.append import Entry, Head, build, ensure_head, insert_records
from kiosk.journal.kinds import RecordKinds
from kiosk.journal.project import ProjectionFailed, Projector
from kiosk.plugin import Clock
from kiosk.plugin_host import HookFailed, PluginFault, PluginHost

log = logging.getLogger(__name__)

GROUP_LIMIT = 64  # encounters that may share one commit
PATIENCE = 8  # how many times a caller waits for the hooks' limit before it takes its job back
GATHER_SECONDS = 0.003  # the longest wait for others that are expected to share it


class NotRecorded(Exception):
    """Nothing was written. ``reason`` is a stable word: ``disk``, ``busy``, ``duplicate``, ``fault``, ``stopping``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Turn:
    """What one job may use inside the transaction: its session, and the fault that an earlier try ended in, if any."""

    def __init__(self, session: Session, fault: PluginFault | None, seen: Callable[[str], None]) -> None:
        self.session = session
        self.fault = fault
        self.seen = seen  # say whom a job is about: what earlier jobs wrote of that citizen is then in the tables


Compose = Callable[[Turn], Sequence[Entry]]
Companion = tuple[Table, dict[str, Any]]  # a row of another table, written in the same transaction
Finish = Callable[[Sequence[Record]], Sequence[Companion]]


def _held_lock() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(slots=True, eq=False)
class _Job:
    """One append. Both callables run inside the transaction: ``compose`` before the records are built (again, and told
    the fault, after a plugin failed or blocked), ``finish`` when they have their numbers."""

    compose: Compose
    finish: Finish | None = None
    records: list[Record] = field(default_factory=list)
    failure: Exception | None = None
    finished: bool = False
    withdrawn: bool = False  # its caller was told that nothing is written, so nothing may be
    # a bare lock, held until the job is finished: an Event is several locks, and each encounter needs one
    _gate: threading.Lock = field(default_factory=_held_lock)

    def wait(self, seconds: float) -> bool:
        """Whether the job finished within the time. For the one caller that queued it."""
        return self.finished or self._gate.acquire(timeout=seconds)

    def end(self) -> None:
        """Let the caller go on."""
        if not self.finished:
            self.finished = True
            self._gate.release()


class Journal:
    """Appends to this device's journal. Safe from any thread; returns only when the record is on the card."""

    def __init__(
        self,
        database: Database,
        identity: Identity,
        site: str,
        kinds: RecordKinds,
        projector: Projector,
        host: PluginHost,
        clock: Clock,
        hook_seconds: float,
    ) -> None:
        self.database = database
        self.identity = identity
        self.site = site
        self.kinds = kinds
        self.projector = projector
        self.host = host
        self.clock = clock
        self.last_failure = (
            ""  # for health: the last reason why nothing could be written, "" when the last append worked
        )
        self._hook_seconds = hook_seconds
        self._queue: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._worker: _Worker | None = None
        self._stopping = False

    def start(self) -> None:
        self._stopping = False
        self._worker = _Worker(self, self._queue)
        self._worker.start()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._stopping = True
        worker = self._worker
        if worker:
            self._queue.put(None)
            worker.join(timeout=10)
        self._worker = None
        self._refuse_late_ones()

    def alive(self) -> bool:
        """Whether the writing thread runs: what the watchdog asks."""
        worker = self._worker
        return worker is not None and worker.is_alive()

    @property
    def writer(self) -> str:
        return self.identity.writer

    def append(self, compose: Compose, finish: Finish | None = None) -> list[Record]:
        """Run ``compose`` inside the next transaction and append what it returns, which may be nothing.

        Raises ``NotRecorded``: then nothing of it was written.
        """
        if self._stopping or self._worker is None:
            raise NotRecorded("stopping")
        job = _Job(compose, finish)
        self._queue.put(job)
        # the first wait covers the queue ahead of this job; each further one a blocked plugin that was taken out
        for attempt in range(2 * PATIENCE):
            if job.wait(self._hook_seconds + 1.0):
                break
            if attempt >= PATIENCE and self._withdraw(job):
                self.last_failure = "busy"
                raise NotRecorded("busy")
            self._unblock(job)
        else:
            self.last_failure = "busy"
            raise NotRecorded("busy")  # the card hangs within a commit: nobody can know what comes of it
        if job.failure is not None:
            reason = job.failure.reason if isinstance(job.failure, NotRecorded) else "fault"
            if reason != "duplicate":
                self.last_failure = reason
            raise job.failure
        self.last_failure = ""
        return job.records

    def append_drafts(self, drafts: Sequence[Draft], operator: str | None = None) -> list[Record]:
        """Append ready drafts, all or none."""
        now, trusted = self.clock.now(), self.clock.trusted()
        entries = [Entry(UUID(int=uuid7().int), draft, now, trusted, operator) for draft in drafts]
        return self.append(lambda turn: entries)

    def _unblock(self, job: _Job) -> None:
        """Called by a caller that waited too long: if a plugin holds the transaction, take it away."""
        with self._lock:
            worker = self._worker
            if job.finished or worker is None or worker.ident is None:
                return
            fault = self.host.suspend_blocked(worker.ident, self._hook_seconds)
            if fault is None:
                return  # a slow disk or a long queue: keep waiting
            if not worker.abandon(fault):
                return
            log.error("the journal goes on without the plugin that blocked it")
            self._worker = _Worker(self, self._queue, worker.unfinished, fault)
            self._worker.start()

    def _withdraw(self, job: _Job) -> bool:
        """Take a job back. False where it is being committed just now."""
        with self._lock:
            worker = self._worker
            if worker is None or worker.withdraw(job):
                job.withdrawn = True
                return not job.finished
            return False

    def _refuse_late_ones(self) -> None:
        """Jobs that were queued while the worker ended."""
        while True:
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return
            if job is not None and not job.finished:
                job.failure = NotRecorded("stopping")
                job.end()


class _Worker(threading.Thread):
    """Takes jobs, groups them, commits them."""

    def __init__(
        self,
        journal: Journal,
        jobs: queue.SimpleQueue[_Job | None],
        inherited: Sequence[_Job] = (),
        fault: PluginFault | None = None,
    ) -> None:
        super().__init__(name="journal-writer", daemon=True)
        self._journal = journal
        self._queue = jobs
        self._inherited = list(inherited)
        self._inherited_fault = fault
        self._head: Head | None = None
        self._state = threading.Lock()
        self._expected = 1  # how many shared the last commit
        self._committing = False
        self._abandoned = False
        self._connection: Connection | None = None
        self._composing: _Job | None = None
        self.unfinished: list[_Job] = []

    def abandon(self, fault: PluginFault) -> bool:
        """Take the transaction away from this thread. False where it is committing just now."""
        with self._state:
            if self._committing or self._abandoned:
                return False
            self._abandoned = True
            raw = self._connection.connection.dbapi_connection if self._connection is not None else None
        if raw is not None:
            _take_away(raw)
        return True

    def withdraw(self, job: _Job) -> bool:
        """Mark a job so that it is not committed. False where that is happening."""
        with self._state:
            if self._committing:
                return False
            job.withdrawn = True
            return True

    def run(self) -> None:
        self.unfinished = list(self._inherited)
        for job in self._inherited:
            self._single(job, self._inherited_fault)
        self._inherited_fault = None
        while not self._abandoned:
            batch = self._gather()
            if not batch:
                return
            self._group(batch)

    def _gather(self) -> list[_Job]:
        """The next jobs to share a commit; empty when it is time to end.

        When the last commit was shared, others are on their way: a moment's wait costs them less than a commit each.
        A lone encounter never waits.
        """
        first = self._queue.get()
        if first is None:
            return []
        batch = [first]
        until = time.monotonic() + GATHER_SECONDS
        while len(batch) < GROUP_LIMIT:
            try:
                if len(batch) < self._expected:
                    more = self._queue.get(timeout=max(0.0, until - time.monotonic()))
                else:
                    more = self._queue.get_nowait()
            except queue.Empty:
                break
            if more is None:
                self._queue.put(None)
                break
            batch.append(more)
        self._expected = len(batch)
        return batch

    def _group(self, batch: list[_Job]) -> None:
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

    def _single(self, job: _Job, fault: PluginFault | None) -> None:
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
                    job.failure = _reason(error)
                    job.end()
                return
            self._finish([job], results)
            return
        job.failure = NotRecorded("fault")
        job.end()

    def _finish(self, batch: Sequence[_Job], results: list[list[Record]]) -> None:
        if self._abandoned:
            return
        for job, records in zip(batch, results, strict=True):
            job.records = records
            job.end()
        self.unfinished = []

    def _transaction(self, work: Sequence[tuple[_Job, PluginFault | None, frozenset[str]]]) -> list[list[Record]]:
        journal = self._journal
        connection = journal.database.engine.connect().execution_options(begin_immediate=True)
        self._connection = connection
        try:
            transaction = connection.begin()
            with (
                Session(bind=connection, expire_on_commit=False, autoflush=False) as session,
                journal.database.sharing(session),
            ):
                page = _Page(journal, session, self._head or ensure_head(session, journal.writer, own=True))
                results = []
                for job, fault, skip in work:
                    self._composing = job
                    results.append(page.write(job, fault, skip))
                page.flush()
                session.flush()
                with self._state:
                    if self._abandoned or any(job.withdrawn for job, _, _ in work):
                        raise NotRecorded("busy")
                    self._committing = True
                transaction.commit()
                self._head = page.head
        except BaseException:
            self._head = None
            raise
        finally:
            self._committing = False
            self._connection = None
            if self._abandoned:
                connection.invalidate()
            connection.close()
        return results


class _Page:
    """One transaction's worth of records, written in as few statements as the encounters allow."""

    def __init__(self, journal: Journal, session: Session, head: Head) -> None:
        self.head = head
        self._journal = journal
        self._session = session
        self._records: list[Record] = []
        self._companions: dict[Table, list[dict[str, Any]]] = {}
        self._citizens: set[str] = set()
        self._skip: frozenset[str] = frozenset()

    def write(self, job: _Job, fault: PluginFault | None, skip: frozenset[str]) -> list[Record]:
        if skip != self._skip:
            self.flush()
            self._skip = skip
        entries = job.compose(Turn(self._session, fault, self._seen))
        journal = self._journal
        records = build(self.head, journal.writer, journal.site, journal.identity.pseudonym_key, journal.kinds, entries)
        if records:
            self.head = Head(records[-1].seq, records[-1].hash)
            self._records += records
            self._citizens.update(record.citizen for record in records if record.citizen)
        for table, row in job.finish(records) if job.finish else ():
            self._companions.setdefault(table, []).append(row)
        return records

    def _seen(self, citizen: str) -> None:
        if citizen in self._citizens:
            self.flush()

    def flush(self) -> None:
        """Insert and project what is waiting."""
        records, self._records = self._records, []
        companions, self._companions = self._companions, {}
        self._citizens.clear()
        insert_records(self._session, records)
        self._journal.projector.project(records, self._session, self._skip)
        for table, rows in companions.items():
            self._session.connection().execute(table.insert(), rows)


def _take_away(raw: Any) -> None:
    """Roll back and close a connection under the thread that is stuck with it."""
    # closing alone is not enough: a cursor that is still open would keep the connection, and its lock, alive
    rolling_back = threading.Thread(target=_roll_back, args=(raw,), name="journal-rollback", daemon=True)
    rolling_back.start()
    rolling_back.join(0.2)
    if rolling_back.is_alive():  # it waits for a statement that runs
        interrupt = getattr(raw, "interrupt", None) or raw.cancel  # sqlite3, psycopg
        interrupt()
        rolling_back.join(5)
    raw.close()  # the stuck thread meets a closed connection when it wakes


def _roll_back(raw: Any) -> None:
    try:
        raw.rollback()
    except Exception as error:  # noqa: BLE001 - it is closed next, whatever this came to
        log.error("rolling back for a blocked plugin: %s", type(error).__name__)


def _reason(error: Exception) -> Exception:
    if isinstance(error, NotRecorded):
        return error
    if isinstance(error, IntegrityError):
        return NotRecorded("duplicate")
    log.error("nothing recorded: %s", type(error).__name__)
    if isinstance(error, DatabaseError | OSError):
        return NotRecorded("disk")
    return NotRecorded("fault")
