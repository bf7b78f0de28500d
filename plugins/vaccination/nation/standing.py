"""Which conflicts stand by what is known now, corrections and merges weighed: for pages, and for what sites are told. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from plugins.vaccination.folding.conflicts import GIVEN
from plugins.vaccination.models import DoseRow, MergeRow
from plugins.vaccination.nation.comparing import Comparing, Conflict, Given
from plugins.vaccination.nation.many import among

Pair = tuple[tuple[str, int], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Person:
    """One person under all their names: the real one first known by a merge, and the doses that count, oldest first."""

    citizen: str
    names: frozenset[str]
    doses: tuple[Given, ...]


def people(session: Session, citizens: Collection[str]) -> dict[str, Person]:
    """Each of ``citizens`` -> the person behind it. A temporary name is the person's whom the newest word on it names."""
    real = _real(session, citizens)
    persons = {real.get(citizen, citizen) for citizen in citizens}
    words = among(session, select(MergeRow.temporary, MergeRow.citizen), MergeRow.citizen, persons)
    now = _real(session, {row.temporary for row in words})
    names: dict[str, set[str]] = {person: {person} for person in persons}
    for temporary, person in now.items():
        if person in names:
            names[person].add(temporary)
    doses = _counting(session, set().union(*names.values()))
    found = {
        person: Person(
            person,
            frozenset(known),
            tuple(sorted((one for name in known for one in doses.get(name, ())), key=_by_day)),
        )
        for person, known in names.items()
    }
    return {citizen: found[real.get(citizen, citizen)] for citizen in citizens}


def standing(comparing: Comparing, persons: Iterable[Person]) -> dict[Pair, Conflict]:
    """The conflicts of these people, by the keys of both doses."""
    return {
        (conflict.first.key, conflict.second.key): conflict
        for person in {one.citizen: one for one in persons}.values()
        for conflict in comparing.standing(person.doses)
    }


def _real(session: Session, temporary: Collection[str]) -> dict[str, str]:
    order = (MergeRow.occurred_at_ms, MergeRow.writer, MergeRow.seq)
    rows = among(session, select(MergeRow.temporary, MergeRow.citizen, *order), MergeRow.temporary, temporary)
    ordered = sorted(rows, key=lambda row: (row.occurred_at_ms, row.writer, row.seq))
    return {row.temporary: row.citizen for row in ordered if row.citizen}


def _counting(session: Session, citizens: Collection[str]) -> dict[str, list[Given]]:
    later = aliased(DoseRow)
    query = select(*GIVEN).where(
        DoseRow.void.is_(False), ~exists().where(later.amends == DoseRow.record, later.amends != "")
    )
    doses: dict[str, list[Given]] = {}
    for row in among(session, query, DoseRow.citizen, citizens):
        doses.setdefault(row.citizen, []).append(Given._make(row))
    return doses


def _by_day(dose: Given) -> tuple[int, str, int]:
    return dose.given_on, dose.writer, dose.seq
