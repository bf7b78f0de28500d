"""The doses that a person is known to have had: given here, and told by the platform. Reads, never writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.vaccination import lookups
from plugins.vaccination.models import DoseRow, ExpectedRow, FindingRow
from plugins.vaccination.rules.course import PastDose


def doses_of(session: Session, citizens: Sequence[str], site: str, site_name: str) -> list[PastDose]:
    """Each dose once, oldest first. What was corrected or void here does not count, whatever the platform still says of it."""
    own = {row.record: row for row in session.scalars(select(DoseRow).where(DoseRow.citizen.in_(citizens)))}
    found: dict[tuple[date, str, str], PastDose] = {}
    for row in lookups.doses(session, citizens):
        on = day_of_number(row.given_on)
        where = site_name if row.site == site else row.site
        found[on, row.product, row.lot] = PastDose(row.product, on, row.lot, where, row.record)
    for told in _told(session, citizens):
        if told.record in own:
            continue
        found.setdefault((told.on, told.product, told.lot), told)
    return sorted(found.values(), key=lambda dose: (dose.on, dose.product, dose.lot))


def day_of_number(number: int) -> date:
    """20210810 as a day."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def _told(session: Session, citizens: Sequence[str]) -> list[PastDose]:
    expected = session.scalars(select(ExpectedRow.doses).where(ExpectedRow.citizen.in_(citizens)))
    finding = session.scalars(select(FindingRow.doses).where(FindingRow.citizen.in_(citizens)))
    return [
        PastDose(one["product"], date.fromisoformat(one["on"]), one["lot"], one["site"], one["record"])
        for text in (*expected, *finding)
        for one in json.loads(text)
    ]
