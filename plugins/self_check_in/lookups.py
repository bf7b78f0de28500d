"""What the tables say of one citizen at one site. Reading only."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalRecord
from plugins.self_check_in.models import AppointmentRow, DenyRow, VisitRow


def recent_ticket(
    session: Session, citizen: str, site: str, direction: str, since_ms: int, until_ms: int
) -> VisitRow | None:
    """The latest visit that got a number at this site within the time."""
    return session.scalars(
        select(VisitRow)
        .where(
            VisitRow.citizen == citizen,
            VisitRow.occurred_at_ms >= since_ms,
            VisitRow.occurred_at_ms <= until_ms,
            VisitRow.site == site,
            VisitRow.direction == direction,
            VisitRow.number > 0,
        )
        .order_by(VisitRow.occurred_at_ms.desc())
        .limit(1)
    ).one_or_none()


def visit_of_record(session: Session, record_id: UUID) -> VisitRow | None:
    """The visit that a ticket names, where it happened here (or came here by sync)."""
    return session.scalars(
        select(VisitRow)
        .join(JournalRecord, (JournalRecord.writer == VisitRow.writer) & (JournalRecord.seq == VisitRow.seq))
        .where(JournalRecord.id == record_id)
        .limit(1)
    ).one_or_none()


def last_number(session: Session, site: str, day: int, prefix: str) -> int:
    """The highest number given on that day under the prefix, 0 before the first."""
    ticket = VisitRow.ticket.startswith(prefix, autoescape=True) if prefix else VisitRow.ticket != ""
    return (
        session.scalar(select(func.max(VisitRow.number)).where(VisitRow.day == day, VisitRow.site == site, ticket)) or 0
    )


def appointment(session: Session, citizen: str, site: str, day: str) -> AppointmentRow | None:
    row = session.get(AppointmentRow, (citizen, site, day))
    return row if row is not None and row.booked else None


def denied(session: Session, citizen: str) -> bool:
    return (
        session.scalar(select(DenyRow.citizen).where(DenyRow.citizen == citizen, DenyRow.active).limit(1)) is not None
    )
