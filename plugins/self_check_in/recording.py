"""A decided encounter becomes a visit, with the day's next number where the person is admitted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.core_slice import encounter_body
from kiosk.domain import Decision, Draft, Encounter
from kiosk.plugin import PluginContext
from plugins.self_check_in import lookups, ticket_code
from plugins.self_check_in.days import day_number
from plugins.self_check_in.records import Visit

if TYPE_CHECKING:
    from plugins.self_check_in import SelfCheckInSettings

KIND = "self_check_in.visit"


def draft(
    encounter: Encounter, session: Session, settings: SelfCheckInSettings, context: PluginContext
) -> Draft | None:
    """None where the payload was not recognised: the core records that by itself."""
    if encounter.credential is None:
        return None
    ticket, number, again = "", 0, False
    if encounter.decision is Decision.ADMIT and encounter.station.direction == "in":
        ticket, number, again = _number(encounter, session, settings, context)
    body = encounter_body(encounter, context.name_masking, Visit, ticket=ticket, number=number, again=again)
    return Draft(KIND, body, encounter.citizen)


def _number(
    encounter: Encounter, session: Session, settings: SelfCheckInSettings, context: PluginContext
) -> tuple[str, int, bool]:
    """Ticket, number, and whether it was kept. Inside the appending transaction, so no two people get the same one."""
    assert encounter.credential is not None
    site, at_ms = encounter.station.site, int(encounter.scan.scanned_at.timestamp() * 1000)
    if encounter.credential.kind == ticket_code.KIND:
        known = lookups.visit_of_record(session, UUID(encounter.credential.claims["record_id"].value))
    else:
        since = at_ms - settings.same_visit_minutes * 60_000
        known = lookups.recent_ticket(session, encounter.citizen or "", site, "in", since, at_ms + 60_000)
    if known is not None:
        return known.ticket, known.number, True
    prefix = settings.ticket_prefix or encounter.station.lane
    number = lookups.last_number(session, site, day_number(at_ms, context.time_zone), prefix) + 1
    return f"{prefix}{number:03d}", number, False
