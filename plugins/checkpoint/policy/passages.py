"""Past passages out of an appliance's journals, for trying policies on them. Only reads; knows no table of the plugin.

It takes records as they are written: kind ``checkpoint.passage`` with ``facts``, ``decision``, ``policy`` and what the rest came
to. Of several records of one passage the last counts. Left out are passages that were taken back (``checkpoint.undone``), and who
left by a way where nobody is examined. What an officer decided afterwards (``checkpoint.settled``) is not looked at: a policy is
tried against what the appliance said.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Decision
from kiosk.journal.models import JournalRecord
from plugins.checkpoint.policy.replay import Passage

PASSAGE, UNDONE = "checkpoint.passage", "checkpoint.undone"
NEEDS_OFFICER = "checkpoint.needs_officer"


@dataclass(frozen=True, slots=True)
class Found:
    """``unreadable``: records whose body is erased, or has no facts to judge by. ``unexamined``: on the way out, no policy set."""

    passages: tuple[Passage, ...]
    unreadable: int
    undone: int
    unexamined: int


def past_passages(session: Session) -> Found:
    """Every passage in the journals that are held here, those of one journal in the order of writing."""
    query = (
        select(JournalRecord)
        .where(JournalRecord.kind.in_((PASSAGE, UNDONE)))
        .order_by(JournalRecord.writer, JournalRecord.seq)
    )
    latest: dict[str, Passage] = {}
    undone: set[str] = set()
    unreadable = unexamined = 0
    for row in session.scalars(query.execution_options(yield_per=1000)):
        body = _body(row.body)
        if row.kind == UNDONE:
            undone.add(str(body.get("passage")))
        elif isinstance(body.get("facts"), dict) and isinstance(body.get("decision"), str):
            name = str(body.get("passage") or row.id)
            latest.pop(name, None)  # its place is that of its last record
            if body.get("direction") == "out" and not body.get("policy"):
                unexamined += 1
                continue
            latest[name] = Passage(
                record=f"{row.writer}/{row.seq}",
                at=datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC),
                decision=body["decision"],
                policy=str(body.get("policy", "")),
                facts=body["facts"],
                apart=_decision(body.get("apart_from_policy")),
                surge=body.get("surge") is True,
                unheard=NEEDS_OFFICER in (body.get("reasons") or ()),
            )
        else:
            unreadable += 1
    kept = tuple(passage for name, passage in latest.items() if name not in undone)
    return Found(kept, unreadable, len(latest) - len(kept), unexamined)


def _decision(said: Any) -> Decision:
    """Records of before it was kept do not say it: they are taken to rest on the policy alone."""
    return Decision(said) if said in {one.value for one in Decision} else Decision.ADMIT


def _body(text: str | None) -> dict[str, Any]:
    try:
        body = json.loads(text) if text else {}
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
