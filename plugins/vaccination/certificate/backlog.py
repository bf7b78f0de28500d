"""How much the signer has not looked at yet. Reads its cursors; needs no key."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalHead
from plugins.vaccination.folding.rows import CERTIFICATES
from plugins.vaccination.models import SignerCursor


def backlog(session: Session) -> int:
    """Records of journals that were not looked at yet, of whatever kind."""
    looked = func.coalesce(SignerCursor.seq, 0)
    query = (
        select(func.sum(JournalHead.seq - looked))
        .outerjoin(SignerCursor, SignerCursor.writer == JournalHead.writer)
        .where(JournalHead.writer != CERTIFICATES)
    )
    return int(session.scalar(query) or 0)
