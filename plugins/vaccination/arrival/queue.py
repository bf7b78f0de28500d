"""Who waits for a table, and who stands before one. Nothing is kept in memory: the queue is what the day's records say, so it
survives a restart, and whoever asks inside the journal's transaction sees every earlier call."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kiosk.storage.lookups import Rows, Values, given, several
from plugins.vaccination import lookups, merges, priorities
from plugins.vaccination.models import (
    ArrivalRow,
    CallRow,
    ConsentRow,
    DoseRow,
    ExpectedRow,
    MergeRow,
    PersonRow,
    ScreeningRow,
)
from plugins.vaccination.rules.priority import Priorities

Step = Literal["screening", "injection"]
STEPS: tuple[Step, ...] = ("screening", "injection")
GO_ON = ("eligible", "caution")  # outcomes of screening with which people go on to the injection
NO_SLOT = "~"  # sorts after every time of day: who has an appointment goes before who has none


@dataclass(frozen=True, slots=True)
class Waiting:
    """One number in a queue. ``since_ms``: since when it waits for this step, Unix time."""

    visit: str
    ticket: str
    number: int
    citizen: str
    since_ms: int
    rank: int = priorities.LAST
    slot: str = NO_SLOT

    @property
    def order(self) -> tuple[int, str, int, str]:
        """Priority group, appointment, number."""
        return self.rank, self.slot, self.number, self.visit


def waiting(session: Session, site: str, day: int, step: Step, lists: Priorities) -> list[Waiting]:
    """Who waits for this step, first called first; each person once."""
    found = _for_screening(session, site, day) if step == "screening" else _for_injection(session, site, day)
    return sorted(_ranked(session, site, day, found, lists), key=lambda one: one.order)


def count(session: Session, site: str, day: int, step: Step) -> int:
    """How many wait, without putting them in order."""
    return len(_for_screening(session, site, day) if step == "screening" else _for_injection(session, site, day))


def unsigned(session: Session, site: str, day: int, since_ms: int) -> list[tuple[str, str]]:
    """(visit, ticket) of those whom an examination since then lets go on and who have said neither yes nor no: they wait for nothing,
    and would be forgotten where a page was left between the two. The newest first."""
    said = exists().where(ConsentRow.citizen == ScreeningRow.citizen, ConsentRow.day == day)
    query = select(ScreeningRow.visit, ArrivalRow.ticket).join(ArrivalRow, ArrivalRow.record == ScreeningRow.visit)
    query = query.where(
        ScreeningRow.site == site,
        ScreeningRow.day == day,
        ScreeningRow.occurred_at_ms >= since_ms,
        ScreeningRow.outcome.in_(GO_ON),
        ~said,
    )
    rows = session.execute(query.order_by(ScreeningRow.occurred_at_ms.desc())).all()
    tickets = {row.visit: row.ticket for row in rows}
    fit = _may_go_on(session, list(tickets)) if tickets else set()
    return [(visit, ticket) for visit, ticket in tickets.items() if visit in fit]


def open_call(session: Session, site: str, day: int, step: Step, table: str) -> CallRow | None:
    """Whom this table has called and not yet served or given up."""
    rows = open_calls(session, site, day, step)
    return next((row for row in rows if row.table_name == table), None)


def open_calls(session: Session, site: str, day: int, step: Step) -> Sequence[CallRow]:
    """The newest word on every number that stands before a table now, newest first."""
    return _IN_STATE.all(session, site=site, day=day, step=step, state="called")[::-1]


def absent(session: Session, site: str, day: int) -> list[CallRow]:
    """Whose turn passed, at any step, and who did not come back."""
    rows = [row for step in STEPS for row in _IN_STATE.all(session, site=site, day=day, step=step, state="absent")]
    return sorted(rows, key=lambda row: (row.occurred_at_ms, row.seq))


def last_call(session: Session, visit: str, step: Step) -> CallRow | None:
    """The newest word on one number at one step."""
    return _LAST.first(session, visit=visit, step=step)


def times_called(session: Session, visit: str, step: Step) -> int:
    """How often a number was called since it last came back into the queue."""
    states = _STATES.all(session, visit=visit, step=step)
    since = max((place for place, state in enumerate(states) if state == "waiting"), default=-1) + 1
    return states[since:].count("called")


def _newest(call: type[CallRow]) -> ColumnElement[bool]:
    """No later word on the same number and step. Within one journal its order counts, not the clock's, which may be set back."""
    later = aliased(CallRow)
    return ~exists().where(
        later.visit == call.visit,
        later.step == call.step,
        or_(
            and_(later.writer == call.writer, later.seq > call.seq),
            and_(later.writer != call.writer, later.occurred_at_ms > call.occurred_at_ms),
        ),
    )


