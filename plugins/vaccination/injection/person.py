"""Who is before the table, as far as it matters to a dose: name, screening, consent, earlier doses, namesakes. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, given, several
from plugins.vaccination import lookups, people
from plugins.vaccination.injection import history
from plugins.vaccination.models import ArrivalRow, ConsentRow, ScreeningRow
from plugins.vaccination.rules.course import PastDose
from plugins.vaccination.site import Site

R = TypeVar("R", bound=Any)


@dataclass(frozen=True, slots=True)
class Patient:
    """One person today. ``citizens``: every keyed hash that stands for them, their own first; empty where the ticket names nobody.
    ``visit``: id of the record of today's arrival, where they came by it. ``age``: whole years, None where the birth date is not
    known. ``consent``: the last word today, or empty. ``namesakes``: other people with the same name and birth date."""

    citizens: tuple[str, ...] = ()
    visit: str = ""
    ticket: str = ""
    name: str = ""
    birth_date: str = ""
    age: int | None = None
    sex: str = ""
    guardian: str = ""
    document: str = ""
    temporary: bool = False
    screening: ScreeningRow | None = None
    consent: str = ""
    consent_record: str = ""
    history: tuple[PastDose, ...] = ()
    told: tuple[str, ...] = ()
    namesakes: int = 0

    @property
    def citizen(self) -> str | None:
        return self.citizens[0] if self.citizens else None


def patient(session: Session, site: Site, citizen: str, today: date) -> Patient:
    """What is known of ``citizen`` (may be empty) on ``today``."""
    if not citizen:
        return Patient()
    known = people.known(session, citizen, site.id, today.isoformat())
    day = today.year * 10_000 + today.month * 100 + today.day
    arrival = lookups.arrival_today(session, site.id, day, known.citizens)
    visit = arrival.record if arrival else ""
    screenings = _SCREENINGS.all(session, citizens=known.citizens, site=site.id, day=day)
    screening = newest(lookups.of_own_visits(session, screenings, known.citizens, visit))
    findings = people.open_findings(session, known.citizens)
    consents = _CONSENTS.all(session, citizens=known.citizens, site=site.id, day=day)
    consent = newest(lookups.of_own_visits(session, consents, known.citizens, visit))
    return Patient(
        citizens=known.citizens,
        visit=visit,
        ticket=arrival.ticket if arrival else "",
        name=known.said("name"),
        birth_date=known.said("birth_date"),
        age=known.age(today.isoformat()),
        sex=known.said("sex"),
        guardian=known.person.guardian if known.person else "",
        document=known.person.document if known.person else "",
        temporary=bool(known.person and known.person.temporary),
        screening=screening,
        consent=consent.state if consent else "",
        consent_record=consent.record if consent else "",
        history=tuple(history.doses_of(session, known.citizens, site.id, site.context.station.site_name, findings)),
        told=tuple(sorted({row.code for row in findings})),
        namesakes=len(people.namesakes(session, known)),
    )


def by_ticket(session: Session, site: Site, ticket: str, day: int) -> ArrivalRow | None:
    """Today's arrival that got this number, as it is printed: ``A072``."""
    return _BY_TICKET.first(session, site=site.id, day=day, ticket=ticket)


def newest(rows: Iterable[R]) -> R | None:
    """The last word: within one journal by its own order, since clocks may have gone back between two of its records."""
    last: dict[str, R] = {}
    for row in rows:
        if row.writer not in last or last[row.writer].seq < row.seq:
            last[row.writer] = row
    return max(last.values(), key=lambda row: (row.occurred_at_ms, row.writer), default=None)


def _today(model: type[R]) -> Rows[R]:
    """What a site's day has of somebody."""
    return Rows(
        select(model).where(
            model.citizen.in_(several("citizens")), model.day == given("day"), model.site == given("site")
        )
    )


_SCREENINGS, _CONSENTS = _today(ScreeningRow), _today(ConsentRow)
_BY_TICKET = Rows(
    select(ArrivalRow)
    .where(ArrivalRow.site == given("site"), ArrivalRow.day == given("day"), ArrivalRow.ticket == given("ticket"))
    .order_by(ArrivalRow.occurred_at_ms, ArrivalRow.seq)
    .limit(1)
)
