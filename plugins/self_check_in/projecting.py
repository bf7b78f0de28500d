"""Folds visits, appointments and deny entries into tables.

The same batch function serves device, platform and replay.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import add_counts, insert_rows, keep_latest
from plugins.self_check_in.days import day_number
from plugins.self_check_in.models import AppointmentRow, DenyRow, VisitHour, VisitRow
from plugins.self_check_in.records import Appointment, DenyEntry, Visit

HOUR_MS = 3_600_000


def project(records: Sequence[Record], session: Session, time_zone: str) -> None:
    """Visits are added; of appointments and deny entries the latest word stands, whichever arrives first."""
    visits = [record for record in records if isinstance(record.data, Visit)]
    if visits:
        insert_rows(session, VisitRow, [_visit_row(record, time_zone) for record in visits])
        hours = Counter(
            (
                record.writer,
                record.occurred_at_ms // HOUR_MS,
                record.site,
                record.data.direction,
                record.data.decision.value,
            )
            for record in visits
        )
        add_counts(session, VisitHour, VisitHour.visits, hours)
    keep_latest(
        session,
        AppointmentRow,
        [_appointment_row(record) for record in records if isinstance(record.data, Appointment) and record.citizen],
    )
    keep_latest(
        session,
        DenyRow,
        [_deny_row(record) for record in records if isinstance(record.data, DenyEntry) and record.citizen],
    )


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
