"""Where records of one citizen meet that different journals bring, at the same moment too. Says of whom there is more to compare.

Why no pair is missed: every batch touches the row of each citizen it brings a dose or a merge of, before it looks for others, and
holds that row until it commits. Of two batches with the same citizen one comes second; it waits for the first, and every
statement after that sees what the first has brought (READ COMMITTED on PostgreSQL; SQLite has one writer at a time). A merge
touches both names. A dose under a temporary name finds it merged and then locks the row of the person behind it too, so that it
meets the doses under that name. Rows are locked in the order of their keys; where two batches still wait for each other over a
merge, the database ends one and its device sends it again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import upsert
from plugins.vaccination.models import CourseRow
from plugins.vaccination.nation.many import among, is_postgresql
from plugins.vaccination.records import Dose, Merged


@dataclass(slots=True)
class _Mark:
    """What one batch says of a citizen. ``said``: time, journal and number of the newest record; of a merge nothing, since it is
    the record of one of its two names only."""

    several: bool = False
    merged: bool = False
    said: tuple[int, str, int] = (-1, "", 0)


@dataclass(frozen=True, slots=True)
class Met:
    """Citizens of whom more than this record is known, and those of them that go by two names."""

    several: frozenset[str]
    merged: frozenset[str]


_TOUCH = text("""
    INSERT INTO vaccination_courses AS known (citizen, several, merged, said_at_ms, said_by, said_seq)
    SELECT * FROM unnest(CAST(:citizen AS text[]), CAST(:several AS boolean[]), CAST(:merged AS boolean[]),
                         CAST(:at AS bigint[]), CAST(:by AS text[]), CAST(:seq AS bigint[])) AS given ORDER BY 1
    ON CONFLICT (citizen) DO UPDATE SET several = true, merged = known.merged OR excluded.merged,
      (said_at_ms, said_by, said_seq) = (SELECT * FROM (VALUES
          (known.said_at_ms, known.said_by COLLATE "C", known.said_seq),
          (excluded.said_at_ms, excluded.said_by COLLATE "C", excluded.said_seq)) AS word (at, by, seq)
        ORDER BY at DESC, by DESC, seq DESC LIMIT 1)
    RETURNING citizen, several, merged
""")


def meet(records: Sequence[Record], session: Session) -> Met:
    """Touch the row of everybody whom these records bring a dose or a merge of."""
    marks = _marks(records)
    if not marks:
        return Met(frozenset(), frozenset())
    rows = _touch_together(session, marks) if is_postgresql(session) else _touch_singly(session, marks)
    return Met(
        frozenset(citizen for citizen, several, merged in rows if several),
        frozenset(citizen for citizen, several, merged in rows if merged),
    )


def lock(session: Session, citizens: Sequence[str]) -> None:
    """Hold the rows of people behind temporary names, too. They are there: the merge made them."""
    if is_postgresql(session) and citizens:
        query = select(CourseRow.citizen).order_by(CourseRow.citizen).with_for_update()
        among(session, query, CourseRow.citizen, citizens)


def _marks(records: Sequence[Record]) -> dict[str, _Mark]:
    marks: dict[str, _Mark] = {}
    counts: Counter[str] = Counter()
    for record in records:
        if record.citizen is None:
            continue
        if isinstance(record.data, Dose):
            mark = marks.setdefault(record.citizen, _Mark())
            mark.said = max(mark.said, (record.occurred_at_ms, record.writer, record.seq))
            counts[record.citizen] += 1
        elif isinstance(record.data, Merged):
            for name in (record.citizen, record.data.temporary):
                mark = marks.setdefault(name, _Mark())
                mark.several = mark.merged = True
    for citizen, count in counts.items():
        marks[citizen].several |= count > 1
    return dict(sorted(marks.items()))


def _touch_together(session: Session, marks: Mapping[str, _Mark]) -> list[tuple[str, bool, bool]]:
    values = marks.values()
    given = {
        "citizen": list(marks),
        "several": [mark.several for mark in values],
        "merged": [mark.merged for mark in values],
        "at": [mark.said[0] for mark in values],
        "by": [mark.said[1] for mark in values],
        "seq": [mark.said[2] for mark in values],
    }
    return [(row.citizen, row.several, row.merged) for row in session.execute(_TOUCH, given)]


def _touch_singly(session: Session, marks: Mapping[str, _Mark]) -> list[tuple[str, bool, bool]]:
    """SQLite, where nobody else writes meanwhile."""
    columns = (CourseRow.citizen, CourseRow.several, CourseRow.merged)
    said = (CourseRow.said_at_ms, CourseRow.said_by, CourseRow.said_seq)
    known = {row.citizen: row for row in among(session, select(*columns, *said), CourseRow.citizen, marks)}
    rows = []
    for citizen, mark in marks.items():
        before = known.get(citizen)
        newest = mark.said if before is None else max(mark.said, (before.said_at_ms, before.said_by, before.said_seq))
        row = {
            "citizen": citizen,
            "several": mark.several or before is not None,
            "merged": mark.merged or (before is not None and before.merged),
        }
        rows.append(row | dict(zip(("said_at_ms", "said_by", "said_seq"), newest, strict=True)))
    statement = upsert(session, CourseRow)
    changed = ("several", "merged", "said_at_ms", "said_by", "said_seq")
    statement = statement.on_conflict_do_update(
        index_elements=["citizen"], set_={name: statement.excluded[name] for name in changed}
    )
    session.connection().execute(statement, rows)
    return [(row["citizen"], row["several"], row["merged"]) for row in rows]  # type: ignore[misc]
