"""Whether a pass was withdrawn, and which withdrawals the platform has still to tell the nation."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.journal.audiences import NATION, of_platform
from plugins.declaration.models import DeclaredRow, WithdrawnRow

AT_ONCE = 500


def is_withdrawn(session: Session, pass_id: str, device: str) -> bool:
    """By the platform's word, the own one, or that of the journal in which the pass was declared; nobody else's counts."""
    for writer in session.scalars(select(WithdrawnRow.writer).where(WithdrawnRow.pass_id == pass_id)):
        if of_platform(writer) or writer.startswith(f"{device}."):
            return True
        if session.scalar(
            select(DeclaredRow.seq).where(DeclaredRow.pass_id == pass_id, DeclaredRow.writer == writer).limit(1)
        ):
            return True
    return False


def untold(session: Session, device: str) -> list[tuple[str, str]]:
    """(pass id, reason) of withdrawals that came from devices, or were made here, and are not in the nation's journal."""
    told = aliased(WithdrawnRow)
    rows = session.execute(
        select(WithdrawnRow.pass_id, WithdrawnRow.reason)
        .where(
            WithdrawnRow.writer != NATION,
            ~exists().where(told.pass_id == WithdrawnRow.pass_id, told.writer == NATION),
            or_(
                WithdrawnRow.writer.startswith(f"{device}.", autoescape=True),
                exists().where(DeclaredRow.pass_id == WithdrawnRow.pass_id, DeclaredRow.writer == WithdrawnRow.writer),
            ),
        )
        .order_by(WithdrawnRow.writer, WithdrawnRow.seq)
        .limit(AT_ONCE)
    )
    return list({row.pass_id: row.reason for row in rows}.items())
