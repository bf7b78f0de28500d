"""What the tables know of many people at once, as ``deciding`` takes it: name, doses that count, certificates, decisions on conflicts.
Reads, never writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import exists, literal_column, select
from sqlalchemy.orm import Session, aliased

from kiosk.delegation.claims import BadClaims
from kiosk.journal.audiences import NATION
from plugins.vaccination import merges
from plugins.vaccination.certificate import hc1
from plugins.vaccination.certificate.deciding import Held, Person
from plugins.vaccination.certificate.proof_claims import day_of
from plugins.vaccination.folding.rows import CERTIFICATES
from plugins.vaccination.models import (
    CertificateRow,
    DoseRow,
    FindingRow,
    PersonRow,
    RegistrationRow,
    RevokedRow,
)
from plugins.vaccination.rules.course import PastDose
from plugins.vaccination.shown.known import past_dose, proven


def people(session: Session, citizens: Collection[str]) -> dict[str, Person]:
    """Each person behind one of ``citizens``, under their real name where a merge told it. For some hundreds at a time."""
    real = merges.real(session, citizens)
    persons = {real.get(one, one) for one in citizens}
    names = merges.names(session, persons)
    owner = {name: person for person, known in names.items() for name in known}
    words = _grouped(_words(session, owner), owner)
    doses = _grouped(_doses(session, owner), owner)
    held = _held(session, owner)
    settled = _settled(session, owner)
    registered = _registered(session, persons)
    elsewhere = _grouped(proven(session, list(owner)), owner)
    return {
        person: _person(
            words.get(person, []),
            registered.get(person),
            frozenset(names[person]),
            doses.get(person, []),
            held.get(person, []),
            settled.get(person, frozenset()),
            [past_dose(row) for row in elsewhere.get(person, [])],
        )
        for person in persons
    }


def _person(
    words: Sequence[Any],
    registered: Any,
    names: frozenset[str],
    doses: Sequence[Any],
    held: Sequence[Held],
    settled: frozenset[frozenset[str]],
    elsewhere: Sequence[PastDose],
) -> Person:
    """Of several words on somebody the newest counts, field by field, and of a real id before a temporary."""
    ordered = sorted(words, key=lambda row: (not row.temporary, row.occurred_at_ms, row.writer, row.seq))
    name = next((row.name for row in reversed(ordered) if row.name), registered.name if registered else "")
    born = next((row.birth_date for row in reversed(ordered) if row.birth_date), "")
    temporary = len(names) == 1 and registered is None and bool(ordered) and all(row.temporary for row in ordered)
    given = [one for row in doses if (one := _dose(row)) is not None]
    born = born or (registered.birth_date if registered else "")
    return Person(name, born, temporary, given, held, settled, names, elsewhere)


def _dose(row: Any) -> PastDose | None:
    try:
        return PastDose(row.product, day_of(row.given_on), row.lot, row.site, row.record)
    except BadClaims:
        return None  # a day that no calendar has: nothing can be certified of it


def _words(session: Session, names: Collection[str]) -> Iterable[Any]:
    row = PersonRow
    columns = (row.citizen, row.name, row.birth_date, row.temporary, row.occurred_at_ms, row.writer, row.seq)
    return session.execute(select(*columns).where(row.citizen.in_(names)))


def _registered(session: Session, persons: Collection[str]) -> dict[str, Any]:
    row = RegistrationRow
    found = session.execute(select(row.citizen, row.name, row.birth_date).where(row.citizen.in_(persons)))
    return {one.citizen: one for one in found}


def _doses(session: Session, names: Collection[str]) -> Iterable[Any]:
    row, later = DoseRow, aliased(DoseRow)
    return session.execute(
        select(row.citizen, row.product, row.given_on, row.lot, row.site, row.record)
        .where(row.citizen.in_(names), row.void.is_(False))
        # written out and not bound: else PostgreSQL does not see that the partial index serves
        .where(~exists().where(later.amends == row.record, later.amends != literal_column("''")))
    )


def _held(session: Session, owner: dict[str, str]) -> dict[str, list[Held]]:
    row = CertificateRow
    columns = (row.citizen, row.uvci_hash, row.dose, row.kid, row.expires_at, row.payload)
    rows = session.execute(select(*columns).where(row.citizen.in_(owner)).order_by(row.writer, row.seq)).all()
    said: dict[str, set[str]] = defaultdict(set)
    if rows:
        hashes = {one.uvci_hash for one in rows}
        words = select(RevokedRow.uvci_hash, RevokedRow.writer).where(RevokedRow.uvci_hash.in_(hashes))
        for word in session.execute(words):
            said[word.uvci_hash].add(word.writer)
    held: dict[str, list[Held]] = defaultdict(list)
    for one in rows:
        by = said.get(one.uvci_hash, set())
        by_hand = NATION in by and CERTIFICATES not in by
        content = hc1.content_of(one.payload)
        held[owner[one.citizen]].append(
            Held(one.uvci_hash, one.dose, one.kid, one.expires_at, content, bool(by), by_hand)
        )
    return held


def _settled(session: Session, owner: dict[str, str]) -> dict[str, frozenset[frozenset[str]]]:
    """The pairs of doses whose newest finding says that somebody has decided."""
    row = FindingRow
    columns = (row.citizen, row.first, row.second, row.settled, row.occurred_at_ms, row.writer, row.seq)
    rows = session.execute(select(*columns).where(row.citizen.in_(owner))).all()
    newest: dict[tuple[str, frozenset[str]], bool] = {}
    for one in sorted(rows, key=lambda found: (found.occurred_at_ms, found.writer, found.seq)):
        newest[owner[one.citizen], frozenset((one.first, one.second))] = one.settled
    settled: dict[str, set[frozenset[str]]] = defaultdict(set)
    for (person, pair), decided in newest.items():
        if decided:
            settled[person].add(pair)
    return {person: frozenset(pairs) for person, pairs in settled.items()}


def _grouped(rows: Iterable[Any], owner: dict[str, str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[owner[row.citizen]].append(row)
    return found


def as_number(day: date) -> int:
    """``yyyymmdd``."""
    return day.year * 10_000 + day.month * 100 + day.day
