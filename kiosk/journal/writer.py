"""The device's own journal: one thread appends, projects and commits, many encounters to one fsync.

A plugin that blocks inside the transaction does not stop the device: the waiting caller suspends it, takes the connection
away (which rolls back), and another thread goes on.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from kiosk.domain import Draft, Record
from kiosk.identity import Identity
from kiosk.journal.append import entries_of
from kiosk.journal.job_queue import JobQueue
from kiosk.journal.jobs import Compose, Finish, Job, NotRecorded
from kiosk.journal.project import Projector
from kiosk.journal.writing_thread import WritingThread
from kiosk.plugin import Clock
from kiosk.plugin_host.host import PluginHost
from kiosk.record_kinds import RecordKinds
from kiosk.storage.database import Database

log = logging.getLogger(__name__)

STUCK_SECONDS = 30.0  # longer than a worn card pauses, and than callers wait before they take a job back
PATIENCE = 8  # how many times a caller waits for the hooks' limit before it takes its job back


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
        self.last_failure = ""  # for health: why nothing could be written; "" when the last append worked
        self.hook_seconds = hook_seconds
        self.shares_core = False  # its thread stays with those who answer scans; to be said before ``start``
        self._queue = JobQueue()
        self._lock = threading.Lock()
        self._worker: WritingThread | None = None
        self._stopping = False

    def start(self) -> None:
        self._stopping = False
        self._queue.open()
        self._worker = WritingThread(self, self._queue)
        self._worker.start()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._stopping = True
        worker = self._worker
        if worker:
            self._queue.close()
            worker.join(timeout=10)
        if (
            worker is None or not worker.is_alive()
        ):  # else it hangs in a commit: who waits must not hear "nothing written"
            self._worker = None
        self._refuse_late_ones()

    def alive(self) -> bool:
        """Whether the writing thread runs and gets on: what the watchdog asks. A thread that hangs in a commit, or in a plugin
        that nobody waits for any more, is not well; one that has nothing to do is."""
        worker = self._worker
        return worker is not None and worker.is_alive() and worker.stuck_for() < STUCK_SECONDS

    @property
    def writer(self) -> str:
        return self.identity.writer

    def append(self, compose: Compose, finish: Finish | None = None) -> list[Record]:
        """Run ``compose`` inside the next transaction and append what it returns, which may be nothing.

        Raises ``NotRecorded``: then nothing of it was written.
        """
        return self.outcome(self.begin(compose, finish))

    def begin(self, compose: Compose, finish: Finish | None = None, prepare: Callable[[], None] | None = None) -> Job:
        """Queue an append; whoever does must ask for its ``outcome``. Raises ``NotRecorded`` when the journal ends."""
        if self._stopping or self._worker is None:
            raise NotRecorded("stopping")
        job = Job(compose, finish, prepare, self.host.running())
        self._queue.put(job)
        return job

    def outcome(self, job: Job) -> list[Record]:
        """What a queued append came to, once it is on the card. Raises ``NotRecorded``: then nothing of it was written."""
        # the first wait covers the queue ahead of this job; each further one a blocked plugin that was taken out
        for attempt in range(2 * PATIENCE):
            if self.host.running.wait(job.wait, job.since + (attempt + 1) * (self.hook_seconds + 1.0)):
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
        entries = entries_of(drafts, self.clock.now(), self.clock.trusted(), operator)
        return self.append(lambda turn: entries)

    def _unblock(self, job: Job) -> None:
        """Called by a caller that waited too long: if a plugin holds the transaction, take it away."""
        with self._lock:
            worker = self._worker
            if job.finished or worker is None or worker.ident is None:
                return
            fault = self.host.suspend_blocked(worker.ident, self.hook_seconds)
            if fault is None:
                return  # a slow disk or a long queue: keep waiting
            if not worker.abandon(fault):
                return
            log.error("the journal goes on without the plugin that blocked it")
            self._worker = WritingThread(self, self._queue, worker.unfinished, fault)
            self._worker.start()

    def _withdraw(self, job: Job) -> bool:
        """Take a job back. False where it is being committed, or has been."""
        with self._lock:
            worker = self._worker
            if worker is not None:
                return worker.withdraw(job)
            job.withdrawn = True
            return not job.finished

    def _refuse_late_ones(self) -> None:
        """Jobs that were queued while the worker ended."""
        for job in self._queue.drain():
            if not job.finished:
                job.failure = NotRecorded("stopping")
                job.end()