def _not_in_line(visit: InstrumentedAttribute[str], step: Step) -> ColumnElement[bool]:
    """The newest word on this number at this step is not that it waits (again)."""
    call = aliased(CallRow)
    return exists().where(call.visit == visit, call.step == step, call.state != "waiting", _newest(call))


_IN_STATE = Rows(
    select(CallRow)
    .where(
        CallRow.site == given("site"),
        CallRow.day == given("day"),
        CallRow.step == given("step"),
        CallRow.state == given("state"),
        _newest(CallRow),
    )
    .order_by(CallRow.occurred_at_ms, CallRow.seq)
)
_OF_VISIT = (CallRow.visit == given("visit"), CallRow.step == given("step"))
_LAST = Rows(select(CallRow).where(*_OF_VISIT, _newest(CallRow)).order_by(CallRow.occurred_at_ms.desc()).limit(1))
_STATES = Values(select(CallRow.state).where(*_OF_VISIT).order_by(CallRow.occurred_at_ms, CallRow.writer, CallRow.seq))


def _for_screening(session: Session, site: str, day: int) -> list[Waiting]:
    """Came today, not examined, and not called (or called back). Who came twice stands under the number they got last."""
    rows = _UNEXAMINED.all(session, site=site, day=day)
    own = _own(session, [row.citizen for row in rows if row.citizen])
    elsewhere = _examined(session, day, set(own.values()))
    found: dict[str, Waiting] = {}
    for row in rows:
        person = own.get(row.citizen or "", row.citizen or "")
        if person not in elsewhere:
            found[person or row.record] = Waiting(row.record, row.ticket, row.number, person, row.occurred_at_ms)
    return list(found.values())


def _for_injection(session: Session, site: str, day: int) -> list[Waiting]:
    """Examined today and may go on, agreed, and neither called for it nor vaccinated."""
    people = {row.visit: row.citizen for row in _FIT.all(session, site=site, day=day) if row.citizen}
    if not people:
        return []
    fit = _may_go_on(session, list(people))
    agreed, done = _agreed(session, day, people.values()), _dosed(session, day, people.values())
    return [
        Waiting(row.record, row.ticket, row.number, people[row.record], agreed[people[row.record]])
        for row in _CAME.all(session, visits=people)
        if row.record in fit and people[row.record] in agreed and people[row.record] not in done
    ]


def _may_go_on(session: Session, visits: Sequence[str]) -> set[str]:
    """Those whose last examination lets them go on: one may have been examined again."""
    last = {row.visit: row.outcome for row in _EXAMINATIONS.all(session, visits=visits)}
    return {visit for visit, outcome in last.items() if outcome in GO_ON}


def _agreed(session: Session, day: int, citizens: Collection[str]) -> dict[str, int]:
    """Since when (Unix ms) whose last word on consent today is yes."""
    last = {(row.citizen, row.writer): row for row in _CONSENTS.all(session, citizens=citizens, day=day)}
    newest: dict[str, ConsentRow] = {}
    for row in sorted(
        last.values(), key=lambda one: one.occurred_at_ms
    ):  # of several journals the latest by their clocks
        newest[str(row.citizen)] = row
    return {citizen: row.occurred_at_ms for citizen, row in newest.items() if row.state == "given"}


def _dosed(session: Session, day: int, citizens: Collection[str]) -> set[str]:
    return set(filter(None, _DOSES.all(session, citizens=citizens, day=day)))


def _own(session: Session, citizens: Sequence[str]) -> dict[str, str]:
    """Temporary id -> whose it turned out to be."""
    words = {row.temporary: row.citizen for row in _MERGES.all(session, citizens=citizens) if row.citizen}
    return words | merges.real(session, words) if words else words


