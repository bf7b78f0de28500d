"""Reactions at this site, by lot: how many doses, how many reactions of which grade, and each one without a name. Reads only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain import Text
from plugins.vaccination.models import DoseRow, ReactionRow
from plugins.vaccination.observation.case import STATE, title
from plugins.vaccination.observation.reactions import record
from plugins.vaccination.rules.reactions import Protocol
from plugins.vaccination.site import Site

SHOWN = 200


@dataclass(frozen=True, slots=True)
class OneReaction:
    """``at``: aware, UTC. ``onset_minutes``: after the dose, None where nobody said."""

    reaction: str
    at: datetime
    lot: str
    title: Text
    signs: tuple[Text, ...]
    note: str
    state: Text
    onset_minutes: int | None
    is_severe: bool


@dataclass(frozen=True, slots=True)
class OfALot:
    """``grades``: how many reactions of grade 0 to 4."""

    lot: str
    product: str
    given: int
    grades: Counter[int]

    @property
    def severe(self) -> int:
        return sum(count for grade, count in self.grades.items() if grade >= 2)


def newest(session: Session, site: Site, since: int = 0, until: int = 99_999_999) -> list[ReactionRow]:
    """The newest word on every reaction of this site from one day to another (yyyymmdd, by its first word), newest first."""
    last: dict[str, ReactionRow] = {}
    began: dict[str, int] = {}
    query = select(ReactionRow).where(ReactionRow.site == site.id)
    for row in session.scalars(query.order_by(ReactionRow.occurred_at_ms, ReactionRow.writer, ReactionRow.seq)):
        name = row.amends or row.record
        before = last.get(name)
        if before is None or before.writer != row.writer or before.seq < row.seq:
            last[name] = row
        if not row.amends:
            began[name] = row.day
    rows = [row for name, row in last.items() if since <= began.get(name, row.day) <= until]
    return sorted(rows, key=lambda row: (row.occurred_at_ms, row.seq), reverse=True)


def by_lot(session: Session, site: Site) -> list[OfALot]:
    """Lots of which a dose was given here, those with the gravest reactions first."""
    later = aliased(DoseRow)
    counts = select(DoseRow.product, DoseRow.lot, func.count()).where(
        DoseRow.site == site.id,
        DoseRow.void.is_(False),
        ~exists().where(later.amends == DoseRow.record, later.amends != ""),
    )
    grades: dict[str, Counter[int]] = {}
    for row in newest(session, site):
        grades.setdefault(row.lot, Counter())[row.grade] += 1
    found = [
        OfALot(lot, product, given, grades.get(lot, Counter()))
        for product, lot, given in session.execute(counts.group_by(DoseRow.product, DoseRow.lot))
    ]
    return sorted(found, key=lambda one: (-one.severe, -one.grades.total(), one.product, one.lot))


def listed(session: Session, site: Site, protocol: Protocol) -> list[OneReaction]:
    """The newest ones, each as its newest word says; what was erased is left out."""
    signs = {one.id: one.text for one in protocol.signs}
    found = []
    for row in newest(session, site)[:SHOWN]:
        said = record(session, site, row.writer, row.seq)
        if said is None:
            continue
        body = said.data
        found.append(
            OneReaction(
                reaction=row.amends or row.record,
                at=datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC),
                lot=row.lot,
                title=title(protocol, body),
                signs=tuple(signs.get(one, Text(one, one)) for one in body.signs),
                note=body.note,
                state=STATE[body.state],
                onset_minutes=body.onset_minutes,
                is_severe=body.grade >= 2,
            )
        )
    return found
