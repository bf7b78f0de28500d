"""Appointments: who is invited to a site, booked, cancelled, moved. Each is said to the site's journal, which devices there pull.

No slot is ever booked beyond its places and nobody twice, however many processes book: the site's journal and the people's
registrations are locked while places are counted and given.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.domain import Draft
from kiosk.journal.append import Entry, entries_of
from kiosk.journal.audiences import site_audience
from kiosk.journal.saying import say
from plugins.vaccination.models import CapacityRow, ExpectedRow, RegistrationRow, RoundRow
from plugins.vaccination.nation import groups
from plugins.vaccination.nation.comparing import past
from plugins.vaccination.nation.inviting import Place, Waiting, ahead, plan, rank
from plugins.vaccination.nation.many import among
from plugins.vaccination.nation.standing import Person, people
from plugins.vaccination.nation.telling import known
from plugins.vaccination.records import Expected
from plugins.vaccination.rules.course import next_dose

if TYPE_CHECKING:
    from plugins.vaccination.site import Site

KIND = "vaccination.expected"
AT_ONCE = 1000  # appointments a transaction
FRUITLESS = 3  # turns whose people were all booked elsewhere meanwhile, or are due on days that are full
MOST_DOSES = 12


class CannotBook(ValueError):
    """``code`` is a key of ``words.BOOKING``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Invited:
    """``booked``: people who got a slot now; ``left``: places that are still free on these days."""

    booked: int
    left: int


