"""The one thread that talks to the platform: push what waits, pull what is new, pause, again.

It decides when; ``push`` and ``pull`` do the work. Nothing here is lost when power goes.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.plugin import Clock, Services
from plugins.upstream_sync import backlog, contact, enrolment, received_parked
from plugins.upstream_sync.enrolment import Enrolment
from plugins.upstream_sync.faults import Busy, SyncFault, Unauthorised, Unreachable
from plugins.upstream_sync.pacing import Pacing, Wakeup
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.pull import Puller
from plugins.upstream_sync.push import Pusher
from plugins.upstream_sync.settings import UpstreamSyncSettings
from plugins.upstream_sync.status import Noted
from plugins.upstream_sync.transport import Limits, Transport

log = logging.getLogger(__name__)

DAY = 86_400.0
NOT_ENROLLED_PAUSE = 10.0  # seconds between looks for an enrolment


class SyncWorker:
    """``work`` is run by a supervised thread; the other methods may be called from any."""

    def __init__(
        self,
        settings: UpstreamSyncSettings,
        data_dir: Path,
        services: Services,
        clock: Clock,
        status: Noted,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._data_dir = data_dir
        self._services = services
        self._clock = clock
        self._status = status
        self._monotonic = monotonic
        self._transport: Transport | None = None
        self._client: PlatformClient | None = None
        self._pusher: Pusher | None = None
        self._puller: Puller | None = None
        self._enrolment: Enrolment | None = None
        self._pull_due = 0.0
        self._retry_due = monotonic() + DAY  # parked records are looked at again daily, and when a person asks
        self._retry_asked = threading.Event()
        self.pacing = Pacing(settings.longest_pause_seconds)
        self.wakeup = Wakeup()

    # --- for other threads

    def resend(self) -> None:
        """A person wants everything tried now: alarms are cleared, parked records looked at again, the pause ends."""
        with self._services.journal.database.writing() as session:
            backlog.clear_alarms(session)
        self._retry_asked.set()
        self.wakeup.asked()

    def end(self) -> None:
        """Make ``work`` return soon, also from within a request."""
        self.wakeup.end()
        if self._transport:
            self._transport.abort()

    # --- the thread

    def work(self, stop: threading.Event, beat: Callable[[], None] = lambda: None) -> None:
        """Until ``stop`` is set or ``end`` was called."""
        received_parked.retry(self._services.journal)  # an update may know what was not known before
        try:
            while not stop.is_set() and not self.wakeup.ending:
                beat()
                self._take_up_enrolment()
                pause, for_records = self._round(stop, beat)
                if self.wakeup.wait(pause, for_records):
                    self.pacing.succeeded()
                    self._pull_due = 0.0
                elif for_records and not stop.is_set() and self._waiting():
                    self.wakeup.wait(self._settings.gather_seconds, False)  # so that several travel together
        finally:
            if self._transport:
                self._transport.close()
            self._client = self._transport = self._enrolment = None
        stop.wait(5)  # after ``end``: coming back unasked would look like a fault

    def _round(self, stop: threading.Event, beat: Callable[[], None]) -> tuple[float, bool]:
        """One attempt at everything. Returns how long to pause, and whether a new record ends the pause early."""
        if self._client is None:
            self._note_backlog()
            return NOT_ENROLLED_PAUSE, False
        try:
            self._exchange(stop, beat)
        except SyncFault as fault:
            ending = self.wakeup.ending or stop.is_set()
            pause = 0.0 if ending else self._failed(fault)
            self._note_backlog()  # the fault first: from here on the platform counts as asked
            return pause, False
        self._succeeded()
        return self.pacing.idle(self._settings.interval_seconds), True

    def _exchange(self, stop: threading.Event, beat: Callable[[], None]) -> None:
        """Push, then pull: also where the platform answers and does not take a record, for its journals are needed here."""
        refused: SyncFault | None = None
        try:
            self._push(stop, beat)
        except (Unreachable, Busy, Unauthorised):
            raise
        except SyncFault as fault:
            refused = fault
        self._pull(stop, beat)
        if refused:
            raise refused

    def _push(self, stop: threading.Event, beat: Callable[[], None]) -> None:
        assert self._pusher
        if self._retry_asked.is_set() or self._monotonic() >= self._retry_due:
            self._retry_asked.clear()  # once: what fails here must not hold up new records
            self._retry_due = self._monotonic() + DAY
            freed = self._pusher.retry_parked() + received_parked.retry(self._services.journal)
            if freed:
                log.info("%d parked records could be used now", freed)
        while not stop.is_set() and not self.wakeup.ending and self._pusher.push_one():
            beat()
            self._made_contact()
            self._note_backlog()

    def _pull(self, stop: threading.Event, beat: Callable[[], None]) -> None:
        assert self._puller
        if self._monotonic() < self._pull_due:
            return
        try:
            while not stop.is_set() and not self.wakeup.ending and self._puller.pull_one():
                beat()
        except SyncFault as fault:
            # what is received wrongly must not hold up what is to be sent: only this is paused
            self._status.note(pull_fault=fault.code)
            if fault.code in ("signature", "chain"):
                self._pull_due = self._monotonic() + self.pacing.idle(self._settings.longest_pause_seconds)
                log.error("the platform's journals were not taken: %s", fault)
                return
            raise
        self._status.note(pull_fault="")
        self._made_contact()
        self._pull_due = self._monotonic() + self.pacing.idle(self._settings.pull_seconds)

    # --- enrolment

    def _take_up_enrolment(self) -> None:
        """Read the enrolment when there is one, or another one: 'kiosk enrol' may run beside this process."""
        try:
            known = enrolment.load(self._data_dir)
        except (OSError, ValueError) as error:
            log.error("the enrolment cannot be read: %s", type(error).__name__)
            self._status.note(enrolment_damaged=True)
            return
        if known is None or known == self._enrolment:
            return
        identity = self._services.journal.identity
        try:
            address = enrolment.base_address(self._settings.platform or known.platform, known.insecure)
            platform_key = known.platform_key()
        except ValueError as error:
            log.error("the platform's address or key cannot be used: %s", type(error).__name__)
            self._status.note(enrolment_damaged=True)
            return
        settings, database = self._settings, self._services.journal.database
        if self._transport:
            self._transport.close()
        self._transport = Transport(
            Limits(settings.connect_seconds, settings.answer_seconds, settings.request_seconds), settings.ca_file
        )
        self._client = PlatformClient(address, identity, self._clock, self._transport)
        self._pusher = Pusher(database, self._client, self._clock, settings.batch_records)
        self._puller = Puller(
            database, self._services.journal, self._client, self._clock, identity, platform_key, known.epoch
        )
        self._enrolment = known
        with database.reading() as session:
            before = contact.read(session, identity.device)
        same = before is not None and before.platform == address
        self._status.note(
            enrolment=known,
            enrolment_damaged=False,
            restart_needed=identity.epoch < known.epoch,
            last_contact_ms=before.last_contact_ms if before and same else None,
            drift_ms=before.drift_ms if before and same else None,
            drift_uncertain_ms=before.drift_uncertain_ms if before and same else 0,
        )

    # --- notes

    def _failed(self, fault: SyncFault) -> float:
        pause = self.pacing.failed(fault.retry_after)
        if isinstance(fault, Unauthorised) and fault.code != "clock":
            pause = max(pause, self._settings.longest_pause_seconds * 0.5)  # waiting does not mend it, a person does
        if self._status.now().fault != fault.code:  # one line per trouble, not one per attempt
            log.warning("sync: %s", fault)
        self._status.note(
            fault=fault.code, fault_detail=fault.detail, next_attempt_ms=self._now_ms() + int(pause * 1000)
        )
        if fault.code == "clock":
            self._ask_time()
        return pause

    def _ask_time(self) -> None:
        """The platform refused because of the clock: learn how wrong it is, so that a person can be told."""
        assert self._client
        try:
            self._client.time()
        except SyncFault:
            return
        self._note_drift()

    def _succeeded(self) -> None:
        self.pacing.succeeded()
        if self._status.now().fault:
            log.info("sync: well again")
        self._status.note(fault="", fault_detail="", next_attempt_ms=None)
        self._note_backlog()

    def _made_contact(self) -> None:
        self._status.note(last_contact_ms=self._now_ms())
        self._note_drift()

    def _note_drift(self) -> None:
        assert self._client
        timed, journal, now_ms = self._client.timed, self._services.journal, self._now_ms()
        if timed:
            self._status.note(drift_ms=timed.drift_ms, drift_uncertain_ms=timed.uncertain_ms)
        device, address = journal.identity.device, self._client.address
        with journal.database.reading() as session:
            stale = contact.is_stale(contact.read(session, device), address, now_ms, timed)
        if stale:
            with journal.database.writing() as session:
                contact.note(session, device, address, now_ms, timed)

    def _note_backlog(self) -> None:
        with self._services.journal.database.reading() as session:
            self._status.note(backlog=backlog.read_backlog(session, self._services.journal.kinds.names()))

    def _waiting(self) -> bool:
        with self._services.journal.database.reading() as session:
            return bool(backlog.waiting_writers(session))

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)
