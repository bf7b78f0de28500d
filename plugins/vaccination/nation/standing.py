"""Which conflicts stand by what is known now, corrections and merges weighed: for pages, and for what sites are told. Reads only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnClause, exists, literal_column, select
from sqlalchemy.orm import Session, aliased

from plugins.vaccination import merges
from plugins.vaccination.folding.conflicts import GIVEN, SHOWN
from plugins.vaccination.models import DoseRow, ShownRow, ShownWithdrawnRow
from plugins.vaccination.nation.comparing import Comparing, Conflict, Given
from plugins.vaccination.nation.many import among
from plugins.vaccination.records.shown import BASES

NOTHING: ColumnClause[str] = literal_column(
    "''"
)  # written out, and no parameter: else the index of corrections is not used
Pair = tuple[tuple[str, int], tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Person:
    """One person under all their names: the real one first known by a merge, and the doses that count, oldest first; among them those
    of elsewhere that a document was shown about, each once, and none of which the record is here."""

    citizen: str
    names: frozenset[str]
    doses: tuple[Given, ...]


def people(session: Session, citizens: Collection[str]) -> dict[str, Person]:
    """Each of ``citizens`` -> the person behind it. A temporary name is the person's whom the newest word on it names."""
    real = merges.real(session, citizens)
    names = merges.names(session, {real.get(citizen, citizen) for citizen in citizens})
    everybody = set().union(*names.values())
    doses, shown = _counting(session, everybody), _shown(session, everybody)
    found = {
        person: Person(
            person,
            frozenset(known),
            tuple(sorted(_each_once(known, doses, shown), key=_by_day)),
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


def _counting(session: Session, citizens: Collection[str]) -> dict[str, list[Given]]:
    later = aliased(DoseRow)
    query = select(*GIVEN).where(
        DoseRow.void.is_(False), ~exists().where(later.amends == DoseRow.record, later.amends != NOTHING)
    )
    doses: dict[str, list[Given]] = {}
    for row in among(session, query, DoseRow.citizen, citizens):
        doses.setdefault(row.citizen, []).append(Given(*row))
    return doses


def _shown(session: Session, citizens: Collection[str]) -> dict[str, list[Given]]:
    """What documents told of and was not taken back; where a document names the record of its dose and that is here, the record
    counts, also where it says by now that there was no such dose."""
    query = select(*SHOWN).where(~exists().where(ShownWithdrawnRow.shown == ShownRow.record))
    found = [Given(*row) for row in among(session, query, ShownRow.citizen, citizens)]
    named = {one.names for one in found if one.names}
    here = {row.record for row in among(session, select(DoseRow.record), DoseRow.record, named)}
    shown: dict[str, list[Given]] = {}
    for one in found:
        if one.names not in here:
            shown.setdefault(one.citizen, []).append(one)
    return shown


def _each_once(
    names: Collection[str], doses: Mapping[str, Sequence[Given]], shown: Mapping[str, Sequence[Given]]
) -> list[Given]:
    """A dose is the same whoever tells of it where day and product are; its record speaks before any document, and of documents the
    one with the most weight."""
    recorded = [one for name in names for one in doses.get(name, ())]
    told = {(one.given_on, one.product) for one in recorded}
    more: dict[tuple[int, str], Given] = {}
    for one in sorted((one for name in names for one in shown.get(name, ())), key=_by_weight):
        if (one.given_on, one.product) not in told:
            more.setdefault((one.given_on, one.product), one)
    return [*recorded, *more.values()]


def _by_weight(dose: Given) -> tuple[int, bool, str, int]:
    return BASES.index(dose.shown), not dose.number, dose.writer, dose.seq


def _by_day(dose: Given) -> tuple[int, str, int]:
    return dose.given_on, dose.writer, dose.seq
