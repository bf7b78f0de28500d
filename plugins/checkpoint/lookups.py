"""What the tables say to an officer: who was refused, how many are inside, who is found by a word. Reading only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain import Text
from kiosk.journal.models import JournalRecord
from kiosk.storage.statements import Prepared
from plugins.checkpoint.models import (
    IN_VEHICLE,
    REFUSED,
    DutyRow,
    GroupRow,
    HandoverRow,
    LaterRow,
    PassageRow,
    SurgeRow,
)

COUNTS = (PassageRow.superseded.is_(False), PassageRow.undone.is_(False))
HOUR_MS = 3_600_000
FOUND = 20
RECENT = 60
LATER_SHOWN = 100

_TOLD: list[Any] = [
    PassageRow.post, PassageRow.lane, PassageRow.occurred_at_ms, PassageRow.citizen, PassageRow.keys, PassageRow.writer, PassageRow.seq,
]  # fmt: skip
_REFUSED = Prepared(
    select(*_TOLD)
    .where(
        REFUSED,
        PassageRow.occurred_at_ms >= bindparam("since_ms"),
        PassageRow.superseded.is_(False),
        PassageRow.undone.is_(False),
        PassageRow.passage != bindparam("passage"),
    )
    .order_by(PassageRow.occurred_at_ms.desc())
    .limit(500)
)
_SWITCH: list[Any] = [
    SurgeRow.is_on, SurgeRow.until_ms, SurgeRow.reason, SurgeRow.occurred_at_ms, SurgeRow.operator,
]  # fmt: skip
_SURGE = Prepared(
    select(*_SWITCH)
    .where(SurgeRow.writer == bindparam("writer"), SurgeRow.post == bindparam("post"))
    .order_by(SurgeRow.seq.desc())
    .limit(1)
)

_LATER = Prepared(
    select(func.count())
    .select_from(LaterRow)
    .where(
        LaterRow.writer == bindparam("writer"),
        LaterRow.done.is_(False),
        LaterRow.occurred_at_ms >= bindparam("since_ms"),
    )
)


@dataclass(frozen=True, slots=True)
class Refused:
    """Where, when and why somebody was refused before. ``why`` is empty where the content was erased, or tells no reason."""

    post: str
    lane: str
    at_ms: int
    why: Text


@dataclass(frozen=True, slots=True)
class SurgeNow:
    """Surge mode as it stands."""

    reason: str
    since_ms: int
    until_ms: int
    operator: str | None


def refused(session: Session, citizen: str | None, keys: Sequence[str], since_ms: int, passage: str) -> Refused | None:
    """The latest refusal of this citizen, or of one of these documents, since then, in another passage than this one.

    Whoever passed afterwards was seen to by a person; that is for the officer to find, and not decided here.
    """
    wanted = set(keys)
    for post, lane, at_ms, who, theirs, writer, seq in _REFUSED.rows(session, since_ms=since_ms, passage=passage):
        if (citizen and who == citizen) or (wanted and not wanted.isdisjoint(theirs.split())):
            return Refused(post, lane, at_ms, why(session, writer, seq))
    return None


def why(session: Session, writer: str, seq: int) -> Text:
    """Why somebody was not let through, as their record has it: no table keeps the words."""
    stored = session.get(JournalRecord, (writer, seq))
    try:
        body = json.loads(stored.body) if stored is not None and stored.body else {}
    except ValueError:
        body = {}
    return Text(str(body.get("reason_vi", "")), str(body.get("reason_en", "")))


def surge(session: Session, writer: str, post: str, now_ms: int) -> SurgeNow | None:
    """Surge mode at the post, where it is on and its time is not over."""
    for is_on, until_ms, reason, since_ms, operator in _SURGE.rows(session, writer=writer, post=post):
        if is_on and since_ms <= now_ms + 60_000 and now_ms < until_ms:
            return SurgeNow(reason, since_ms, until_ms, operator)
    return None


def inside(session: Session, site: str, post: str, since_ms: int, posts: Sequence[str] = ()) -> int:
    """How many came in at ``post`` and are inside: people whose latest passage at any of the site's ``posts`` is an entry there,
    and of those without a document the difference. Who leaves by another gate than they came by has left."""
    let_through = (
        PassageRow.site == site,
        PassageRow.post.in_(posts or (post,)),
        PassageRow.occurred_at_ms >= since_ms,
        PassageRow.decision == "admit",
        *COUNTS,
    )
    newest = (
        select(
            PassageRow.direction,
            PassageRow.post,
            func.row_number()
            .over(
                partition_by=PassageRow.citizen,
                order_by=(PassageRow.occurred_at_ms.desc(), PassageRow.writer.desc(), PassageRow.seq.desc()),
            )
            .label("place"),
        )
        .where(*let_through, PassageRow.citizen.is_not(None))
        .subquery()
    )
    named = session.scalar(
        select(func.count())
        .select_from(newest)
        .where(newest.c.place == 1, newest.c.direction == "in", newest.c.post == post)
    )
    unnamed = {
        direction: int(people)
        for direction, people in session.execute(
            select(PassageRow.direction, func.sum(PassageRow.people))
            .where(*let_through, PassageRow.post == post, PassageRow.citizen.is_(None))
            .group_by(PassageRow.direction)
        )
    }
    return int(named or 0) + max(0, unnamed.get("in", 0) - unnamed.get("out", 0))


def last_crossing(session: Session, citizen: str, site: str, since_ms: int, passage: str) -> PassageRow | None:
    """This citizen's latest passage at the site since then, other than ``passage``: an entry that an exit belongs to."""
    return session.scalars(
        select(PassageRow)
        .where(
            PassageRow.citizen == citizen,
            PassageRow.site == site,
            PassageRow.occurred_at_ms >= since_ms,
            PassageRow.decision == "admit",
            PassageRow.passage != passage,
            *COUNTS,
        )
        .order_by(PassageRow.occurred_at_ms.desc(), PassageRow.seq.desc())
        .limit(1)
    ).one_or_none()