def _examined(session: Session, day: int, citizens: Iterable[str]) -> set[str]:
    """Those of some merged people who were examined today under their own number."""
    known = list(citizens)
    if not known:
        return set()
    return set(filter(None, _EXAMINED.all(session, citizens=known, day=day)))


def _ranked(session: Session, site: str, day: int, found: list[Waiting], lists: Priorities) -> list[Waiting]:
    """With the priority group and the appointment of each."""
    citizens = [one.citizen for one in found]
    if not citizens:
        return []
    iso = f"{day // 10_000}-{day // 100 % 100:02d}-{day % 100:02d}"
    group: dict[str, str] = {}
    slot: dict[str, str] = {}
    for row in _BOOKED.all(session, citizens=citizens, site=site, day=iso):
        group[row.citizen], slot[row.citizen] = row.priority_group, row.slot
    for person in _GROUPED.all(session, citizens=citizens):
        group[str(person.citizen)] = person.priority_group
    ranks = {one: priorities.rank(lists, iso, one) for one in {*group.values(), ""}}
    return [
        replace(one, rank=ranks[group.get(one.citizen, "")], slot=slot.get(one.citizen) or NO_SLOT) for one in found
    ]


def first_calls(session: Session, site: str, day: int, step: Step, since_ms: int) -> list[int]:
    """When each number was first called to a step, Unix ms, oldest first, from ``since_ms`` on: the day's pace."""
    first = func.min(CallRow.occurred_at_ms)
    query = select(first).where(
        CallRow.site == site, CallRow.day == day, CallRow.step == step, CallRow.state == "called"
    )
    return sorted(session.scalars(query.group_by(CallRow.visit).having(first >= since_ms)))


_UNEXAMINED = Rows(
    select(ArrivalRow)
    .where(
        ArrivalRow.site == given("site"),
        ArrivalRow.day == given("day"),
        ArrivalRow.number > 0,
        ~_not_in_line(ArrivalRow.record, "screening"),
        ~exists().where(ScreeningRow.visit == ArrivalRow.record),
        # without its site: so the citizen's index is used, and whoever was examined today anywhere is examined
        ~exists().where(ScreeningRow.citizen == ArrivalRow.citizen, ScreeningRow.day == given("day")),
    )
    .order_by(ArrivalRow.number, ArrivalRow.occurred_at_ms)
)
_FIT = Rows(
    select(ScreeningRow).where(
        ScreeningRow.site == given("site"),
        ScreeningRow.day == given("day"),
        ScreeningRow.outcome.in_(GO_ON),
        ~_not_in_line(ScreeningRow.visit, "injection"),
    )
)
_CAME = Rows(select(ArrivalRow).where(ArrivalRow.record.in_(several("visits"))))
_EXAMINATIONS = Rows(
    select(ScreeningRow)
    .where(ScreeningRow.visit.in_(several("visits")))
    .order_by(ScreeningRow.writer, ScreeningRow.seq)
)
_CONSENTS = Rows(
    select(ConsentRow)
    .where(ConsentRow.citizen.in_(several("citizens")), ConsentRow.day == given("day"))
    .order_by(ConsentRow.writer, ConsentRow.seq)
)
_DOSES = Values(
    select(DoseRow.citizen).where(
        DoseRow.citizen.in_(several("citizens")), DoseRow.day == given("day"), *lookups.counting()
    )
)
_MERGES = Rows(
    select(MergeRow)
    .where(MergeRow.temporary.in_(several("citizens")))
    .order_by(MergeRow.occurred_at_ms, MergeRow.writer, MergeRow.seq)
)
_EXAMINED = Values(
    select(ScreeningRow.citizen).where(ScreeningRow.citizen.in_(several("citizens")), ScreeningRow.day == given("day"))
)
_BOOKED = Rows(
    select(ExpectedRow).where(
        ExpectedRow.citizen.in_(several("citizens")),
        ExpectedRow.site == given("site"),
        ExpectedRow.day == given("day"),
        ExpectedRow.booked,
    )
)
_GROUPED = Rows(
    select(PersonRow)
    .where(PersonRow.citizen.in_(several("citizens")), PersonRow.priority_group != "")
    .order_by(PersonRow.occurred_at_ms, PersonRow.seq)
)
