"""Alarms: what a person at the platform must look into. Today one kind: two cards that write the same journal."""

from __future__ import annotations

import logging

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.journal.bulk import upsert
from plugins.national_platform.models import Alarm

log = logging.getLogger(__name__)

FORK = "fork"


def raise_fork(session: Session, writer: str, seq: int, now_ms: int) -> None:
    """Note it; the same again only counts. A resolved one that comes back is open again."""
    log.error("alarm: journal %s has two histories from record %d on: a copied card?", writer, seq)
    statement = upsert(session, Alarm).values(
        writer=writer, kind=FORK, seq=seq, first_at_ms=now_ms, last_at_ms=now_ms, times=1
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["writer", "kind", "seq"],
            set_={"last_at_ms": now_ms, "times": Alarm.times + 1, "resolved_at_ms": None},
        )
    )


def open_alarms(session: Session) -> list[Alarm]:
    """Unresolved ones, the latest first."""
    return list(session.scalars(select(Alarm).where(Alarm.resolved_at_ms.is_(None)).order_by(Alarm.last_at_ms.desc())))


def count_open(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Alarm).where(Alarm.resolved_at_ms.is_(None))) or 0


def resolve(session: Session, writer: str, now_ms: int) -> int:
    """Close a journal's alarms; how many there were."""
    closed = session.execute(
        update(Alarm).where(Alarm.writer == writer, Alarm.resolved_at_ms.is_(None)).values(resolved_at_ms=now_ms)
    )
    return closed.rowcount  # type: ignore[attr-defined]
