"""Calls, screenings, consents, doses, who was turned away; and the days' counts of doses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import LastingCount, Record
from kiosk.journal.bulk import add_counts, insert_rows
from kiosk.journal.copying import insert_columns
from kiosk.site_days import day_number
from plugins.vaccination.folding.rows import Bodies, number_of, of_a_person
from plugins.vaccination.models import CallRow, ConsentRow, DayRow, DoseRow, NotGivenRow, ScreeningRow
from plugins.vaccination.records import Called, Consent, Dose, NotGiven, Screening

Key = tuple[str | int, ...]


def project(bodies: Bodies, session: Session, time_zone: str) -> None:
    """Fold one batch."""
    insert_rows(session, CallRow, [_call(one, time_zone) for one in bodies[Called]])
    insert_rows(session, ScreeningRow, [_screening(one, time_zone) for one in bodies[Screening]])
    insert_rows(session, ConsentRow, [_consent(one, time_zone) for one in bodies[Consent]])
    insert_rows(session, NotGivenRow, [_not_given(one, time_zone) for one in bodies[NotGiven]])
    doses = bodies[Dose]
    if doses:
        insert_columns(session, DoseRow.metadata.tables[DoseRow.__tablename__], _doses(doses, time_zone))
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


def _not_given(record: Record, time_zone: str) -> dict[str, Any]:
    body: NotGiven = record.data
    return of_a_person(record, time_zone) | {
        "visit": body.visit,
        "product": body.product,
        "lot": body.lot,
        "reasons": ",".join(body.reasons),
        "table_name": body.table,
    }


def _doses(records: Sequence[Record], time_zone: str) -> dict[str, list[Any]]:
    """The rows as columns: where a nation's doses come together, a row by itself costs more than all its values."""
    bodies: list[Dose] = [one.data for one in records]
    return {
        "writer": [one.writer for one in records],
        "seq": [one.seq for one in records],
        "record": [str(one.id) for one in records],
        "occurred_at_ms": [one.occurred_at_ms for one in records],
        "site": [one.site for one in records],
        "day": [day_number(one.occurred_at_ms, time_zone) for one in records],
        "operator": [one.operator for one in records],
        "citizen": [one.citizen for one in records],
        "product": [body.product for body in bodies],
        "lot": [body.lot for body in bodies],
        "vial": [body.vial for body in bodies],
        "body_site": [body.body_site for body in bodies],
        "number": [body.number for body in bodies],
        "total": [body.total for body in bodies],
        "given_on": [number_of(body.given_on) for body in bodies],
        "table_name": [body.table for body in bodies],
        "next_on": [body.next_on for body in bodies],
        "observation_minutes": [body.observation_minutes for body in bodies],
        "amends": [body.amends for body in bodies],
        "void": [body.void for body in bodies],
    }