class Bookings:
    """One platform's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._journal = site.context.services.journal

    def invite(self, at: str, wave: str, days: Sequence[str], operator: str | None = None, area: str = "") -> Invited:
        """Fill the free places of one site on these days from those who wait, in their order. ``area``: only who lives where the
        code begins so. Raises ``CannotBook``."""
        booked, fruitless = 0, 0
        while True:
            with self._site.context.services.session() as session:
                chosen_round = round_of(session, wave)
                if chosen_round is None or chosen_round.closed:
                    raise CannotBook("no_round")
                days = [day for day in days if chosen_round.first_day <= day <= chosen_round.last_day]
                places = self._ahead(session, at, days)
                room = min(AT_ONCE, sum(place.left for place in places))
                turn = self._next_ones(session, chosen_round, places, room, area) if room else []
            if not turn:
                return Invited(booked, sum(place.left for place in places))
            count = self._book(at, chosen_round, days, turn, operator)
            booked += count
            fruitless = 0 if count else fruitless + 1
            if fruitless == FRUITLESS:
                return Invited(booked, sum(place.left for place in places))

    def book(
        self,
        citizen: str,
        at: str,
        wave: str,
        day: str,
        slot: str,
        operator: str | None = None,
        *,
        instead: bool = False,
    ) -> None:
        """One person into one slot, also who has an appointment elsewhere. ``instead``: of the one there on that day. Raises
        ``CannotBook``."""

        def compose(session: Session) -> list[Entry]:
            chosen_round = round_of(session, wave)
            (row,) = _locked(session, [citizen]) or (None,)
            if chosen_round is None or row is None:
                raise CannotBook("no_round" if row else "no_registration")
            place = next((one for one in free_places(session, at, [day]) if one.slot == slot and one.left > 0), None)
            if place is None:
                raise CannotBook("full")
            there = [one for one in booked_ahead(session, [citizen], day) if (one.site, one.day) == (at, day)]
            if there and not instead:
                raise CannotBook("booked_before")
            person = people(session, [citizen])[citizen]
            return self._entries([_expected(row, person, at, chosen_round, place)], operator)

        self._say(at, compose)

    def cancel(self, citizen: str, at: str, day: str, operator: str | None = None) -> bool:
        """Take an appointment back. False where there is none."""

        def compose(session: Session) -> list[Entry]:
            row = session.get(ExpectedRow, (citizen, at, day))
            if row is None or not row.booked:
                return []
            body = Expected(
                site=at, day=day, slot=row.slot, round=row.round, state="cancelled", product=row.product, name=row.name,
                birth_date=row.birth_date, sex=row.sex, phone=row.phone, priority_group=row.priority_group,  # type: ignore[arg-type]
            )  # fmt: skip
            return self._entries([Draft(KIND, body, citizen)], operator)

        return bool(self._say(at, compose))

    def move(
        self, citizen: str, at: str, day: str, to: tuple[str, str, str], wave: str, operator: str | None = None
    ) -> None:
        """Book ``to`` (site, day, slot) and then take the old appointment back: where the second half fails both stand and are
        seen. Raises ``CannotBook``: then the old one stands."""
        same = (at, day) == to[:2]  # one word replaces the other
        self.book(citizen, to[0], wave, to[1], to[2], operator, instead=same)
        if not same:
            self.cancel(citizen, at, day, operator)

    def _say(self, at: str, compose: object) -> list[object]:
        """Raises ``ProjectionFailed``: then nothing was said, for who has an appointment in no table would be given another."""
        return list(say(self._journal, site_audience(at), compose, only_folded=True))  # type: ignore[arg-type]

    def _ahead(self, session: Session, at: str, days: Sequence[str]) -> list[Place]:
        """The free places of these days whose time is not over."""
        now = self._site.context.clock.now().astimezone(self._site.zone)
        return ahead(free_places(session, at, days), now)

    def _entries(self, drafts: Sequence[Draft], operator: str | None) -> list[Entry]:
        clock = self._site.context.clock
        return entries_of(drafts, clock.now(), clock.trusted(), operator)

    def _next_ones(
        self, session: Session, wave: RoundRow, places: Sequence[Place], room: int, area: str
    ) -> list[Waiting]:
        """The first ``room`` people in the order of invitations who may get a dose on one of these days and have no appointment."""
        last = max(place.day for place in places)
        order = {name: place for place, name in enumerate(groups.ids(self._site), 1)}
        wanted = wave.groups.split(",") if wave.groups else [*order, ""]
        found: list[Waiting] = []
        for name in sorted(set(wanted), key=lambda one: order.get(one, 99)):
            need, limit = room - len(found), 2 * room
            while True:
                # who is not due yet is passed over: then look at more of this group, before any later group has its turn
                everybody = _waiting(session, wave, name, order.get(name, 99), area)
                first = heapq.nsmallest(limit, everybody, key=lambda one: rank(wave.round, one))
                mine = self._due(session, wave, first, last)
                if len(mine) >= need or len(first) < limit:
                    break
                limit *= 4
            found += mine[: room - len(found)]
            if len(found) >= room:
                break
        return found

    def _due(self, session: Session, wave: RoundRow, waiting: Sequence[Waiting], last: str) -> list[Waiting]:
        """Those whose next dose may be of the round's product by the last day; with the earliest day of it."""
        persons = people(session, [one.citizen for one in waiting])
        found = []
        for one in waiting:
            due = next_dose(
                [past(dose) for dose in persons[one.citizen].doses], date.fromisoformat(last), self._site.vaccines
            )
            if due is not None and wave.product in due.products and due.earliest.isoformat() <= last:
                earliest = due.earliest.isoformat() if due.number > 1 else ""
                found.append(Waiting(one.citizen, one.order, one.registered_at_ms, earliest))
        return found

    def _book(self, at: str, wave: RoundRow, days: Sequence[str], turn: Sequence[Waiting], operator: str | None) -> int:
        def compose(session: Session) -> list[Entry]:
            rows = {row.citizen: row for row in _locked(session, [one.citizen for one in turn])}
            taken = {row.citizen for row in booked_ahead(session, rows, self._site.today_text())}
            persons = people(session, rows)
            still = [one for one in turn if one.citizen in rows and one.citizen not in taken]
            return self._entries(
                [
                    _expected(rows[one.citizen], persons[one.citizen], at, wave, place)
                    for one, place in plan(wave.round, still, self._ahead(session, at, days))
                ],
                operator,
            )

        return len(self._say(at, compose))


def round_of(session: Session, wave: str) -> RoundRow | None:
    """The newest word on a round."""
    order = (RoundRow.said_at_ms.desc(), RoundRow.said_by.desc(), RoundRow.said_seq.desc())
    return session.scalars(select(RoundRow).where(RoundRow.round == wave).order_by(*order).limit(1)).first()


