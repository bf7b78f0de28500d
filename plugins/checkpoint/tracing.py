"""What the platform (or a post, of its own) can say of passages: who was there, flow by hour, from where to where. Reading only.

Looking people up is not done here alone: the page records it first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from plugins.checkpoint.lookups import COUNTS, HOUR_MS
from plugins.checkpoint.models import PassageRow

SHOWN = 500
FLOW_HOURS = 24
INSIDE_HOURS = 24  # an entry without an exit is taken for somebody inside for so long
PAIRS = 60


@dataclass(frozen=True, slots=True)
class Flow:
    """One post's last hours. ``hours``: people of every decision, the running hour last; ``stopped``: refused in all of them."""

    site: str
    post: str
    hours: tuple[int, ...]
    stopped: int

    @property
    def people(self) -> int:
        return sum(self.hours)


def who_was_there(session: Session, site: str, post: str, since_ms: int, until_ms: int) -> Sequence[PassageRow]:
    """Passages of a place between two times, in order; one more than ``SHOWN`` where there are more. ``post`` may be empty."""
    query = select(PassageRow).where(
        PassageRow.site == site, PassageRow.occurred_at_ms >= since_ms, PassageRow.occurred_at_ms <= until_ms, *COUNTS
    )
    if post:
        query = query.where(PassageRow.post == post)
    ordered = query.order_by(PassageRow.occurred_at_ms, PassageRow.writer, PassageRow.seq)
    return session.scalars(ordered.limit(SHOWN + 1)).all()


def already_inside(session: Session, site: str, post: str, at_ms: int) -> Sequence[PassageRow]:
    """The entries of those who were inside at that moment: each one's latest passage within ``INSIDE_HOURS`` before it, where
    that is an entry. In order; one more than ``SHOWN`` where there are more. Heads that were only counted are nobody's."""
    newest_first = (PassageRow.occurred_at_ms.desc(), PassageRow.writer.desc(), PassageRow.seq.desc())
    place = func.row_number().over(partition_by=PassageRow.citizen, order_by=newest_first).label("place")
    query = select(PassageRow.writer, PassageRow.seq, PassageRow.direction, place).where(
        PassageRow.site == site,
        PassageRow.occurred_at_ms >= at_ms - INSIDE_HOURS * HOUR_MS,
        PassageRow.occurred_at_ms < at_ms,
        PassageRow.decision == "admit",
        PassageRow.citizen.is_not(None),
        *COUNTS,
    )
    newest = (query.where(PassageRow.post == post) if post else query).subquery()
    return session.scalars(
        select(PassageRow)
        .join(newest, (newest.c.writer == PassageRow.writer) & (newest.c.seq == PassageRow.seq))
        .where(newest.c.place == 1, newest.c.direction == "in")
        .order_by(PassageRow.occurred_at_ms, PassageRow.writer, PassageRow.seq)
        .limit(SHOWN + 1)
    ).all()


def places(session: Session) -> list[tuple[str, str]]:
    """Every site and post that has passages."""
    rows = session.execute(
        select(PassageRow.site, PassageRow.post).distinct().order_by(PassageRow.site, PassageRow.post)
    )
    return [(site, post) for site, post in rows]


def flow(session: Session, now_ms: int) -> list[Flow]:
    """The last 24 hours of every post, the busiest first."""
    first = now_ms // HOUR_MS - FLOW_HOURS + 1
    hour = PassageRow.occurred_at_ms // HOUR_MS
    columns: list[Any] = [PassageRow.site, PassageRow.post, hour, PassageRow.decision, func.sum(PassageRow.people)]
    rows = session.execute(
        select(*columns)
        .where(PassageRow.occurred_at_ms >= first * HOUR_MS, PassageRow.occurred_at_ms <= now_ms, *COUNTS)
        .group_by(*map(text, "1234"))  # by place: PostgreSQL takes two parameters of one value for two expressions
    )
    hours: dict[tuple[str, str], list[int]] = {}
    stopped: dict[tuple[str, str], int] = {}
    for site, post, at, decision, people in rows:
        counted = hours.setdefault((site, post), [0] * FLOW_HOURS)
        counted[int(at) - first] += int(people)
        if decision == "refuse":
            stopped[(site, post)] = stopped.get((site, post), 0) + int(people)
    found = [Flow(*place, tuple(counted), stopped.get(place, 0)) for place, counted in hours.items()]
    return sorted(found, key=lambda one: (-one.people, one.site, one.post))


def origin_destination(session: Session, since_ms: int) -> list[tuple[str, str, int]]:
    """Province of departure, province of destination, people let through since then; the most first. Empty codes: unknown."""
    origin, destination = func.substr(PassageRow.origin, 1, 2), func.substr(PassageRow.destination, 1, 2)
    columns: list[Any] = [origin, destination, func.sum(PassageRow.people)]
    rows = session.execute(
        select(*columns)
        .where(PassageRow.occurred_at_ms >= since_ms, PassageRow.decision == "admit", *COUNTS)
        .group_by(text("1"), text("2"))
        .order_by(text("3 DESC"), text("1"), text("2"))
        .limit(PAIRS)
    )
    return [(start, end, int(count)) for start, end, count in rows]
