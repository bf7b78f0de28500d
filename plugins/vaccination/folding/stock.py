"""Vaccine: announcements, movements, open vials, temperatures, recalls, days that were closed."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import insert_rows
from plugins.vaccination.folding.rows import Bodies, number_of, of_a_day, of_record, says
from plugins.vaccination.models import (
    AllocationRow,
    ClockRow,
    DayClosedRow,
    MovementRow,
    RecallRow,
    TemperatureRow,
    VialRow,
)
from plugins.vaccination.records import (
    Allocation,
    ClockConfirmed,
    Counted,
    DayClosed,
    Recall,
    Received,
    Temperature,
    Transferred,
    VialOpened,
    Wasted,
)

NO_MOVEMENT = {"gtin": "", "expiry": "", "vial": "", "vials": 0, "doses": 0, "doses_per_vial": 0}
NO_MOVEMENT |= {"reason": "", "consignment": "", "to_site": ""}


def project(bodies: Bodies, session: Session, time_zone: str, own: str) -> None:
    """Fold one batch. Announcements and recalls count only from the platform's journals, and below them the own one."""
    announced = [_allocation(one) for one in bodies[Allocation] if says(one.writer, own)]
    insert_rows(session, AllocationRow, announced)
    insert_rows(session, RecallRow, [_recall(one) for one in bodies[Recall] if says(one.writer, own)])
    moved = [one for body in (Received, Transferred, Wasted, Counted) for one in bodies[body]]
    insert_rows(session, MovementRow, [_movement(one, time_zone) for one in moved])
    insert_rows(session, VialRow, [_vial(one, time_zone) for one in bodies[VialOpened]])
    insert_rows(session, TemperatureRow, [_temperature(one, time_zone) for one in bodies[Temperature]])
    insert_rows(session, ClockRow, [_clock(one, time_zone) for one in bodies[ClockConfirmed]])
    insert_rows(session, DayClosedRow, [_closed(one, time_zone) for one in bodies[DayClosed]])


def _allocation(record: Record) -> dict[str, Any]:
    body: Allocation = record.data
    return of_record(record) | {
        "consignment": body.consignment,
        "to_site": body.site,
        "product": body.product,
        "gtin": body.gtin,
        "lot": body.lot,
        "expiry": body.expiry,
        "vials": body.vials,
        "doses_per_vial": body.doses_per_vial,
    }


def _recall(record: Record) -> dict[str, Any]:
    body: Recall = record.data
    return of_record(record) | {
        "product": body.product,
        "lot": body.lot,
        "lifted": body.lifted,
        "reason": body.reason,
    }


def _movement(record: Record, time_zone: str) -> dict[str, Any]:
    body = record.data
    row = of_a_day(record, time_zone) | NO_MOVEMENT | {"product": body.product, "lot": body.lot}
    if isinstance(body, Received):
        return row | {
            "kind": "received",
            "gtin": body.gtin,
            "expiry": body.expiry,
            "vials": body.vials,
            "doses": body.vials * body.doses_per_vial,
            "doses_per_vial": body.doses_per_vial,
            "consignment": body.consignment,
        }
    if isinstance(body, Transferred):
        return row | {
            "kind": "transferred",
            "vials": -body.vials,
            "doses": -body.vials * body.doses_per_vial,
            "doses_per_vial": body.doses_per_vial,
            "consignment": body.consignment,
            "to_site": body.to_site,
        }
    if isinstance(body, Wasted):
        return row | {"kind": "wasted", "vial": body.vial, "doses": -body.doses, "reason": body.reason}
    return row | {"kind": "counted", "vials": body.vials}


def _vial(record: Record, time_zone: str) -> dict[str, Any]:
    body: VialOpened = record.data
    return of_a_day(record, time_zone) | {
        "vial": body.vial,
        "product": body.product,
        "gtin": body.gtin,
        "lot": body.lot,
        "expiry": body.expiry,
        "doses": body.doses,
        "use_by_ms": body.use_by_ms,
        "table_name": body.table,
    }


def _temperature(record: Record, time_zone: str) -> dict[str, Any]:
    body: Temperature = record.data
    return of_a_day(record, time_zone) | {
        "store": body.store,
        "celsius": body.celsius,
        "within": body.within,
        "note": body.note,
    }


def _clock(record: Record, time_zone: str) -> dict[str, Any]:
    body: ClockConfirmed = record.data
    return of_a_day(record, time_zone) | {"confirmed_day": number_of(body.day), "boot": body.boot}


def _closed(record: Record, time_zone: str) -> dict[str, Any]:
    body: DayClosed = record.data
    closed_day = number_of(body.day)
    return of_a_day(record, time_zone) | {"closed_day": closed_day, "digest": body.digest, "report": body.report}