def free_places(session: Session, at: str, days: Sequence[str]) -> list[Place]:
    """The slots of one site on these days, in order, with what is left of each (never below nought)."""
    slots = session.execute(
        select(CapacityRow.day, CapacityRow.slot, CapacityRow.places)
        .where(CapacityRow.writer == site_audience(at), CapacityRow.day.in_(days))
        .order_by(CapacityRow.day, CapacityRow.slot)
    ).all()
    booked = booked_by_slot(session, at, days)
    return [Place(row.day, row.slot, max(0, row.places - booked[row.day, row.slot])) for row in slots]


def booked_by_slot(session: Session, at: str, days: Sequence[str]) -> Counter[tuple[str, str]]:
    rows = session.execute(
        select(ExpectedRow.day, ExpectedRow.slot, func.count())
        .where(ExpectedRow.site == at, ExpectedRow.day.in_(days), ExpectedRow.booked)
        .group_by(ExpectedRow.day, ExpectedRow.slot)
    )
    return Counter({(day, slot): count for day, slot, count in rows})


def booked_ahead(session: Session, citizens: Collection[str], since: str) -> list[ExpectedRow]:
    """Appointments of these people from that day on, at any site."""
    query = select(ExpectedRow).where(ExpectedRow.booked, ExpectedRow.day >= since)
    return [row[0] for row in among(session, query, ExpectedRow.citizen, citizens)]


def _waiting(session: Session, wave: RoundRow, group: str, order: int, area: str) -> Iterator[Waiting]:
    """Everybody of one group who is approved for this round or for any, and has no appointment ahead."""
    booked = exists().where(
        ExpectedRow.citizen == RegistrationRow.citizen, ExpectedRow.booked, ExpectedRow.day >= wave.first_day
    )
    query = select(RegistrationRow.citizen, RegistrationRow.said_at_ms).where(
        RegistrationRow.state == "approved",
        RegistrationRow.priority_group == group,
        RegistrationRow.round.in_(["", wave.round]),
        ~booked,
    )
    if area:
        query = query.where(RegistrationRow.area.startswith(area, autoescape=True))
    for row in session.execute(query.execution_options(yield_per=5000)):
        yield Waiting(row.citizen, order, row.said_at_ms)


def _locked(session: Session, citizens: Collection[str]) -> list[RegistrationRow]:
    query = select(RegistrationRow).order_by(RegistrationRow.citizen).with_for_update()
    return [row[0] for row in among(session, query, RegistrationRow.citizen, citizens)]


def _expected(row: RegistrationRow, person: Person, at: str, wave: RoundRow, place: Place) -> Draft:
    body = Expected(
        site=at, day=place.day, slot=place.slot, round=wave.round, product=wave.product, name=row.name,
        birth_date=row.birth_date, sex=row.sex, phone=row.phone, priority_group=row.priority_group,  # type: ignore[arg-type]
        doses=[known(one) for one in person.doses][:MOST_DOSES],
    )  # fmt: skip
    return Draft(KIND, body, row.citizen)


def overview(session: Session, since: str, until: str) -> Mapping[tuple[str, str], tuple[int, int]]:
    """(site, day) -> places and appointments, of every site that has either."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    places = session.execute(
        select(CapacityRow.site, CapacityRow.day, func.sum(CapacityRow.places))
        .where(CapacityRow.day >= since, CapacityRow.day <= until)
        .group_by(CapacityRow.site, CapacityRow.day)
    )
    for at, day, count in places:
        found[at, day] = int(count), 0
    booked = session.execute(
        select(ExpectedRow.site, ExpectedRow.day, func.count())
        .where(ExpectedRow.booked, ExpectedRow.day >= since, ExpectedRow.day <= until)
        .group_by(ExpectedRow.site, ExpectedRow.day)
    )
    for at, day, count in booked:
        found[at, day] = found.get((at, day), (0, 0))[0], int(count)
    return dict(sorted(found.items()))
