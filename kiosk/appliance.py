"""Puts one appliance together from a profile and a data directory: plugins, tables, journal, encounters, screen, paper.

Two instances in one process share nothing. ``build`` does no more I/O than importing plugins; ``open`` needs the disk;
``start`` begins the long-running work.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk.clock import CachedTrust, ClockSetByHand, SystemClock, WaryClock
from kiosk.core_slice import CORE, CoreSlice
from kiosk.daily_erasure import DailyErasure
from kiosk.delegation.signing import Signing
from kiosk.devices import Devices
from kiosk.domain import Draft, Encounter, HealthCheck, PrintOutcome, Record, Scan, Station
from kiosk.encounter.afterwards import Afterwards
from kiosk.encounter.answers import Answer
from kiosk.encounter.story import Begun, Encounters
from kiosk.events import EventHub
from kiosk.explained import Explained
from kiosk.identity import Identity, load_identity, nobodys_identity, read_identity
from kiosk.journal.jobs import Companion
from kiosk.journal.models import JournalRecord
from kiosk.journal.project import Projector
from kiosk.journal.reading import record_of_row
from kiosk.journal.replay import catch_up
from kiosk.journal.writer import Journal
from kiosk.plugin import Clock, DecodedCode, PluginContext
from kiosk.plugin_host.deadline import DeadlineRunner
from kiosk.plugin_host.guarded import GuardedHooks
from kiosk.plugin_host.host import Collected, First, PluginHost, PluginInfo, installed_plugins
from kiosk.plugin_host.loading import admit, load
from kiosk.receipts.due import DueReceipts
from kiosk.receipts.print_queue import PrintQueue
from kiosk.receipts.resuming import take_up_tickets
from kiosk.record_kinds import RecordKinds
from kiosk.screen_language import ScreenLanguage
from kiosk.settings.profile import Profile
from kiosk.storage import migrate
from kiosk.storage.database import IN_MEMORY, Base, Database, sqlite_url

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
        by_hand = self.settings.site.clock_set_by_hand
        self.clock = WaryClock(clock or (ClockSetByHand() if by_hand else CachedTrust(SystemClock())))
        self.host = PluginHost()
        self.kinds = RecordKinds()
        self.runner = DeadlineRunner()
        self.hooks = GuardedHooks(self.host, self.runner, self.settings.limits.hook_seconds)
        self.events = EventHub()
        self.screen_language = ScreenLanguage()
        self.modules: dict[str, str] = {}  # enabled plugin -> its module, for migrations
        self._installed = installed
        self.signing = Signing(self, self.clock, self.settings.role == "platform", self.settings.limits.delegation_days)
        self._devices = Devices(self.host, self.runner, self._deliver_from)
        self._started = False
        site = self.settings.site
        self.station = Station(site.id, site.name, site.lane, site.direction)

    # --- build

    def load_plugins(self) -> None:
        """Import, configure and register the profile's plugins; in safe mode none but the core's own slice.

        Raises ``ProfileError`` for a wrong setting; every other fault of a plugin is marked and the rest go on.
        """
        admit(self.host, self.kinds, CORE, CoreSlice())
        if self.safe:
            for name in self.settings.plugins:
                self.host.mark(name, "suspended", "safe mode")
            return
        installed = installed_plugins() if self._installed is None else self._installed
        self.modules = load(self.profile, installed, self.host, self.kinds, self._context)

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

    # --- open

    def open(self) -> None:
        """Open the data directory and the database, bring tables up to date, and begin the journal.

        Raises ``OSError``, ``sqlalchemy.exc.SQLAlchemyError`` or ``ValueError`` where that cannot be done.
        """
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.identity: Identity = load_identity(self.data_dir)
        self.database = Database(self.settings.journal.database or sqlite_url(self.data_dir))
        try:
            migrate.upgrade(self.database.engine, self.modules)
            self._remember_time()
            self._make_journal()
            catch_up(self.database, self.host, self.kinds)  # plugins may ask the journal who we are
        except BaseException:
            self.database.close()  # opening may be tried again
            raise
        self.erasure = DailyErasure(self.journal, self.settings.journal.retention_days, role=self.settings.role)
        # a printer's plugin that blocks for ever must not hold all later tickets
        self.due = DueReceipts(self.database)
        self.prints = PrintQueue(self.hooks.within(PRINT_SECONDS), self._print_outcome, ledger=self.due)
        self.afterwards = Afterwards(self.hooks, self.prints, self.settings.site.language)
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
            self.afterwards.paper_due,
        )

    def open_to_look(self) -> None:
        """Open what is there for reading, also on a card that cannot be written: nothing is made, brought up to date, rebuilt or
        written, and an appliance that runs on it does not notice.

        Raises what ``open`` does; ``ValueError`` also where the tables are of another version of this program.
        """
        self.identity = read_identity(self.data_dir)
        self.database = Database(self.settings.journal.database or sqlite_url(self.data_dir), read_only=True)
        other = migrate.outdated(self.database.engine, self.modules)
        if other:
            self.database.close()
            raise Explained(
                f"các bảng của {', '.join(other)} thuộc phiên bản khác của chương trình; "
                "hãy khởi động máy một lần bằng phiên bản này, nó tự cập nhật các bảng",
                f"tables of {', '.join(other)} are of another version of this program; "
                "start the appliance with this version once, it brings them up to date",
            )
        self._make_journal()

    def open_empty(self) -> None:
        """Open nothing that is there: tables without a row, in memory, for looking at codes where there is no appliance. What
        plugins then say of a code is what a device says that was switched on just now and knows nobody's keys."""
        self.identity = nobodys_identity(self.data_dir)
        self.database = Database(IN_MEMORY)
        Base.metadata.create_all(self.database.engine)
        self._make_journal()

    def _make_journal(self) -> None:
        self.projector = Projector(self.host)
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
        self._at_start("startup")
        for plugin, sources in self._at_start("scan_sources").results:
            for source in sources:
                self._devices.start(plugin, source, START_SECONDS)
        take_up_tickets(self)
        self._started = True

    def stop(self) -> None:
        """End what ``start`` began, the devices first, the journal last."""
        if not self._started:
            return
        self._started = False
        self._devices.stop(STOP_SECONDS)
        self.guarded("shutdown", STOP_SECONDS)
        self.signing.stop()
        self.afterwards.stop()
        self.prints.stop()
        self.erasure.stop()
        self.journal.stop()
        self.runner.stop()
        self.database.close()

    # --- hooks, with a limit

    def guarded(self, hook: str, seconds: float | None = None, **arguments: Any) -> Collected:
        """``host.collect`` with a limit for each plugin, by default the profile's: see ``kiosk.plugin_host.guarded``."""
        return (self.hooks if seconds is None else self.hooks.within(seconds)).collect(hook, **arguments)

    def _at_start(self, hook: str) -> Collected:
        """With a start's time, and none of it spent by a machine that has too much to do: who is put out here stays out."""
        return self.hooks.within(START_SECONDS, patient=True).collect(hook)

    def guarded_first(self, hook: str, seconds: float | None = None, **arguments: Any) -> First:
        """``host.first`` with a limit for each plugin."""
        return (self.hooks if seconds is None else self.hooks.within(seconds)).first(hook, **arguments)

    def blueprints(self) -> Sequence[tuple[str, Any]]:
        """Each plugin's pages. Making them imports what they need, which takes seconds from a slow card: a start's time is allowed."""
        return self._at_start("blueprint").results

    # --- services for plugins, pages and devices

    def handle(self, scan: Scan, answers: Mapping[str, str] | None = None, operator: str | None = None) -> Answer:
        return self.encounters.handle(scan, answers, operator)

    def begin(self, scan: Scan, answers: Mapping[str, str] | None = None) -> Begun:
        """``handle`` that does not wait: the answer must be asked for."""
        return self.encounters.begin(scan, answers)

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
        self.screen_language.forget()

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
        self.due.again(record, self.settings.site.language, int(self.clock.now().timestamp() * 1000))
        self.afterwards.print_again(record, self.station)
        return True

    def papers_due(self, records: Sequence[Record]) -> Sequence[Companion]:
        return self.afterwards.papers_due(records)

    def print_due(self, record: Record) -> None:
        self.afterwards.print_again(record, self.station)

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

    def _deliver_from(self, source: str) -> Callable[[DecodedCode], None]:
        def deliver(code: DecodedCode) -> None:
            chosen = self.screen_language.now()  # as the page says with its own scans
            answer = self.handle(self.new_scan(code, source), {"language": chosen} if chosen else None)
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

        asked = self.guarded("health_checks")  # first: a plugin that fails at this shows among the core's checks
        return [*core_checks(self), *asked.flat()]
