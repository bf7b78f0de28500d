"""Finds doses of one person that may not go together, where journals meet: on the platform. Tells nobody; see ``nation/telling.py``.

Rows are only ever added, and which ones follows from the records alone: every pair of one citizen, or of two names that some merge
joins, that the rules may hold against each other. So the table is the same in whatever order journals arrive.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.audiences import site_audience
from kiosk.journal.bulk import upsert
from plugins.vaccination.folding.meeting import lock, meet
from plugins.vaccination.models import ConflictRow, DoseRow, MergeRow
from plugins.vaccination.nation.comparing import Comparing, Conflict, Given
from plugins.vaccination.nation.many import among

GIVEN = (
    DoseRow.citizen, DoseRow.writer, DoseRow.seq, DoseRow.record, DoseRow.site, DoseRow.product, DoseRow.lot,
    DoseRow.given_on, DoseRow.amends, DoseRow.void,
)  # fmt: skip


def project(records: Sequence[Record], session: Session, comparing: Comparing) -> None:
    """Fold one batch; the rows of its doses and merges are in their tables already."""
    met = meet(records, session)
    if not met.several:
        return
    names = [{citizen} for citizen in met.several] + _joined(session, met.merged)
    by_name: dict[str, list[Given]] = {}
    for row in among(session, select(*GIVEN), DoseRow.citizen, set().union(*names)):
        by_name.setdefault(row.citizen, []).append(Given._make(row))
    found = [
        conflict
        for one in names
        for conflict in comparing.possible(dose for name in one for dose in by_name.get(name, ()))
    ]
    _insert(session, found)


def _joined(session: Session, merged: Collection[str]) -> list[set[str]]:
    """For every person behind a temporary name: that person's names by any word on it, also one that a later word replaced."""
    if not merged:
        return []
    query = select(MergeRow.temporary, MergeRow.citizen).where(MergeRow.citizen.is_not(None))
    persons = {row.citizen for row in among(session, query, MergeRow.temporary, merged)}
    persons |= {row.citizen for row in among(session, query, MergeRow.citizen, merged)}
    lock(session, sorted(persons))
    names = {person: {person} for person in persons}
    for row in among(session, query, MergeRow.citizen, persons):
        names[row.citizen].add(row.temporary)
    return list(names.values())


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
