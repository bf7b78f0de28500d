"""Folds visits, appointments and deny entries into tables. The same batch function serves device, platform and replay.

Anybody's visits count, but not anybody's word on whom to expect and whom to stop: whoever owns a device can write into its
journal what they like, and the platform holds the journals of all. See ``_says``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from kiosk.domain import LastingCount, Record
from kiosk.journal.bulk import add_counts, insert_rows, keep_latest
from kiosk.site_days import day_number
from plugins.self_check_in.models import AppointmentRow, DenyRow, VisitHour, VisitRow
from plugins.self_check_in.records import Appointment, DenyEntry, Visit

HOUR_MS = 3_600_000


def project(records: Sequence[Record], session: Session, time_zone: str, device: str) -> None:
    """Visits are added; of appointments and deny entries the latest word stands, whichever arrives first: the platform's, else
    that of ``device``, which is this appliance's own."""
    own = f"{device}."
    visits = [record for record in records if isinstance(record.data, Visit)]
    if visits:
        insert_rows(session, VisitRow, [_visit_row(record, time_zone) for record in visits])
    if came := [record for record in records if _came(record)]:
        add_counts(session, VisitHour, VisitHour.visits, _hours(came))
    said = [record for record in records if record.citizen and _says(record.writer, own)]
    appointments = [_appointment_row(record) for record in said if isinstance(record.data, Appointment)]
    keep_latest(session, AppointmentRow, appointments, yielding=own)
    denied = [_deny_row(record) for record in said if isinstance(record.data, DenyEntry)]
    keep_latest(session, DenyRow, denied, yielding=own)


def lasting_counts(records: Sequence[Record]) -> list[LastingCount]:
    """The hours' counts of visits that are erased next: they stay, without anybody's name."""
    hours = _hours([record for record in records if _came(record)])
    return [LastingCount(VisitHour.__tablename__, key, "visits", count) for key, count in sorted(hours.items())]


def _came(record: Record) -> bool:
    """Whether somebody stood before a device: with a code that nobody knows as well, which the core records and staff look after."""
    return isinstance(record.data, Visit) or (record.kind == "core.encounter" and record.data is not None)


def _hours(visits: Sequence[Record]) -> Counter[tuple[str | int, ...]]:
    return Counter(
        (
            record.writer,
            record.occurred_at_ms // HOUR_MS,
            record.site,
            record.data.direction,
            record.data.decision.value,
        )
        for record in visits
    )


def _says(writer: str, own: str) -> bool:
    """Whether this journal may say whom to expect and whom to stop: the platform's journals, which are signed by it, and below
    them the own one, for a site that has no platform. Never another post's."""
    return writer == "nation" or writer.startswith(("site:", "province:", own))


def _visit_row(record: Record, time_zone: str) -> dict[str, object]:
    visit: Visit = record.data
    return {
        "writer": record.writer,
        "seq": record.seq,
        "site": record.site,
        "day": day_number(record.occurred_at_ms, time_zone),
        "occurred_at_ms": record.occurred_at_ms,
        "citizen": record.citizen,
        "direction": visit.direction,
        "decision": visit.decision.value,
        "ticket": visit.ticket,
        "number": visit.number,
    }


def _said(record: Record) -> dict[str, object]:
    return {"said_at_ms": record.occurred_at_ms, "said_by": record.writer, "said_seq": record.seq}


def _appointment_row(record: Record) -> dict[str, object]:
    body: Appointment = record.data
    return {
        "citizen": record.citizen,
        "site": body.site,
        "day": body.day,
        "slot": body.slot,
        "purpose": body.purpose,
        "booked": body.status == "booked",
        **_said(record),
    }


def _deny_row(record: Record) -> dict[str, object]:
    body: DenyEntry = record.data
    return {"citizen": record.citizen, "list_name": body.list_name, "active": body.active, **_said(record)}