def pace(session: Session, site: str, post: str, now_ms: int) -> tuple[int, float | None]:
    """People in the last hour, and the median seconds from first code to answer of the latest; None before the first."""
    here = (PassageRow.site == site, PassageRow.post == post, PassageRow.occurred_at_ms > now_ms - HOUR_MS, *COUNTS)
    people = session.scalar(select(func.coalesce(func.sum(PassageRow.people), 0)).where(*here)) or 0
    took = session.scalars(
        select(PassageRow.milliseconds)
        .where(*here, PassageRow.people == 1, PassageRow.citizen.is_not(None))
        .order_by(PassageRow.occurred_at_ms.desc())
        .limit(RECENT)
    ).all()
    return int(people), median(took) / 1000 if took else None


def of_group(session: Session, group: str) -> Sequence[PassageRow]:
    """The people of one vehicle, in the order they came; of somebody who showed their codes twice, what was said last."""
    rows = session.scalars(
        select(PassageRow)
        .where(PassageRow.group_id == group, IN_VEHICLE, *COUNTS)
        .order_by(PassageRow.occurred_at_ms, PassageRow.seq)
        .limit(500)
    )
    return list({row.citizen or row.passage: row for row in rows}.values())


def last_group(session: Session, writer: str, post: str, lane: str, since_ms: int) -> GroupRow | None:
    """The vehicle that stood at this lane last, where it has not left."""
    row = session.scalars(
        select(GroupRow)
        .where(GroupRow.writer == writer, GroupRow.post == post, GroupRow.lane == lane)
        .order_by(GroupRow.seq.desc())
        .limit(1)
    ).one_or_none()
    return row if row is not None and not row.closed and row.occurred_at_ms >= since_ms else None


def by_passage(session: Session, passage: str) -> PassageRow | None:
    """The record of a passage that counts."""
    return session.scalars(
        select(PassageRow)
        .where(PassageRow.passage == passage, PassageRow.superseded.is_(False))
        .order_by(PassageRow.seq.desc())
        .limit(1)
    ).one_or_none()


def search(
    session: Session, site: str, since_ms: int, citizen: str | None, keys: Sequence[str], plate_key: str
) -> Sequence[PassageRow]:
    """Passages of the site since then: of this citizen, with all of these keys, or with this plate; newest first."""
    ways = []
    if citizen:
        ways.append(PassageRow.citizen == citizen)
    if plate_key:
        ways.append(PassageRow.plate_key == plate_key)
    if keys:
        with_all = PassageRow.keys.contains(f" {keys[0]} ")
        for key in keys[1:]:
            with_all = with_all & PassageRow.keys.contains(f" {key} ")
        ways.append(with_all)
    if not ways:
        return []
    return session.scalars(
        select(PassageRow)
        .where(
            PassageRow.site == site, PassageRow.occurred_at_ms >= since_ms, PassageRow.superseded.is_(False), or_(*ways)
        )
        .order_by(PassageRow.occurred_at_ms.desc(), PassageRow.seq.desc())
        .limit(FOUND)
    ).all()


def notes(session: Session, site: str, post: str, limit: int = 5) -> Sequence[HandoverRow]:
    """The latest notes between shifts, newest first."""
    return session.scalars(
        select(HandoverRow)
        .where(HandoverRow.site == site, HandoverRow.post == post)
        .order_by(HandoverRow.occurred_at_ms.desc(), HandoverRow.seq.desc())
        .limit(limit)
    ).all()


def on_duty(session: Session, writer: str, since_ms: int) -> Sequence[DutyRow]:
    """Who has which lane of this journal's device: for each lane the last word since then, where it is that somebody came."""
    rows = session.scalars(
        select(DutyRow).where(DutyRow.writer == writer, DutyRow.occurred_at_ms >= since_ms).order_by(DutyRow.seq)
    )
    last = {(row.post, row.lane): row for row in rows}
    return [row for row in last.values() if row.is_on and row.operator]


def later_count(session: Session, writer: str, since_ms: int) -> int:
    """How many passages of surge mode still want something said of them."""
    return int(_LATER.rows(session, writer=writer, since_ms=since_ms)[0][0])


def heads(session: Session, writer: str, since_ms: int) -> Sequence[PassageRow]:
    """Passages of surge mode of which heads alone were counted, the oldest first."""
    return session.scalars(
        select(PassageRow)
        .where(
            PassageRow.writer == writer,
            PassageRow.occurred_at_ms >= since_ms,
            PassageRow.surge,
            PassageRow.citizen.is_(None),
            PassageRow.name == "",
            PassageRow.keys == "  ",
            PassageRow.superseded.is_(False),
            PassageRow.undone.is_(False),
        )
        .order_by(PassageRow.occurred_at_ms, PassageRow.seq)
        .limit(LATER_SHOWN)
    ).all()


def later(session: Session, writer: str, since_ms: int) -> Sequence[tuple[PassageRow, int]]:
    """Those passages, the oldest first, with how many facts are missing."""
    found = session.execute(
        select(PassageRow, LaterRow.missing)
        .join(LaterRow, (LaterRow.writer == PassageRow.writer) & (LaterRow.seq == PassageRow.seq))
        .where(LaterRow.writer == writer, LaterRow.done.is_(False), LaterRow.occurred_at_ms >= since_ms)
        .order_by(LaterRow.occurred_at_ms, LaterRow.seq)
        .limit(LATER_SHOWN)
    )
    return [(row, missing) for row, missing in found]
