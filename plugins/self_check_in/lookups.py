"""What the tables say of one citizen at one site. Reading only; each statement is built once."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.storage.statements import Prepared
from plugins.self_check_in.models import AppointmentRow, DenyRow, VisitRow


@dataclass(frozen=True, slots=True)
class Known:
    """What matters about one citizen now. ``ticket`` and ``number`` are of an earlier visit that still counts."""

    denied: bool
    ticket: str = ""
    number: int = 0
    booked: bool = False
    slot: str = ""


_RECENT = (
    select(VisitRow.ticket)
    .where(
        VisitRow.citizen == bindparam("citizen"),
        VisitRow.occurred_at_ms.between(bindparam("since_ms"), bindparam("until_ms")),
        VisitRow.site == bindparam("site"),
        VisitRow.direction == "in",
        VisitRow.number > 0,
    )
    .order_by(VisitRow.occurred_at_ms.desc(), VisitRow.number.desc())
    .limit(1)
)
# one row whatever is known: a citizen waits while this runs, and one statement costs a third of several. Subqueries and
# not joins: most people are in none of these tables, and then each ends at an index
_KNOWN = Prepared(
    select(
        exists().where(DenyRow.citizen == bindparam("citizen"), DenyRow.active),
        _RECENT.scalar_subquery(),
        _RECENT.with_only_columns(VisitRow.number).scalar_subquery(),
        select(AppointmentRow.slot)
        .where(
            AppointmentRow.citizen == bindparam("citizen"),
            AppointmentRow.site == bindparam("site"),
            AppointmentRow.day == bindparam("day"),
            AppointmentRow.booked,
        )
        .scalar_subquery(),
    )
)


def known_of(session: Session, citizen: str, site: str, day: str, since_ms: int, until_ms: int) -> Known:
    """Deny list, latest numbered visit between the two times, appointment on ``day`` (ISO date)."""
    rows = _KNOWN.rows(session, citizen=citizen, site=site, day=day, since_ms=since_ms, until_ms=until_ms)
    denied, ticket, number, slot = rows[0]
    return Known(bool(denied), ticket or "", number or 0, slot is not None, slot or "")


def visit_of_record(session: Session, record_id: UUID) -> VisitRow | None:
    """The visit that a ticket names, where it happened here (or came here by sync)."""
    return session.scalars(
        select(VisitRow)
        .join(JournalRecord, (JournalRecord.writer == VisitRow.writer) & (JournalRecord.seq == VisitRow.seq))
        # the index starts with the writer; there are few, and the records may be many
        .where(JournalRecord.writer.in_(select(JournalHead.writer)), JournalRecord.id == record_id)
        .limit(1)
    ).one_or_none()


def last_number(session: Session, site: str, day: int, prefix: str) -> int:
    """The highest number given on that day under the prefix, 0 before the first."""
    ticket = VisitRow.ticket.startswith(prefix, autoescape=True) if prefix else VisitRow.ticket != ""
    return (
        session.scalar(select(func.max(VisitRow.number)).where(VisitRow.day == day, VisitRow.site == site, ticket)) or 0
    )
