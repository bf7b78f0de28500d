"""What stopped people on a day, or was given or corrected in spite of a finding: by step and reason, how often and in which hours.
Counts codes and names nobody; reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.core_slice import EncounterBody
from kiosk.domain import Decision
from plugins.vaccination.day.records_of_day import every, records_of
from plugins.vaccination.models import NotGivenRow, ScreeningRow
from plugins.vaccination.site import Site

STEPS = ("arrival", "screening", "injection", "given", "corrected")
STOPPED = ("postpone", "contraindicated")


@dataclass(frozen=True, slots=True)
class FindingOfDay:
    """``step``: one of ``STEPS``; the last two were done in spite of it. ``hours``: how often in which hour, by the site's clock."""

    step: str
    code: str
    hours: dict[str, int]

    @property
    def count(self) -> int:
        return sum(self.hours.values())


def findings_of(session: Session, site: Site, day: int) -> list[FindingOfDay]:
    """``day``: yyyymmdd, on which it was recorded. In the order of the steps, the most frequent first."""
    zone = ZoneInfo(site.context.time_zone)
    met: dict[tuple[str, str], Counter[str]] = {}
    for step, code, at_ms in _all(session, site, day):
        hour = f"{datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone):%H}"
        met.setdefault((step, code), Counter())[hour] += 1
    found = [FindingOfDay(step, code, dict(sorted(hours.items()))) for (step, code), hours in met.items()]
    return sorted(found, key=lambda one: (STEPS.index(one.step), -one.count, one.code))


def corrected_in_spite(session: Session, site: Site, day: int) -> dict[str, int]:
    """The codes that corrections of this day carry: what was confirmed, and what the dose had carried before."""
    found = Counter(code for step, code, _ in _of_doses(session, site, day) if step == "corrected")
    return dict(sorted(found.items()))


def _all(session: Session, site: Site, day: int) -> Iterator[tuple[str, str, int]]:
    yield from _at_arrival(session, site, day)
    of_day = ScreeningRow.site == site.id, ScreeningRow.day == day, ScreeningRow.outcome.in_(STOPPED)
    for row in session.scalars(select(ScreeningRow).where(*of_day)):
        for code in filter(None, row.reasons.split(",")):
            yield "screening", code, row.occurred_at_ms
    for refused in session.scalars(select(NotGivenRow).where(NotGivenRow.site == site.id, NotGivenRow.day == day)):
        for code in filter(None, refused.reasons.split(",")):
            yield "injection", code, refused.occurred_at_ms
    yield from _of_doses(session, site, day)


def _at_arrival(session: Session, site: Site, day: int) -> Iterator[tuple[str, str, int]]:
    """Whom kiosk or desk sent on to staff or away, by the weightiest finding; whichever plugin wrote the record of it."""
    kinds = site.context.services.journal.kinds
    found = [kinds.get(name) for name in kinds.names()]
    names = [kind.name for kind in found if kind is not None and issubclass(kind.model, EncounterBody)]
    for record in every(session, site, day, names):
        body: EncounterBody = record.data
        if body.decision in (Decision.REFER, Decision.REFUSE) and body.reasons:
            yield "arrival", body.reasons[0], record.occurred_at_ms


def _of_doses(session: Session, site: Site, day: int) -> Iterator[tuple[str, str, int]]:
    for record in records_of(session, site, day, "dose"):
        if not record.data.void:
            for code in record.data.warnings:
                yield "corrected" if record.data.amends else "given", code, record.occurred_at_ms
