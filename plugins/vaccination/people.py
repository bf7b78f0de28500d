"""Who somebody is, from all that a site knows of them: what was read or said, what the platform expects, and who has the same name.

Reads, never writes. ``lookups`` has what is asked of one table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, Values, given, several
from plugins.vaccination import lookups
from plugins.vaccination.models import ExpectedRow, FindingRow, PersonRow

GROWN_UP = 18  # years: until then somebody else consents (Civil Code 91/2015/QH13, Article 21)


@dataclass(frozen=True, slots=True)
class Known:
    """One person, under every name that stands for them. ``appointment``: of this site and day, None for a walk-in."""

    citizens: tuple[str, ...]
    person: PersonRow | None
    appointment: ExpectedRow | None

    @property
    def citizen(self) -> str:
        """The keyed hash that new records name."""
        return self.citizens[0]

    def said(self, field: str) -> str:
        """One of name, birth_date, sex, phone, priority_group: as the person's papers say, else the platform."""
        own = getattr(self.person, field, "") if self.person else ""
        expected = getattr(self.appointment, field, "") if self.appointment else ""
        return str(own or expected or "")

    def age(self, on: str) -> int | None:
        """Whole years on a day (ISO 8601); see ``age_on``."""
        return age_on(self.said("birth_date"), on)

    def is_minor(self, on: str) -> bool:
        age = self.age(on)
        return age is not None and age < GROWN_UP


def known(session: Session, citizen: str, site: str, day: str) -> Known:
    """``citizen``: any keyed hash of theirs. ``day``: ISO 8601."""
    citizens = tuple(lookups.named(session, citizen))
    return Known(citizens, lookups.person(session, citizens), appointment(session, citizens, site, day))


def appointment(session: Session, citizens: Sequence[str], site: str, day: str) -> ExpectedRow | None:
    """The appointment of this site and day that stands."""
    return _APPOINTMENT.first(session, citizens=citizens, site=site, day=day)


def open_findings(session: Session, citizens: Sequence[str]) -> list[FindingRow]:
    """What the platform saw across sites and nobody has settled, oldest first."""
    last: dict[tuple[str, str, str], FindingRow] = {}
    for row in _FINDINGS.all(session, citizens=citizens):
        last[(row.code, row.first, row.second)] = row
    return [row for row in last.values() if not row.settled]


def namesakes(session: Session, known: Known) -> list[PersonRow]:
    """Other people with the same name and the same whole birth date: twins, or one person under two ids. Only somebody who sees
    their papers can tell, so they are shown and never put together."""
    return same_name(session, known.person, known.citizens) if known.person else []


def same_name(session: Session, person: PersonRow, citizens: Sequence[str] = ()) -> list[PersonRow]:
    """People named and born like ``person``, but for those named ``citizens``; each once."""
    if len(person.birth_date) != 10 or not person.folded_name:
        return []
    called = set(filter(None, _CALLED.all(session, folded_name=person.folded_name, birth_date=person.birth_date)))
    found: dict[str, PersonRow] = {}
    for citizen in sorted(called - set(citizens)):
        theirs = lookups.named(session, citizen)
        row = lookups.person(session, theirs)
        if row is not None and not set(theirs) & set(citizens):
            found.setdefault(theirs[0], row)
    return list(found.values())


def age_on(birth_date: str, on: str) -> int | None:
    """Whole years; None where the birth date is not known. Of a year alone the younger age: a child is not taken for grown up."""
    try:
        day = date.fromisoformat(on)
        if len(birth_date) == 4:
            return day.year - int(birth_date) - 1
        if len(birth_date) == 7:
            return day.year - int(birth_date[:4]) - (day.month <= int(birth_date[5:]))
        born = date.fromisoformat(birth_date)
    except ValueError:
        return None
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


_APPOINTMENT = Rows(
    select(ExpectedRow)
    .where(
        ExpectedRow.citizen.in_(several("citizens")),
        ExpectedRow.site == given("site"),
        ExpectedRow.day == given("day"),
        ExpectedRow.booked,
    )
    .order_by(ExpectedRow.slot)
    .limit(1)
)
_FINDINGS = Rows(
    select(FindingRow).where(FindingRow.citizen.in_(several("citizens"))).order_by(FindingRow.writer, FindingRow.seq)
)
_CALLED = Values(
    select(PersonRow.citizen)
    .where(PersonRow.folded_name == given("folded_name"), PersonRow.birth_date == given("birth_date"))
    .distinct()
)
