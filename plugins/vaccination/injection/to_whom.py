"""A dose that was put down to the wrong person: amended so that it is theirs to whom it was given. Serves no page.

Whose ticket was shown decides: the dose's visit names the arrival, and the arrival whoever came."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from plugins.vaccination import lookups
from plugins.vaccination.injection import history
from plugins.vaccination.injection.giving import DOSE
from plugins.vaccination.records import Dose
from plugins.vaccination.records.care import Was
from plugins.vaccination.rules.course import PastDose, next_dose, next_dose_on
from plugins.vaccination.site import Site

MOST = 5  # of one visit there is one dose; an action holds few records


def to_their_own(session: Session, site: Site, citizens: Sequence[str], citizen: str, reason: str) -> list[Draft]:
    """Amendments of the doses that stand under one of ``citizens`` though ``citizen`` had come for them: number, course and next day
    are counted again by what is known of ``citizen``. What another device wrote that device amends."""
    drafts: list[Draft] = []
    journal = site.context.services.journal
    for row in lookups.doses(session, citizens):
        if row.writer != journal.writer or row.citizen == citizen or len(drafts) == MOST:
            continue
        found = session.scalars(
            select(JournalRecord).where(JournalRecord.writer == row.writer, JournalRecord.id == UUID(row.record))
        ).one()
        body: Dose | None = record_of_row(found, journal.kinds).data if found.body is not None else None
        came = lookups.arrival(session, body.visit) if body and body.visit else None
        if body is not None and came is not None and came.citizen == citizen:
            drafts.append(Draft(DOSE, _as_theirs(session, site, body, row.record, citizen, reason), citizen))
    return drafts


def _as_theirs(session: Session, site: Site, body: Dose, record: str, citizen: str, reason: str) -> Dose:
    on = date.fromisoformat(body.given_on)
    past = [one for one in history.doses_of(session, [citizen], site.id, site.id) if one.on < on]
    before = next_dose(past, on, site.vaccines)
    after = next_dose_on([*past, PastDose(body.product, on, body.lot, site.id)], on, site.vaccines)
    vaccine = site.vaccines.named(body.product, on)
    number = before.number if before else len({one.on for one in past}) + 1
    total = (before.total if before else 0) or (vaccine.doses if vaccine else body.total)
    was = Was(product=body.product, lot=body.lot, number=body.number, given_on=body.given_on)
    update = {
        "number": number,
        "total": max(total, number),
        "next_on": after.isoformat() if after else "",
        "amends": record,
        "was": was,
        "reason": reason,
    }
    return Dose.model_validate(body.model_dump() | update)
