"""Where records of one citizen meet that different journals bring, at the same moment too. Says of whom there is more to compare.

Why no pair is missed: every batch touches the row of each citizen it brings a dose or a merge of, before it looks for others, and
holds that row until it commits. Of two batches with the same citizen one comes second; it waits for the first, and every
statement after that sees what the first has brought (READ COMMITTED on PostgreSQL; SQLite has one writer at a time). A merge
touches both names. A dose under a temporary name finds it merged and then locks the row of the person behind it too, so that it
meets the doses under that name. Rows are locked in the order of their keys; where two batches still wait for each other over a
merge, the database ends one and its device sends it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import upsert
from plugins.vaccination.models import CourseRow
from plugins.vaccination.nation.many import among, is_postgresql
from plugins.vaccination.records import Dose, Merged

SEVERAL, MERGED = 1, 2
Mark = tuple[int, int, str, int]  # flags; time, journal and number of the newest record that bears this name itself
_UNSAID = (-1, "", 0)


@dataclass(frozen=True, slots=True)
class Met:
    """Citizens of whom more than this record is known, and those of them that go by two names."""

    several: frozenset[str]
    merged: frozenset[str]


# arrays travel as their text form: it is made in one go, where the driver would make it element by element
_TOUCH = text("""
    WITH touched AS (
      INSERT INTO vaccination_courses AS known (citizen, several, merged, said_at_ms, said_by, said_seq)
      SELECT citizen, flags & 1 <> 0, flags & 2 <> 0, at, by, seq
      FROM unnest(CAST(:citizen AS text[]), CAST(:flags AS smallint[]), CAST(:at AS bigint[]), CAST(:by AS text[]),
                  CAST(:seq AS bigint[])) AS given (citizen, flags, at, by, seq) ORDER BY 1
      ON CONFLICT (citizen) DO UPDATE SET several = true, merged = known.merged OR excluded.merged,
        (said_at_ms, said_by, said_seq) = (SELECT * FROM (VALUES
            (known.said_at_ms, known.said_by COLLATE "C", known.said_seq),
            (excluded.said_at_ms, excluded.said_by COLLATE "C", excluded.said_seq)) AS word (at, by, seq)
          ORDER BY at DESC, by DESC, seq DESC LIMIT 1)
      RETURNING citizen, several, merged)
    SELECT citizen, merged FROM touched WHERE several
""")


def meet(records: Sequence[Record], session: Session) -> Met:
    """Touch the row of everybody whom these records bring a dose or a merge of."""
    marks = _marks(records)
    if not marks:
        return Met(frozenset(), frozenset())
    rows = _touch_together(session, marks) if is_postgresql(session) else _touch_singly(session, marks)
    return Met(frozenset(citizen for citizen, _ in rows), frozenset(citizen for citizen, merged in rows if merged))


def lock(session: Session, citizens: Sequence[str]) -> None:
    """Hold the rows of people behind temporary names, too. They are there: the merge made them."""
    if is_postgresql(session) and citizens:
        query = select(CourseRow.citizen).order_by(CourseRow.citizen).with_for_update()
        among(session, query, CourseRow.citizen, citizens)


def _marks(records: Sequence[Record]) -> dict[str, Mark]:
    marks: dict[str, Mark] = {}
    for record in records:
        citizen = record.citizen
        if citizen is None:
            continue
        if isinstance(record.data, Dose):
            said = record.occurred_at_ms, record.writer, record.seq
            before = marks.get(citizen)
            marks[citizen] = (0, *said) if before is None else (before[0] | SEVERAL, *max(said, before[1:]))
        elif isinstance(record.data, Merged):
            for name in (citizen, record.data.temporary):
                flags, *said_before = marks.get(name, (0, *_UNSAID))
                marks[name] = (flags | SEVERAL | MERGED, *said_before)  # type: ignore[assignment]
    return marks


def _touch_together(session: Session, marks: Mapping[str, Mark]) -> list[tuple[str, bool]]:
    flags, at, by, seq = zip(*marks.values(), strict=True)
    given = {
        "citizen": _texts(marks),
        "flags": _numbers(flags),
        "at": _numbers(at),
        "by": _texts(by),
        "seq": _numbers(seq),
    }
    return [(row.citizen, row.merged) for row in session.execute(_TOUCH, given)]


def _numbers(values: Iterable[int]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def _texts(values: Collection[str]) -> str:
    """PostgreSQL's text form of an array: every element in quotes, quotes and backslashes escaped."""
    together = '","'.join(values)
    if "\\" in together or together.count('"') != 2 * (len(values) - 1):
        together = '","'.join(value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return '{"' + together + '"}'


def _touch_singly(session: Session, marks: Mapping[str, Mark]) -> list[tuple[str, bool]]:
    """SQLite, where nobody else writes meanwhile."""
    said = (CourseRow.said_at_ms, CourseRow.said_by, CourseRow.said_seq)
    query = select(CourseRow.citizen, CourseRow.merged, *said)
    known = {row.citizen: row for row in among(session, query, CourseRow.citizen, marks)}
    rows: list[dict[str, Any]] = []
    for citizen, (flags, *words) in marks.items():
        before = known.get(citizen)
        newest = words if before is None else max(words, [before.said_at_ms, before.said_by, before.said_seq])
        row = {
            "citizen": citizen,
            "several": bool(flags & SEVERAL) or before is not None,
            "merged": bool(flags & MERGED) or (before is not None and before.merged),
        }
        rows.append(row | dict(zip(("said_at_ms", "said_by", "said_seq"), newest, strict=True)))
    statement = upsert(session, CourseRow)
    changed = ("several", "merged", "said_at_ms", "said_by", "said_seq")
    statement = statement.on_conflict_do_update(
        index_elements=["citizen"], set_={name: statement.excluded[name] for name in changed}
    )
    session.connection().execute(statement, rows)
    return [(row["citizen"], row["merged"]) for row in rows if row["several"]]
