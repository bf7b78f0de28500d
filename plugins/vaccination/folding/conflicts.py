"""Finds doses of one person that may not go together, where journals meet: on the platform. Tells nobody; see ``nation/telling.py``.

Rows are only ever added, and which ones follows from the records alone: every pair of one citizen, or of two names that some merge
joins, that the rules may hold against each other; doses of elsewhere that a document was shown about are among them. So the table is
the same in whatever order journals arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, literal, not_, select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.audiences import site_audience
from kiosk.journal.bulk import upsert
from plugins.vaccination import merges
from plugins.vaccination.folding.meeting import lock
from plugins.vaccination.folding.rows import number_of
from plugins.vaccination.models import ConflictRow, DoseRow, MergeRow, ShownRow
from plugins.vaccination.nation.comparing import Comparing, Conflict, Given
from plugins.vaccination.nation.many import among
from plugins.vaccination.records import Dose, Merged, ShownDose

GIVEN = (
    DoseRow.citizen, DoseRow.writer, DoseRow.seq, DoseRow.record, DoseRow.site, DoseRow.product, DoseRow.lot,
    DoseRow.given_on, DoseRow.amends, DoseRow.void,
)  # fmt: skip
SHOWN = (
    ShownRow.citizen, ShownRow.writer, ShownRow.seq, ShownRow.record, ShownRow.site, ShownRow.product, ShownRow.lot,
    ShownRow.given_on, literal("").label("amends"), literal(False).label("void"), ShownRow.basis, ShownRow.number, ShownRow.dose,
)  # fmt: skip


def project(records: Sequence[Record], session: Session, comparing: Comparing) -> None:
    """Fold one batch; the rows of its doses, shown doses and merges are in their tables already."""
    brought = _by_citizen(records)
    merges = [record for record in records if record.citizen and isinstance(record.data, Merged)]
    names = {*brought, *(name for one in merges for name in (one.citizen, one.data.temporary) if name)}
    if not names:
        return
    lock(session, names)
    found: list[Conflict] = []
    before = _before(session, records, brought)
    for citizen, own in brought.items():
        if len(own) > 1 or citizen in before:
            found += comparing.possible([*before.get(citizen, ()), *map(_given, own)])
    joined = _joined(session, names)
    everybody = set().union(*joined)
    doses = _grouped(
        [
            *among(session, select(*GIVEN), DoseRow.citizen, everybody),
            *among(session, select(*SHOWN), ShownRow.citizen, everybody),
        ]
    )
    for one in joined:
        found += comparing.possible(dose for name in one for dose in doses.get(name, ()))
    _insert(session, found)


def _by_citizen(records: Sequence[Record]) -> dict[str, list[Record]]:
    """The batch's doses and shown ones, by whom they were given to."""
    brought: dict[str, list[Record]] = {}
    for record in records:
        if isinstance(record.data, Dose | ShownDose) and record.citizen:
            brought.setdefault(record.citizen, []).append(record)
    return brought


def _before(
    session: Session, records: Sequence[Record], brought: Mapping[str, Sequence[Record]]
) -> dict[str, list[Given]]:
    """What was known of these citizens before; of most nothing. The batch's own rows are not read again where it is a whole
    stretch of one journal, as it nearly always is."""
    first, last = records[0], records[-1]
    whole = len(records) == last.seq - first.seq + 1 and {one.writer for one in records} == {first.writer}
    own = set() if whole else {(one.writer, one.seq) for one in records}
    rows: list[Any] = []
    for row, columns in ((DoseRow, GIVEN), (ShownRow, SHOWN)):
        query: Select[Any] = select(*columns)
        if whole:
            query = query.where(not_(and_(row.writer == first.writer, row.seq.between(first.seq, last.seq))))
        rows += among(session, query, row.citizen, brought)
    return _grouped(row for row in rows if (row.writer, row.seq) not in own)


def _grouped(rows: Iterable[Any]) -> dict[str, list[Given]]:
    doses: dict[str, list[Given]] = {}
    for row in rows:
        doses.setdefault(row.citizen, []).append(Given(*row))
    return doses


def _given(record: Record) -> Given:
    """A dose of the batch as its row says it."""
    if isinstance(record.data, ShownDose):
        told = record.data
        return Given(
            record.citizen or "", record.writer, record.seq, str(record.id), record.site, told.product, told.lot,
            number_of(told.on), "", False, told.basis, told.number, told.dose,
        )  # fmt: skip
    dose: Dose = record.data
    return Given(
        record.citizen or "", record.writer, record.seq, str(record.id), record.site, dose.product, dose.lot,
        number_of(dose.given_on), dose.amends, dose.void,
    )  # fmt: skip


def _joined(session: Session, names: Collection[str]) -> list[set[str]]:
    """For every person who has one of these names and a temporary one: all names by any word on it, also one that a later word
    replaced; over chains of merges as well. Who is found is locked before it is asked what they are called besides."""
    query = select(MergeRow.temporary, MergeRow.citizen).where(MergeRow.citizen.is_not(None))
    persons = {row.citizen for row in among(session, query, MergeRow.citizen, names)}
    new = set(names)
    for _ in range(merges.LONGEST):
        new = {row.citizen for row in among(session, query, MergeRow.temporary, new)} - persons
        if not new:
            break
        lock(session, new)
        persons |= new
    theirs = _said_to_be(session, persons)
    return [_below(person, theirs) for person in sorted(persons)]


def _said_to_be(session: Session, persons: Collection[str]) -> dict[str, set[str]]:
    """Every id, of these and of those below them -> the temporary ones that some word says to be it."""
    query = select(MergeRow.temporary, MergeRow.citizen)
    theirs: dict[str, set[str]] = {}
    new = set(persons)
    for _ in range(merges.LONGEST):
        rows = among(session, query, MergeRow.citizen, new)
        new = {row.temporary for row in rows} - theirs.keys() - new
        for row in rows:
            theirs.setdefault(row.citizen, set()).add(row.temporary)
        if not new:
            break
    return theirs


def _below(person: str, theirs: Mapping[str, Collection[str]]) -> set[str]:
    found, new = {person}, [person]
    while new:
        for temporary in theirs.get(new.pop(), ()):
            if temporary not in found:
                found.add(temporary)
                new.append(temporary)
    return found


def _insert(session: Session, found: Iterable[Conflict]) -> None:
    rows = [_row(one) for one in found]
    if rows:
        statement = upsert(session, ConflictRow).on_conflict_do_nothing()
        session.connection().execute(statement, sorted(rows, key=lambda row: tuple(row.values())))


def _row(conflict: Conflict) -> dict[str, Any]:
    first, second = conflict.first, conflict.second
    return {
        "citizen": first.citizen,
        "first_writer": first.writer,
        "first_seq": first.seq,
        "second_writer": second.writer,
        "second_seq": second.seq,
        "code": conflict.code,
        "day": max(first.given_on, second.given_on),
        "other": second.citizen,
        "first_record": first.record,
        "second_record": second.record,
        "first_audience": site_audience(first.site),
        "second_audience": site_audience(second.site),
    }
