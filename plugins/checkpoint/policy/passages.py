"""Past passages out of an appliance's journals, for trying policies on them. Only reads; knows no table of the plugin.

It takes records as they are written: kind ``checkpoint.passage`` with ``facts``, ``decision`` and ``policy``. Of several records
of one passage the last counts; passages that were taken back (``checkpoint.undone``) are left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalRecord
from plugins.checkpoint.policy.replay import Passage

PASSAGE, UNDONE = "checkpoint.passage", "checkpoint.undone"


@dataclass(frozen=True, slots=True)
class Found:
    """``unreadable``: records whose body is erased, or has no facts to judge by."""

    passages: tuple[Passage, ...]
    unreadable: int
    undone: int


def past_passages(session: Session) -> Found:
    """Every passage in the journals that are held here, those of one journal in the order of writing."""
    query = (
        select(JournalRecord)
        .where(JournalRecord.kind.in_((PASSAGE, UNDONE)))
        .order_by(JournalRecord.writer, JournalRecord.seq)
    )
    latest: dict[str, Passage] = {}
    undone: set[str] = set()
    unreadable = 0
    for row in session.scalars(query.execution_options(yield_per=1000)):
        body = _body(row.body)
        if row.kind == UNDONE:
            undone.add(str(body.get("passage")))
        elif isinstance(body.get("facts"), dict) and isinstance(body.get("decision"), str):
            name = str(body.get("passage") or row.id)
            latest.pop(name, None)  # its place is that of its last record
            latest[name] = Passage(
                record=f"{row.writer}/{row.seq}",
                at=datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC),
                decision=body["decision"],
                policy=str(body.get("policy", "")),
                facts=body["facts"],
            )
        else:
            unreadable += 1
    kept = tuple(passage for name, passage in latest.items() if name not in undone)
    return Found(kept, unreadable, len(latest) - len(kept))


def _body(text: str | None) -> dict[str, Any]:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
