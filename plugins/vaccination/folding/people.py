"""Arrivals, people's data and merges."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.core_slice import EncounterBody
from kiosk.domain import Decision, Record
from kiosk.journal.bulk import insert_rows
from kiosk.text.names import plain
from plugins.vaccination.folding.rows import Bodies, of_a_person
from plugins.vaccination.models import ArrivalRow, MergeRow, PersonRow
from plugins.vaccination.records import Merged, Person


def project(bodies: Bodies, session: Session, time_zone: str) -> None:
    """An arrival is any record of an encounter that admitted somebody with a ticket, whichever plugin wrote it."""
    met = [one for body, records in bodies.items() if issubclass(body, EncounterBody) for one in records]
    insert_rows(session, ArrivalRow, [_arrival(one, time_zone) for one in met if is_arrival(one.data)])
    insert_rows(session, PersonRow, [_person(one, time_zone) for one in bodies[Person]])
    insert_rows(session, MergeRow, [_merge(one, time_zone) for one in bodies[Merged]])


def is_arrival(data: Any) -> bool:
    return (
        isinstance(data, EncounterBody)
        and data.decision is Decision.ADMIT
        and data.direction == "in"
        and bool(data.ticket)
    )


def _arrival(record: Record, time_zone: str) -> dict[str, Any]:
    number = getattr(record.data, "number", 0)
    again = getattr(record.data, "again", False)
    return of_a_person(record, time_zone) | {
        "ticket": record.data.ticket,
        "number": number if isinstance(number, int) and not again else 0,
        "name": record.data.name,
    }


def _person(record: Record, time_zone: str) -> dict[str, Any]:
    body: Person = record.data
    return of_a_person(record, time_zone) | {
        "name": body.name,
        "folded_name": plain(body.name)[:120],
        "birth_date": body.birth_date,
        "sex": body.sex,
        "phone": body.phone,
        "address": body.address,
        "document": body.document,
        "priority_group": body.priority_group,
        "guardian": body.guardian,
        "source": body.source,
        "temporary": body.temporary,
        "temporary_code": body.temporary_code,
    }


def _merge(record: Record, time_zone: str) -> dict[str, Any]:
    """A merge that was undone is folded as one with itself: the last word on a temporary id says whose it is."""
    body: Merged = record.data
    row = of_a_person(record, time_zone) | {"temporary": body.temporary}
    return row | {"citizen": body.temporary} if body.undone else row
