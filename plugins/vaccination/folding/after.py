"""Reactions, and who left."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import insert_rows
from plugins.vaccination.folding.rows import Bodies, of_a_person
from plugins.vaccination.models import LeftRow, ReactionRow
from plugins.vaccination.records import Left, Reaction


def project(bodies: Bodies, session: Session, time_zone: str) -> None:
    """Fold one batch."""
    insert_rows(session, ReactionRow, [_reaction(one, time_zone) for one in bodies[Reaction]])
    insert_rows(session, LeftRow, [_left(one, time_zone) for one in bodies[Left]])


def _reaction(record: Record, time_zone: str) -> dict[str, Any]:
    body: Reaction = record.data
    return of_a_person(record, time_zone) | {
        "dose": body.dose,
        "lot": body.lot,
        "grade": body.grade,
        "signs": ",".join(body.signs)[:800],
        "state": body.state,
        "amends": body.amends,
    }


def _left(record: Record, time_zone: str) -> dict[str, Any]:
    body: Left = record.data
    return of_a_person(record, time_zone) | {"dose": body.dose, "early": body.early, "minutes": body.minutes}
