"""Doses that documents told of, and those that were taken back."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import insert_rows
from plugins.vaccination.folding.rows import Bodies, number_of, of_a_person
from plugins.vaccination.models import ShownRow, ShownWithdrawnRow
from plugins.vaccination.records import ShownDose, ShownWithdrawn


def project(bodies: Bodies, session: Session, time_zone: str) -> None:
    """Fold one batch."""
    insert_rows(session, ShownRow, [_shown(one, time_zone) for one in bodies[ShownDose]])
    rows = [of_a_person(one, time_zone) | {"shown": one.data.shown} for one in bodies[ShownWithdrawn]]
    insert_rows(session, ShownWithdrawnRow, rows)


def _shown(record: Record, time_zone: str) -> dict[str, Any]:
    body: ShownDose = record.data
    return of_a_person(record, time_zone) | {
        "product": body.product,
        "given_on": number_of(body.on),
        "number": body.number,
        "total": body.total,
        "lot": body.lot,
        "place": body.place,
        "basis": body.basis,
        "document": body.document,
        "issuer": body.issuer,
        "dose": body.dose,
    }
