"""The doses that a person is known to have had: given here, told by the platform, and those that a document was shown about.
Reads, never writes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, Values, several
from plugins.vaccination import lookups
from plugins.vaccination.models import DoseRow, ExpectedRow, FindingRow
from plugins.vaccination.rules.course import PastDose
from plugins.vaccination.shown import known


def doses_of(
    session: Session, citizens: Sequence[str], site: str, site_name: str, findings: Sequence[FindingRow] = ()
) -> list[PastDose]:
    """Each dose once, oldest first; of one that is on record and on a document the record counts. ``findings``: what the platform
    said about this person and nobody has settled."""
    found = recorded(session, citizens, site, site_name, findings)
    more = known.adding(session, citizens, {(known.as_number(one.on), one.product) for one in found})
    return sorted([*found, *map(known.past_dose, more)], key=_in_order) if more else found


def recorded(
    session: Session, citizens: Sequence[str], site: str, site_name: str, findings: Sequence[FindingRow] = ()
) -> list[PastDose]:
    """Those that have a record, here or on the platform. What was corrected or void here does not count, whatever the platform
    still says of it."""
    rows = _DOSES.all(session, citizens=citizens)
    own, corrected = {row.record for row in rows}, lookups.corrected(session, citizens) if rows else set()
    found: dict[tuple[date, str, str], PastDose] = {}
    for row in rows:
        if not row.void and row.record not in corrected:
            on = day_of_number(row.given_on)
            where = site_name if row.site == site else row.site
            found[on, row.product, row.lot] = PastDose(row.product, on, row.lot, where, row.record)
    for told in _told([*_EXPECTED.all(session, citizens=citizens), *(row.doses for row in findings)]):
        if told.record not in own:
            found.setdefault((told.on, told.product, told.lot), told)
    return sorted(found.values(), key=_in_order)


def _in_order(dose: PastDose) -> tuple[date, str, str]:
    return dose.on, dose.product, dose.lot


def day_of_number(number: int) -> date:
    """20210810 as a day."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def _told(texts: Sequence[str]) -> list[PastDose]:
    """Lists of ``KnownDose`` as JSON."""
    return [
        PastDose(one["product"], date.fromisoformat(one["on"]), one["lot"], one["site"], one["record"])
        for text in texts
        if text != "[]"
        for one in json.loads(text)
    ]


_DOSES = Rows(select(DoseRow).where(DoseRow.citizen.in_(several("citizens"))))
_EXPECTED = Values(select(ExpectedRow.doses).where(ExpectedRow.citizen.in_(several("citizens"))))
