"""Whose a temporary id turned out to be, for many people in few queries; chains are followed. Reads, never writes.

A desk merges a temporary id with a document only. But it may not know the other's words: a document may name somebody by the hash of a
temporary id of another site, and that id gets merged with an identity card there. So what is merged may be merged again, and a
dose under the first id must be found under the card. The newest word on each id counts; where the words of several sites go in a
circle, all in it are one person, named by the smallest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.vaccination.models import MergeRow
from plugins.vaccination.nation.many import among

LONGEST = 8  # words that a chain may have: what goes on longer is nobody's history, and is not followed further


def end_of(citizen: str, step: Callable[[str], str | None]) -> str:
    """Where the chain that begins at ``citizen`` ends. ``step``: whose an id is by the newest word on it, None where there is none."""
    way = [citizen]
    while len(way) <= LONGEST:
        after = step(way[-1])
        if after is None or after == way[-1]:
            return way[-1]
        if after in way:
            return min(way[way.index(after) :])
        way.append(after)
    return way[-1]


def real(session: Session, citizens: Collection[str]) -> dict[str, str]:
    """Those of ``citizens`` whose temporary id turned out to be somebody -> who that is."""
    words: dict[str, str] = {}
    asked: set[str] = set()
    new = set(citizens)
    for _ in range(LONGEST + 1):
        if not new:
            break
        asked |= new
        found = _newest(session, new)
        words |= found
        new = set(found.values()) - asked
    return {one: end for one in citizens if one in words and (end := end_of(one, words.get)) != one}


def names(session: Session, persons: Collection[str]) -> dict[str, set[str]]:
    """Each of ``persons``, who are nobody else -> their own id and every temporary one that is theirs by now."""
    known: dict[str, set[str]] = {person: {person} for person in persons}
    asked: set[str] = set()
    new = set(persons)
    for _ in range(LONGEST):
        if not new:
            break
        asked |= new
        new = said_to_be(session, new) - asked
    for temporary, person in real(session, asked | new).items():
        if person in known:
            known[person].add(temporary)
    return known


def said_to_be(session: Session, persons: Collection[str]) -> set[str]:
    """Every temporary id that some word, also one that a later word replaced, says to be one of ``persons``."""
    return {row.temporary for row in among(session, select(MergeRow.temporary), MergeRow.citizen, persons)}


def _newest(session: Session, temporary: Iterable[str]) -> dict[str, str]:
    order = (MergeRow.occurred_at_ms, MergeRow.writer, MergeRow.seq)
    rows = among(session, select(MergeRow.temporary, MergeRow.citizen, *order), MergeRow.temporary, set(temporary))
    ordered = sorted(rows, key=lambda row: (row.occurred_at_ms, row.writer, row.seq))
    return {row.temporary: row.citizen for row in ordered if row.citizen}
