"""What a site is told of doses that do not go together: each conflict once, and once more when it is one no longer.

What was told is read from the site's journal itself, which whoever tells has locked. So nothing is told twice, and nothing is
forgotten by a process that ended halfway.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain import Draft
from plugins.vaccination.models import ConflictRow, DoseRow, FindingRow, ShownRow, ShownWithdrawnRow
from plugins.vaccination.nation.comparing import BEYOND, Comparing, Conflict, Given
from plugins.vaccination.nation.standing import NOTHING, Pair, people, standing
from plugins.vaccination.records import Finding
from plugins.vaccination.records.nation import KnownDose

KIND = "vaccination.finding"
MOST_DOSES, MOST_SITES = 12, 8


def drafts(audience: str, session: Session, comparing: Comparing) -> list[Draft]:
    """What this site must still be told. Empty for a province and the nation: findings concern the sites of the doses."""
    if not audience.startswith("site:"):
        return []
    rows = session.execute(_to_look_at(audience)).all()
    if not rows:
        return []
    persons = people(session, {row.citizen for row in rows} | {row.other for row in rows})
    stand = standing(comparing, persons.values())
    told: list[Draft] = []
    for row in rows:
        conflict, person = stand.get(pair_of(row)), persons[row.citizen]
        if conflict is not None and row.settled is not False:
            told.append(finding(person.citizen, conflict, person.doses))
        elif conflict is None and row.settled is False:
            told.append(_no_longer(person.citizen, row))
    return told


def finding(citizen: str, conflict: Conflict, doses: Sequence[Given], reason: str = "") -> Draft:
    """A conflict in the words of the record; with ``reason`` somebody has settled it."""
    body = Finding(
        code=conflict.code,  # type: ignore[arg-type]
        first=conflict.first.record,
        second=conflict.second.record,
        sites=sorted({conflict.first.site, conflict.second.site})[:MOST_SITES],
        doses=[known(one) for one in doses][:MOST_DOSES],
        settled=bool(reason),
        reason=reason,
    )
    return Draft(KIND, body, citizen)


def known(dose: Given) -> KnownDose:
    """A dose as other sites are told of it."""
    on = f"{dose.given_on:08d}"
    return KnownDose(
        product=dose.product,
        on=f"{on[:4]}-{on[4:6]}-{on[6:]}",
        lot=dose.lot[:20],
        site=dose.site,
        record=dose.record,
        shown=dose.shown,  # type: ignore[arg-type]
        number=dose.number,
    )


def pair_of(row: Any) -> Pair:
    """The key of a row of conflicts, as ``standing`` has it."""
    return (row.first_writer, row.first_seq), (row.second_writer, row.second_seq)


def _no_longer(citizen: str, row: Row[Any]) -> Draft:
    body = Finding(code=row.code, first=row.first_record, second=row.second_record, settled=True)
    return Draft(KIND, body, citizen)


def latest(writer: Any) -> Any:
    """The newest finding of each conflict in one journal, as a subquery with ``first``, ``second``, ``settled``, ``reason``."""
    later = aliased(FindingRow)
    newer = exists().where(
        later.writer == FindingRow.writer,
        later.seq > FindingRow.seq,
        later.first == FindingRow.first,
        later.second == FindingRow.second,
    )
    return (
        select(FindingRow.first, FindingRow.second, FindingRow.settled, FindingRow.reason)
        .where(FindingRow.writer == writer, ~newer)
        .subquery()
    )


def _to_look_at(audience: str) -> Select[Any]:
    """This site's conflicts whose state may differ from what it was told: a cheap look for every device that asks, since the
    rules are applied to what it yields alone.

    Not told yet, though neither dose was corrected; told, though one was corrected, or where that cannot be seen by the two
    alone (a course that another dose had made complete; names that a merge had joined; a dose that was shown, until its record came);
    and what a correction had settled and another brought back. What a person has settled stays so.
    """
    last, first, second = latest(audience), aliased(DoseRow), aliased(DoseRow)
    one_shown, two_shown = aliased(ShownRow), aliased(ShownRow)
    corrected = or_(
        and_(first.seq.is_(None), one_shown.seq.is_(None)),
        and_(second.seq.is_(None), two_shown.seq.is_(None)),
        amended(ConflictRow.first_record),
        amended(ConflictRow.second_record),
        exists().where(ShownWithdrawnRow.shown == ConflictRow.first_record),
        exists().where(ShownWithdrawnRow.shown == ConflictRow.second_record),
    )
    unsure = or_(
        ConflictRow.code == BEYOND,
        ConflictRow.citizen != ConflictRow.other,
        one_shown.seq.is_not(None),
        two_shown.seq.is_not(None),
    )
    return (
        select(*ConflictRow.__table__.columns, last.c.settled)
        .outerjoin(last, and_(last.c.first == ConflictRow.first_record, last.c.second == ConflictRow.second_record))
        .outerjoin(first, _is(first, ConflictRow.first_writer, ConflictRow.first_seq))
        .outerjoin(second, _is(second, ConflictRow.second_writer, ConflictRow.second_seq))
        .outerjoin(one_shown, _is(one_shown, ConflictRow.first_writer, ConflictRow.first_seq))
        .outerjoin(two_shown, _is(two_shown, ConflictRow.second_writer, ConflictRow.second_seq))
        .where(
            or_(ConflictRow.first_audience == audience, ConflictRow.second_audience == audience),
            or_(
                and_(last.c.first.is_(None), ~corrected),
                and_(last.c.settled.is_(False), or_(corrected, unsure)),
                and_(last.c.settled.is_(True), last.c.reason == "", ~corrected),
            ),
        )
        .order_by(ConflictRow.day, ConflictRow.first_writer, ConflictRow.first_seq, ConflictRow.second_seq)
    )


def _is(row: Any, writer: Any, seq: Any) -> Any:
    return and_(row.writer == writer, row.seq == seq)


def amended(record: Any) -> Any:
    """Whether a later record corrects this dose, as a condition of a query."""
    later = aliased(DoseRow)
    return exists().where(later.amends == record, later.amends != NOTHING)
