"""Calls, screenings, consents, doses; and the days' counts of doses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import LastingCount, Record
from kiosk.journal.bulk import add_counts, insert_rows
from plugins.vaccination.folding.rows import number_of, of_a_person
from plugins.vaccination.models import CallRow, ConsentRow, DayRow, DoseRow, ScreeningRow
from plugins.vaccination.records import Called, Consent, Dose, Screening

Key = tuple[str | int, ...]


def project(records: Sequence[Record], session: Session, time_zone: str) -> None:
    """Fold one batch."""
    insert_rows(session, CallRow, [_call(one, time_zone) for one in records if isinstance(one.data, Called)])
    screened = [_screening(one, time_zone) for one in records if isinstance(one.data, Screening)]
    insert_rows(session, ScreeningRow, screened)
    insert_rows(session, ConsentRow, [_consent(one, time_zone) for one in records if isinstance(one.data, Consent)])
    doses = [record for record in records if isinstance(record.data, Dose)]
    if doses:
        insert_rows(session, DoseRow, [_dose(one, time_zone) for one in doses])
        add_counts(session, DayRow, DayRow.doses, _counts(doses))


def lasting_counts(records: Sequence[Record]) -> list[LastingCount]:
    """See ``kiosk.hookspecs``."""
    counts = _counts([record for record in records if isinstance(record.data, Dose)])
    return [LastingCount(DayRow.__tablename__, key, "doses", count) for key, count in sorted(counts.items()) if count]


def _counts(doses: Sequence[Record]) -> Counter[Key]:
    """A correction counts what had been said out, and what it says in, unless the dose never was."""
    counts: Counter[Key] = Counter()
    for record in doses:
        dose: Dose = record.data
        if dose.was is not None:
            counts[_day_key(record, dose.was)] -= 1
        if not dose.void:
            counts[_day_key(record, dose)] += 1
    return counts


def _day_key(record: Record, dose: Any) -> Key:
    return (record.writer, number_of(dose.given_on), record.site, dose.product, dose.lot, dose.number)


def _call(record: Record, time_zone: str) -> dict[str, Any]:
    body: Called = record.data
    return of_a_person(record, time_zone) | {
        "visit": body.visit,
        "ticket": body.ticket,
        "step": body.step,
        "table_name": body.table,
        "state": body.state,
    }


def _screening(record: Record, time_zone: str) -> dict[str, Any]:
    body: Screening = record.data
    return of_a_person(record, time_zone) | {
        "visit": body.visit,
        "pack": body.pack,
        "outcome": body.outcome,
        "reasons": ",".join(body.reasons),
        "observation_minutes": body.observation_minutes,
        "postponed_until": body.postponed_until,
        "table_name": body.table,
    }


def _consent(record: Record, time_zone: str) -> dict[str, Any]:
    body: Consent = record.data
    return of_a_person(record, time_zone) | {"visit": body.visit, "text_id": body.text_id, "state": body.state}


def _dose(record: Record, time_zone: str) -> dict[str, Any]:
    body: Dose = record.data
    return of_a_person(record, time_zone) | {
        "product": body.product,
        "lot": body.lot,
        "vial": body.vial,
        "body_site": body.body_site,
        "number": body.number,
        "total": body.total,
        "given_on": number_of(body.given_on),
        "table_name": body.table,
        "next_on": body.next_on,
        "observation_minutes": body.observation_minutes,
        "amends": body.amends,
        "void": body.void,
    }
