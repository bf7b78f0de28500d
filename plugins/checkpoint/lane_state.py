"""What an officer's page shows besides the verdict: who stands there, the vehicle, the post's pace and its links. JSON values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain import Decision, HealthCheck, HealthLevel
from kiosk.journal.models import JournalHead
from kiosk.site_days import local_time
from kiosk.text.names import mask_name
from plugins.checkpoint import groups, lookups, posts
from plugins.checkpoint.completing import KEPT_HOURS
from plugins.checkpoint.models import PassageRow
from plugins.checkpoint.names import number_of
from plugins.checkpoint.read_out import as_read, read_out
from plugins.checkpoint.travellers import Desk, Desks, Traveller, Vehicle
from plugins.checkpoint.words import kind_words

if TYPE_CHECKING:
    from kiosk.plugin import PluginContext
    from plugins.checkpoint.settings import CheckpointSettings

SHOWN_PEOPLE = 6  # of a vehicle, the worst first: a bus has more than a screen
SHOWN_RECENT = 5
TAIL = 4  # characters of a number that are shown unasked


class LaneState:
    """Reads the state of one lane, for one page."""

    def __init__(self, context: PluginContext, desks: Desks) -> None:
        self._context = context
        self._settings: CheckpointSettings = context.settings
        self._desks = desks
        self._posts = tuple(one.id for one in posts.of(self._settings, context.station))

    def of(self, desk: Desk, health: Sequence[HealthCheck], reveal: bool = False) -> dict[str, Any]:
        """The whole state. ``health``: the appliance's checks. ``reveal``: names and numbers as the documents have them; whoever
        asks for that must have recorded it."""
        now = self._context.clock.now()
        now_ms = int(now.timestamp() * 1000)
        site = self._context.station.site
        self._desks.sweep(now)
        desk = self._desks.desk(desk.post, desk.lane)
        traveller = self._desks.current(desk, now)
        with self._context.services.session() as session:
            writer = self._context.services.journal.identity.writer
            surge = lookups.surge(session, writer, desk.post, now_ms)
            people, seconds = lookups.pace(session, site, desk.post, now_ms)
            since = now_ms - self._settings.inside_hours * lookups.HOUR_MS
            return {
                "direction": desk.direction,
                "traveller": self._traveller(session, traveller, now_ms, reveal) if traveller else None,
                "vehicle": self._vehicle(session, desk.vehicle) if desk.vehicle else None,
                "recent": self._recent(session, desk, now_ms),
                "surge": self._surge(surge),
                "later": lookups.later_count(session, writer, now_ms - KEPT_HOURS * lookups.HOUR_MS),
                "inside": lookups.inside(session, site, desk.post, since, self._posts),
                "pace": {"people": people, "seconds": None if seconds is None else round(seconds, 1)},
                "links": self._links(session, health),
                "notes": [self._note(row) for row in lookups.notes(session, site, desk.post, 1)],
            }

    def _traveller(self, session: Session, traveller: Traveller, now_ms: int, reveal: bool) -> dict[str, Any]:
        row = lookups.by_passage(session, str(traveller.id)) if traveller.record else None
        name = traveller.value("name") or ""
        number = number_of(traveller.value)
        birth = traveller.value("birth_date") or ""
        return {
            "passage": str(traveller.id),
            "name": name if reveal else mask_name(name, _at_least(self._context.name_masking)),
            "birth": as_read(birth) if reveal else birth[:4],
            "number": _masked(number) if not reveal or len(number) <= TAIL else number,
            "revealed": reveal,
            "read": self._read_out(traveller, now_ms) if reveal else [],
            "shown": [
                {"kind": kind_words(one.credential.kind), "trust": one.credential.trust.value}
                for one in traveller.shown
            ],
            "decision": row.decision if row is not None else traveller.decision.value,
            "recorded": row is not None,
            "settled": row is not None and row.settled,
            "undo_seconds": self._undo_seconds(row, now_ms),
            "slip": row is not None and bool(row.ticket),
        }

    def _read_out(self, traveller: Traveller, now_ms: int) -> list[dict[str, str]]:
        at = datetime.fromtimestamp(now_ms / 1000, UTC)
        documents = tuple(one.credential for one in traveller.standing)
        return [{"vi": one.vi, "en": one.en} for one in read_out(documents, at, self._context.time_zone)]

    def people_of(self, vehicle: Vehicle) -> list[dict[str, Any]]:
        """Everybody of a vehicle who has shown a code, the worst verdict first, else as they came; masked."""
        now_ms = int(self._context.clock.now().timestamp() * 1000)
        with self._context.services.session() as session:
            return [self.passage(row, now_ms) for row in _worst_first(lookups.of_group(session, vehicle.id))]

    def _vehicle(self, session: Session, vehicle: Vehicle) -> dict[str, Any]:
        rows = lookups.of_group(session, vehicle.id)
        found = groups.verdict([Decision(row.decision) for row in rows], vehicle.expected)
        worst = _worst_first(rows)[:SHOWN_PEOPLE]
        return {
            "plate": vehicle.shown,
            "class": vehicle.vehicle_class,
            "expected": vehicle.expected,
            "decision": found.decision.value if found.decision else None,
            "counts": found.counts,
            "people": len(rows),
            "missing": found.missing,
            "worst": [{"name": row.name, "decision": row.decision} for row in worst],
        }

    def _recent(self, session: Session, desk: Desk, now_ms: int) -> list[dict[str, Any]]:
        rows = session.scalars(
            select(PassageRow)
            .where(
                PassageRow.site == self._context.station.site,
                PassageRow.post == desk.post,
                PassageRow.lane == desk.lane,
                PassageRow.occurred_at_ms > now_ms - lookups.HOUR_MS,
                PassageRow.superseded.is_(False),
            )
            .order_by(PassageRow.occurred_at_ms.desc(), PassageRow.seq.desc())
            .limit(SHOWN_RECENT)
        ).all()
        return [self.passage(row, now_ms) for row in rows]

    def passage(self, row: PassageRow, now_ms: int) -> dict[str, Any]:
        """One passage as lists show it, masked."""
        return {
            "passage": row.passage,
            "record": row.record,
            "time": local_time(row.occurred_at_ms, self._context.time_zone, "%H:%M"),
            "date": local_time(row.occurred_at_ms, self._context.time_zone, "%d/%m"),
            "name": row.name,
            "plate": row.plate,
            "decision": row.decision,
            "direction": row.direction,
            "lane": row.lane,
            "people": row.people,
            "counted": row.is_count,
            "undone": row.undone,
            "settled": row.settled,
            "slip": bool(row.ticket),
            "undo_seconds": self._undo_seconds(row, now_ms),
        }

    def _undo_seconds(self, row: PassageRow | None, now_ms: int) -> int:
        """For how long this passage may still be undone; 0 where it may not."""
        if row is None or row.undone or row.writer != self._context.services.journal.identity.writer:
            return 0
        return max(0, self._settings.undo_seconds - max(0, now_ms - row.occurred_at_ms) // 1000)

    def _surge(self, surge: lookups.SurgeNow | None) -> dict[str, Any] | None:
        if surge is None:
            return None
        return {
            "reason": surge.reason,
            "until": local_time(surge.until_ms, self._context.time_zone, "%H:%M"),
            "operator": surge.operator or "",
        }

    def _links(self, session: Session, health: Sequence[HealthCheck]) -> dict[str, Any]:
        unsent = session.scalar(
            select(func.coalesce(func.sum(JournalHead.seq - JournalHead.acknowledged), 0)).where(JournalHead.own)
        )
        contact = next((check for check in health if check.name == "sync.contact"), None)
        enrolment = next((check for check in health if check.name == "sync.enrolment"), None)
        shown = contact or enrolment
        return {
            "unsent": int(unsent or 0),
            "contact": {"vi": shown.text.vi, "en": shown.text.en} if shown else None,
            "contact_level": shown.level.value if shown else HealthLevel.INFO.value,
            "clock": self._clock(health),
            "faults": sum(check.level is HealthLevel.FAULT for check in health),
        }

    def _clock(self, health: Sequence[HealthCheck]) -> str:
        """ "good"; "hand" where somebody sets it and nothing checks it; "bad" where nobody may believe it."""
        if not self._context.clock.trusted():
            return "bad"
        by_hand = any(check.name == "clock" and check.level is HealthLevel.INFO for check in health)
        return "hand" if by_hand else "good"

    def _note(self, row: Any) -> dict[str, Any]:
        return {
            "text": row.text,
            "operator": row.operator or "",
            "time": local_time(row.occurred_at_ms, self._context.time_zone, "%H:%M %d/%m"),
        }


def _worst_first(rows: Sequence[PassageRow]) -> list[PassageRow]:
    order = {decision.value: place for place, decision in enumerate(groups.WORST_FIRST)}
    return sorted(rows, key=lambda row: order.get(row.decision, 0))


def _at_least(masking: str) -> str:
    """A page that others can look over masks, even where the site prints whole names."""
    return "initials" if masking == "full" else masking


def _masked(number: str) -> str:
    """Its last characters; that there are more is seen, also where they are all that is known."""
    return "•" * max(len(number) - TAIL, TAIL) + number[-TAIL:] if number else ""
