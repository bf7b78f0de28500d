"""The live page's numbers: public, without a person in them. Asked for often, so counted at most every two seconds."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.core_slice import EncounterBody
from kiosk.plugin import PluginContext
from kiosk.plugin_host.deadline import DeadlineRunner
from kiosk.plugin_host.guarded import GuardedHooks
from kiosk.record_kinds import RecordKinds
from plugins.national_platform import devices
from plugins.national_platform.hours import HOUR_MS
from plugins.national_platform.models import Contact, Device, RecordHour

HOURS = 24
SITES = 10
KEPT_SECONDS = 2.0


class LiveNumbers:
    """Counts, and remembers what was counted for a moment, however many screens ask."""

    def __init__(self, context: PluginContext, monotonic: Callable[[], float]) -> None:
        self._context = context
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._runner = DeadlineRunner(idle=1, name="live-figures")
        self._counted_at = float("-inf")
        self._kept: dict[str, Any] = {}

    def current(self) -> dict[str, Any]:
        with self._lock:
            if self._monotonic() - self._counted_at >= KEPT_SECONDS:
                self._kept = self._count()
                self._counted_at = self._monotonic()
            return self._kept

    def _count(self) -> dict[str, Any]:
        context = self._context
        now = context.clock.now()
        now_ms = int(now.timestamp() * 1000)
        online_since = now_ms - context.settings.online_minutes * 60_000
        journal = context.services.journal
        hooks = GuardedHooks(journal.host, self._runner, journal.hook_seconds)
        collected = hooks.collect("figures", site=None)
        with context.services.session() as session:
            enrolled, online = devices.counts(session, online_since)
            return {
                "server_time_ms": now_ms,
                "devices": {"enrolled": enrolled, "online": online},
                "figures": [
                    {"name": one.name, "label": {"vi": one.label.vi, "en": one.label.en}, "value": one.value}
                    for one in collected.flat()
                ],
                "hours": self._hours(session, now),
                "sites": self._sites(session, now, online_since),
                "last_contact_ms": session.scalar(select(func.max(Contact.last_contact_ms))) or 0,
            }

    def _hours(self, session: Session, now: datetime) -> list[dict[str, Any]]:
        """The last 24 hours, the running one last; labels are the platform's local hours."""
        zone = ZoneInfo(self._context.time_zone)
        this_hour = int(now.timestamp()) // 3600
        counted = {
            hour: int(count)
            for hour, count in session.execute(
                select(RecordHour.hour, func.sum(RecordHour.records))
                .where(RecordHour.hour > this_hour - HOURS, RecordHour.hour <= this_hour, self._of_people())
                .group_by(RecordHour.hour)
            )
        }
        return [
            {
                "label": datetime.fromtimestamp(hour * 3600, UTC).astimezone(zone).strftime("%H"),
                "start_ms": hour * HOUR_MS,
                "count": counted.get(hour, 0),
            }
            for hour in range(this_hour - HOURS + 1, this_hour + 1)
        ]

    def _sites(self, session: Session, now: datetime, online_since: int) -> list[dict[str, Any]]:
        """The busiest sites since the platform's midnight."""
        midnight = now.astimezone(ZoneInfo(self._context.time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
        first_hour, this_hour = int(midnight.timestamp()) // 3600, int(now.timestamp()) // 3600
        today: Counter[str] = Counter()
        recent: Counter[str] = Counter()
        for site, hour, count in session.execute(
            select(RecordHour.site, RecordHour.hour, func.sum(RecordHour.records))
            .where(RecordHour.hour >= first_hour, RecordHour.hour <= this_hour, self._of_people())
            .group_by(RecordHour.site, RecordHour.hour)
        ):
            today[site] += int(count)
            if hour == this_hour:
                recent[site] += int(count)
        busiest = [site for site, _ in sorted(today.items(), key=lambda item: (-item[1], item[0]))[:SITES]]
        heard = self._heard(session, busiest)
        return [
            {
                "site": site,
                "today": today[site],
                "this_hour": recent[site],
                "last_contact_ms": heard.get(site, 0),
                "online": heard.get(site, 0) >= online_since,
            }
            for site in busiest
        ]

    def _of_people(self) -> Any:
        return RecordHour.kind.in_(encounter_kinds(self._context.services.journal.kinds))

    @staticmethod
    def _heard(session: Session, sites: list[str]) -> dict[str, int]:
        return {
            site: int(last)
            for site, last in session.execute(
                select(Device.site, func.max(Contact.last_contact_ms))
                .join(Contact, Contact.device == Device.device)
                .where(Device.site.in_(sites))
                .group_by(Device.site)
            )
        }


def encounter_kinds(kinds: RecordKinds) -> list[str]:
    """The kinds that say a person stood before a device; not what is published, nor what staff did."""
    names = [(name, kinds.get(name)) for name in kinds.names()]
    return [name for name, kind in names if kind is not None and issubclass(kind.model, EncounterBody)]
