"""A decided encounter becomes a visit, with the day's next number where the person is admitted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.core_slice import encounter_body
from kiosk.domain import Decision, Draft, Encounter
from kiosk.plugin import PluginContext
from kiosk.site_days import day_number, day_text
from plugins.self_check_in import lookups, ticket_code
from plugins.self_check_in.records import Visit

if TYPE_CHECKING:
    from plugins.self_check_in import SelfCheckInSettings

KIND = "self_check_in.visit"
KEPT_DAYS = 8


class Numbers:
    """The days' running numbers. Kept in memory after the first of a day: encounters that share a commit are not in
    the tables yet, and around midnight those of two days may. A number whose transaction fails is skipped, never given twice."""

    def __init__(self) -> None:
        self._last: dict[tuple[int, str, str], int] = {}  # day, site, prefix -> number

    def next(self, session: Session, site: str, day: int, prefix: str) -> int:
        known = self._last.get((day, site, prefix))
        if known is None:
            known = lookups.last_number(session, site, day, prefix)
            while len(self._last) >= KEPT_DAYS:
                del self._last[next(iter(self._last))]
        self._last[(day, site, prefix)] = known + 1
        return known + 1


def draft(
    encounter: Encounter,
    session: Session,
    settings: SelfCheckInSettings,
    context: PluginContext,
    numbers: Numbers,
) -> Draft | None:
    """None where the payload was not recognised: the core records that by itself."""
    if encounter.credential is None:
        return None
    ticket, number, again = "", 0, False
    if encounter.decision is Decision.ADMIT and encounter.station.direction == "in":
        ticket, number = _kept(encounter, session, settings, context.time_zone)
        again = bool(ticket)
        # a ticket stands for a number that was given; it never makes a new one
        if not again and encounter.credential.kind != ticket_code.KIND:
            prefix = settings.ticket_prefix or encounter.station.lane
            day = day_number(int(encounter.scan.scanned_at.timestamp() * 1000), context.time_zone)
            number = numbers.next(session, encounter.station.site, day, prefix)
            ticket = f"{prefix}{number:03d}"
    body = encounter_body(encounter, context.name_masking, Visit, ticket=ticket, number=number, again=again)
    return Draft(KIND, body, encounter.citizen)


def _kept(encounter: Encounter, session: Session, settings: SelfCheckInSettings, time_zone: str) -> tuple[str, int]:
    """The ticket and number that this person has already, or ("", 0)."""
    assert encounter.credential is not None
    if encounter.credential.kind == ticket_code.KIND:
        visit = lookups.visit_of_record(session, UUID(encounter.credential.claims["record_id"].value))
        return (visit.ticket, visit.number) if visit else ("", 0)
    if not any(finding.code == "self_check_in.already_here" for finding in encounter.findings):
        return "", 0  # judged in this same transaction
    known = known_now(encounter, session, settings.same_visit_minutes, time_zone)
    return known.ticket, known.number


def known_now(encounter: Encounter, session: Session, same_visit_minutes: int, time_zone: str) -> lookups.Known:
    """What the tables say of this encounter's citizen at the time of the scan."""
    at = encounter.scan.scanned_at
    at_ms = int(at.timestamp() * 1000)
    return lookups.known_of(
        session,
        encounter.citizen or "",
        encounter.station.site,
        day_text(at, time_zone),
        at_ms - same_visit_minutes * 60_000,
        at_ms + 60_000,  # a clock that was set back a little
    )
