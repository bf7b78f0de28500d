"""Puts one appliance together from a profile and a data directory: plugins, tables, journal, encounters, screen, paper.

Two instances in one process share nothing. ``build`` does no more I/O than importing plugins; ``open`` needs the disk;
``start`` begins the long-running work.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk import migrate
from kiosk.afterwards import Afterwards
from kiosk.answers import Answer
from kiosk.clock import CachedTrust, SystemClock, WaryClock
from kiosk.core_slice import CORE, CoreSlice
from kiosk.database import Database, sqlite_url
from kiosk.deadline import DeadlineRunner, Overstayed
from kiosk.domain import Draft, Encounter, HealthCheck, PrintOutcome, Record, Scan, Station
from kiosk.encounter import Encounters
from kiosk.events import EventHub
from kiosk.identity import Identity, load_identity
from kiosk.journal.daily_erasure import DailyErasure
from kiosk.journal.kinds import RecordKinds
from kiosk.journal.models import JournalRecord
from kiosk.journal.project import Projector, behind
from kiosk.journal.reading import record_of_row
from kiosk.journal.replay import ReplayFailed, replay
from kiosk.journal.writer import Journal
from kiosk.plugin import Clock, DecodedCode, PluginContext, ScanSource
from kiosk.plugin_host import Collected, First, PluginFault, PluginHost, PluginInfo, installed_plugins
from kiosk.receipts import PrintQueue
from kiosk.settings import Profile, ProfileError, check_section

log = logging.getLogger(__name__)

START_SECONDS = 20.0  # a plugin may take this long to start; a camera or a printer is slow to open
STOP_SECONDS = 10.0
PRINT_SECONDS = 180.0  # a raster ticket takes most of a minute over a slow serial line, a long one several


class Appliance:
    """One appliance. It is also the ``kiosk.plugin.Services`` that plugins see."""

    def __init__(
        self,
        profile: Profile,
        data_dir: Path,
        safe: bool = False,
        clock: Clock | None = None,
        installed: Mapping[str, PluginInfo] | None = None,
    ) -> None:
        self.profile = profile
        self.settings = profile.core
        self.data_dir = data_dir
        self.safe = safe
        self.safe_reason = "asked for" if safe else ""
        self.clock = WaryClock(clock or CachedTrust(SystemClock()))
        self.host = PluginHost()
        self.kinds = RecordKinds()
        self.runner = DeadlineRunner()
        self.events = EventHub()
        self.modules: dict[str, str] = {}  # enabled plugin -> its module, for migrations
        self._installed = installed
        self._sources: list[ScanSource] = []
        self._started = False
        site = self.settings.site
        self.station = Station(site.id, site.name, site.lane, "", site.direction)

    # --- build

    def load_plugins(self) -> None:
        """Import, configure and register the profile's plugins; one that fails is marked, the rest go on.

        A wrong setting is not contained: it raises ``ProfileError``, because a technician is there to read it.
        """
        self._admit(CORE, CoreSlice())
        if self.safe:
            for name in self.settings.plugins:
                self.host.mark(name, "suspended", "safe mode")
            return
        installed = installed_plugins() if self._installed is None else self._installed
        problems: list[str] = []
        for name in self.settings.plugins:
            info = installed.get(name)
            if info is None:
                self.host.mark(name, "missing", "not installed; pip install the distribution that offers it")
                continue
            try:
                plugin_class = info.entry_point.load()
                settings = check_section(
                    self.profile.path, name, plugin_class.Settings, self.profile.sections.get(name, {})
                )
                self.modules[name] = info.module
                self._admit(name, plugin_class(self._context(name, settings)))
            except ProfileError as error:
                problems += error.problems
            except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin must not keep the others from starting
                log.error("plugin %s did not load: %s", name, type(error).__name__)
                self.host.mark(name, "broken", f"did not load: {type(error).__name__}: {error}"[:200])
        if problems:
            raise ProfileError(problems)

    def _context(self, name: str, settings: Any) -> PluginContext:
        return PluginContext(
            name=name,
            settings=settings,
            station=self.station,
            language=self.settings.site.language,
            time_zone=self.settings.site.time_zone,
            name_masking=self.settings.site.name_masking,
            data_dir=self.data_dir,
            clock=self.clock,
            services=self,
        )

    def _admit(self, name: str, plugin: object) -> None:
        self.host.register(name, plugin)
        kinds, fault = self.host.call_one(name, "record_kinds")
        if fault is not None:
            raise ValueError("it does not say which records it makes")
        if kinds:
            self.kinds.add(name, kinds)

    # --- open

    def open(self) -> None:
        """Open the data directory and the database, bring tables up to date, and begin the journal.

        Raises ``OSError``, ``sqlalchemy.exc.SQLAlchemyError`` or ``ValueError`` where that cannot be done.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.identity: Identity = load_identity(self.data_dir)
        self.database = Database(self.settings.journal.database or sqlite_url(self.data_dir))
        migrate.upgrade(self.database.engine, self.modules)
        self.projector = Projector(self.host)
        self._catch_up()
        self._remember_time()
        self.journal = Journal(
            self.database,
            self.identity,
            self.settings.site.id,
            self.kinds,
            self.projector,
            self.host,
            self.clock,
            self.settings.limits.hook_seconds,
        )
        self.erasure = DailyErasure(self.journal, self.settings.journal.retention_days, role=self.settings.role)
        self.prints = PrintQueue(_LimitedPrinting(self), self._print_outcome)
        self.afterwards = Afterwards(
            self.host, self.runner, self.prints, self.settings.limits.hook_seconds, self.settings.site.language
        )
        self.encounters = Encounters(
            self.host,
            self.journal,
            self.database,
            self.identity,
            self.station,
            self.clock,
            self.settings.limits,
            self.settings.site.name_masking,
            self._recorded,
        )

    def _catch_up(self) -> None:
        """Rebuild the tables of plugins that missed records while they were suspended. One that cannot is not used: it would
        judge by tables that are wrong."""
        with self.database.reading() as session:
            late = [
                state.name for state in self.host.states() if state.status == "loaded" and state.name in behind(session)
            ]
        for name in late:
            log.warning("rebuilding the tables of %s", name)
            try:
                replay(self.database, self.host, self.kinds, [name])
            except ReplayFailed as failed:
                self.host.mark(name, "suspended", f"its tables cannot be rebuilt: {failed.fault.reason}")

    def _remember_time(self) -> None:
        """The clock may have gone back while the appliance was off."""
        last = (
            select(JournalRecord.occurred_at_ms, JournalRecord.clock_trusted)
            .where(JournalRecord.writer == self.identity.writer)
            .order_by(JournalRecord.seq.desc())
            .limit(1)
        )
        with self.database.reading() as session:
            row = session.execute(last).one_or_none()
        if row is not None and row.clock_trusted:
            self.clock.believe(datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC))

    # --- start and stop

    def start(self) -> None:
        """Begin: journal, plugins' long-running work, devices."""
        self.journal.start()
        self.erasure.start()
        self.afterwards.start()
        for plugin in self.host.implementations("startup"):
            self._guarded_one(plugin, "startup", START_SECONDS)
        for plugin, sources in self.guarded("scan_sources", START_SECONDS).results:
            for source in sources:
                self._start_source(plugin, source)
        self._started = True

    def _start_source(self, plugin: str, source: ScanSource) -> None:
        self._sources.append(source)
        try:
            self.runner.run(lambda: source.start(self._deliver_from(source.name)), START_SECONDS)
        except Overstayed:
            self.host.mark(plugin, "suspended", f"scan_sources: {source.name} did not start in {START_SECONDS:.0f} s")
        except Exception as error:  # noqa: BLE001 - one device must not keep the others from starting
            self.host.blame(plugin, "scan_sources", error)

    def _stop_source(self, source: ScanSource) -> None:
        try:
            self.runner.run(source.stop, STOP_SECONDS)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - the journal must still be closed
            log.error("device %s did not stop: %s", source.name, type(error).__name__)

    def stop(self) -> None:
        """End what ``start`` began, the devices first, the journal last."""
        if not self._started:
            return
        self._started = False
        for source in self._sources:
            self._stop_source(source)
        self._sources.clear()
        self.guarded("shutdown", STOP_SECONDS)
        self.afterwards.stop()
        self.prints.stop()
        self.erasure.stop()
        self.journal.stop()
        self.runner.stop()
        self.database.close()

    # --- hooks, with a limit

    def guarded(self, hook: str, seconds: float | None = None, **arguments: Any) -> Collected:
        """``host.collect`` within a limit: a plugin that blocks is suspended, and the others are asked again."""
        limit = seconds or self.settings.limits.hook_seconds
        faults: list[PluginFault] = []
        for _ in range(3):
            try:
                collected = self.runner.run(lambda: self.host.collect(hook, **arguments), limit)
            except Overstayed as late:
                fault = self.host.suspend_blocked(late.thread) if late.thread is not None else None
                if fault is None:
                    break
                faults.append(fault)
                continue
            collected.faults.extend(faults)
            return collected
        return Collected(faults=faults)

    def guarded_first(self, hook: str, seconds: float | None = None, **arguments: Any) -> First:
        """``host.first`` within a limit."""
        limit = seconds or self.settings.limits.hook_seconds
        try:
            return self.runner.run(lambda: self.host.first(hook, **arguments), limit)
        except Overstayed as late:
            fault = self.host.suspend_blocked(late.thread) if late.thread is not None else None
            return First(faults=[fault] if fault else [])

    def _guarded_one(self, plugin: str, hook: str, seconds: float) -> None:
        try:
            self.runner.run(lambda: self.host.call_one(plugin, hook), seconds)
        except Overstayed as late:
            if late.thread is not None:
                self.host.suspend_blocked(late.thread)

    # --- services for plugins, pages and devices

    def handle(self, scan: Scan, answers: Mapping[str, str] | None = None, operator: str | None = None) -> Answer:
        return self.encounters.handle(scan, answers, operator)

    def record(self, drafts: Sequence[Draft], operator: str | None = None) -> list[Record]:
        return self.journal.append_drafts(drafts, operator)

    def session(self) -> AbstractContextManager[Session]:
        return self.database.reading()

    def pseudonym(self, national_id: str) -> str:
        return self.identity.pseudonym(national_id)

    def forget_person(self) -> None:
        """The person before the screen has gone: drop what may speak of them and is not recorded."""
        self.events.forget()
        self.encounters.forget_asked()

    def show(self, event: str, data: Mapping[str, Any]) -> None:
        self.events.publish(event, dict(data))

    def reprint(self, record_id: UUID) -> bool:
        with self.database.reading() as session:
            row = session.scalars(
                select(JournalRecord).where(JournalRecord.writer == self.identity.writer, JournalRecord.id == record_id)
            ).one_or_none()
            if row is None or row.body is None:
                return False
            record = record_of_row(row, self.kinds)
        self.afterwards.print_again(record, self.station)
        return True

    def new_scan(self, code: DecodedCode, source: str, key: UUID | None = None) -> Scan:
        """A scan with a key minted now, before anything is done with it."""
        return Scan(
            key=key or UUID(int=uuid7().int),
            payload=code.text,
            raw=code.raw,
            symbology=code.symbology,
            source=source,
            scanned_at=self.clock.now(),
        )

    def _deliver_from(self, source: str) -> Any:
        def deliver(code: DecodedCode) -> None:
            answer = self.handle(self.new_scan(code, source))
            self.events.publish("answer", answer.as_dict())

        return deliver

    def _recorded(self, encounter: Encounter, record: Record, answer: Answer) -> None:
        self.afterwards.follow(encounter, record)

    def _print_outcome(self, key: UUID, outcome: PrintOutcome) -> None:
        self.events.publish(
            "print",
            {
                "key": str(key),
                "printed": outcome.printed,
                "problem": outcome.problem,
                "text": {"vi": outcome.text.vi, "en": outcome.text.en},
            },
        )

    def health(self) -> list[HealthCheck]:
        """The core's own checks and the plugins', worst first is the page's business."""
        from kiosk.health import core_checks

        return [*core_checks(self), *self.guarded("health_checks").flat()]


class _LimitedPrinting:
    """The host as the print queue needs it: a printer's plugin that blocks for ever must not hold all later tickets."""

    def __init__(self, appliance: Appliance) -> None:
        self._appliance = appliance

    def collect(self, hook: str, **arguments: Any) -> Collected:
        return self._appliance.guarded(hook, PRINT_SECONDS, **arguments)

    def first(self, hook: str, **arguments: Any) -> First:
        return self._appliance.guarded_first(hook, PRINT_SECONDS, **arguments)
