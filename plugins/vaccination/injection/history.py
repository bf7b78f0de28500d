"""The doses that a person is known to have had: given here, told by the platform, and those that a document was shown about.
Reads, never writes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, Values, several
from plugins.vaccination import lookups
from plugins.vaccination.models import DoseRow, ExpectedRow, FindingRow, ShownRow
from plugins.vaccination.rules.course import PastDose
from plugins.vaccination.shown import known


def doses_of(
    session: Session, citizens: Sequence[str], site: str, site_name: str, findings: Sequence[FindingRow] = ()
) -> list[PastDose]:
    """Each dose once, oldest first; of one that is on record and on a document the record counts. ``findings``: what the platform
    said about this person and nobody has settled."""
    found = recorded(session, citizens, site, site_name, findings)
    told = {(known.as_number(one.on), one.product) for one in found}
    more = known.adding(session, citizens, told)
    told.update(known.said(row) for row in more)
    shown = [
        one for one in _elsewhere(session, citizens, findings) if (known.as_number(one.on), one.product) not in told
    ]
    return sorted([*found, *map(known.past_dose, more), *shown], key=_in_order) if more or shown else found


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
    for told in _told(_lists(session, citizens, findings)):
        if told.record not in own:
            found.setdefault((told.on, told.product, told.lot), told)
    return sorted(found.values(), key=_in_order)


def _lists(session: Session, citizens: Sequence[str], findings: Sequence[FindingRow]) -> list[str]:
    """What the platform said of this person's doses."""
    return [*_EXPECTED.all(session, citizens=citizens), *(row.doses for row in findings)]


def _elsewhere(session: Session, citizens: Sequence[str], findings: Sequence[FindingRow]) -> list[PastDose]:
    """The doses that a document was shown about at another site, as the platform told of them: each once. What was shown here is
    asked of the own tables, where it may have been taken back since."""
    said = _told(_lists(session, citizens, findings), shown=True)
    here = _SHOWN_HERE.all(session, records=[one.record for one in said]) if said else []
    found: dict[tuple[date, str], PastDose] = {}
    for one in said:
        if one.record not in here:
            found.setdefault((one.on, one.product), one)
    return list(found.values())


def _in_order(dose: PastDose) -> tuple[date, str, str]:
    return dose.on, dose.product, dose.lot


def day_of_number(number: int) -> date:
    """20210810 as a day."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def _told(texts: Sequence[str], shown: bool = False) -> list[PastDose]:
    """Lists of ``KnownDose`` as JSON: of those in them that have a record, or with ``shown`` of the others."""
    return [_past(one) for text in texts if text != "[]" for one in json.loads(text) if bool(one.get("shown")) is shown]


def _past(told: Mapping[str, Any]) -> PastDose:
    on = date.fromisoformat(told["on"])
    if not told.get("shown"):
        return PastDose(told["product"], on, told["lot"], told["site"], told["record"])
    words = known.TOLD_BY_PLATFORM.format(site=told["site"] or known.NOBODY)
    return PastDose(
        told["product"],
        on,
        told["lot"],
        told["site"],
        told["record"],
        told["number"],
        words,
        told["shown"] == "verified",
    )


_SHOWN_HERE = Values(select(ShownRow.record).where(ShownRow.record.in_(several("records"))))
_DOSES = Rows(select(DoseRow).where(DoseRow.citizen.in_(several("citizens"))))
_EXPECTED = Values(select(ExpectedRow.doses).where(ExpectedRow.citizen.in_(several("citizens"))))
