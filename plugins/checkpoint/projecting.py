"""Folds a checkpoint's records into its tables. The same batch function serves a lane, the platform and a replay.

A later record speaks of earlier ones of its own journal alone, so the order in which journals arrive does not matter.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Session

from kiosk.domain import Decision, Record
from kiosk.journal.bulk import insert_rows
from plugins.checkpoint import lists
from plugins.checkpoint.facts import area_of
from plugins.checkpoint.models import DutyRow, GroupRow, HandoverRow, LaterRow, PassageRow, SurgeRow
from plugins.checkpoint.records import Duty, Group, Handover, Passage, Settled, Surge, Undone

_EARLIER = (
    PassageRow.writer == bindparam("by"),
    PassageRow.passage == bindparam("of"),
    PassageRow.seq < bindparam("before"),
)
_SUPERSEDED = update(PassageRow.__table__).where(*_EARLIER).values(superseded=True)  # type: ignore[arg-type]
_UNDONE = update(PassageRow.__table__).where(*_EARLIER).values(undone=True)  # type: ignore[arg-type]
_SETTLED = (
    update(PassageRow.__table__)  # type: ignore[arg-type]
    .where(*_EARLIER)
    .values(settled=True, decision=bindparam("decided"))
)

_DONE = (
    update(LaterRow.__table__)  # type: ignore[arg-type]
    .where(LaterRow.writer == bindparam("by"), LaterRow.passage == bindparam("of"), LaterRow.seq < bindparam("before"))
    .values(done=True)
)


def project(records: Sequence[Record], session: Session, device: str) -> None:
    """Passages, vehicles, surge mode, notes, duty and lists. ``device``: this appliance's own, whose word on lists counts too."""
    insert_rows(session, PassageRow, [_passage(one) for one in records if isinstance(one.data, Passage)])
    insert_rows(session, GroupRow, [_group(one) for one in records if isinstance(one.data, Group)])
    insert_rows(session, SurgeRow, [_surge(one) for one in records if isinstance(one.data, Surge)])
    insert_rows(session, HandoverRow, [_handover(one) for one in records if isinstance(one.data, Handover)])
    insert_rows(session, DutyRow, [_duty(one) for one in records if isinstance(one.data, Duty)])
    insert_rows(
        session, LaterRow, [_later(one) for one in records if isinstance(one.data, Passage) and _is_open(one.data)]
    )
    _amend(records, session)
    lists.project(records, session, f"{device}.")


def _amend(records: Sequence[Record], session: Session) -> None:
    """What later records say of earlier ones."""
    replacing = [_of(one) for one in records if isinstance(one.data, Passage) and one.data.replaces]
    undone = [_of(one) for one in records if isinstance(one.data, Undone)]
    settled = [_of(one) | {"decided": one.data.decision.value} for one in records if isinstance(one.data, Settled)]
    refused = [_of(one) for one in records if isinstance(one.data, Settled) and one.data.decision is Decision.REFUSE]
    done = [*replacing, *undone, *refused]
    for statement, rows in ((_SUPERSEDED, replacing), (_UNDONE, undone), (_SETTLED, settled), (_DONE, done)):
        if rows:
            session.connection().execute(statement, rows)


def _of(record: Record) -> dict[str, object]:
    return {"by": record.writer, "of": record.data.passage, "before": record.seq}


def _passage(record: Record) -> dict[str, object]:
    body: Passage = record.data
    return {
        "writer": record.writer,
        "seq": record.seq,
        "record": str(record.id),
        "passage": body.passage,
        "occurred_at_ms": body.passed_at_ms or record.occurred_at_ms,
        "site": record.site,
        "post": body.post,
        "lane": body.lane,
        "direction": body.direction,
        "decision": body.decision.value,
        "citizen": record.citizen,
        "name": body.name,
        "keys": f" {' '.join(body.keys)} ",
        "group_id": body.group,
        "plate": body.plate,
        "plate_key": body.plate_key,
        "vehicle_class": str(body.facts.get("vehicle_class", ""))[:40],
        "origin": area_of(body.facts, "origin")[:10],
        "destination": area_of(body.facts, "destination")[:10],
        "reason": body.reasons[0] if body.reasons else "",
        "policy": body.policy,
        "surge": body.surge,
        "people": body.people,
        "milliseconds": body.milliseconds,
        "operator": record.operator,
        "ticket": body.ticket,
        "superseded": False,
        "undone": False,
        "settled": False,
    }


def _where(record: Record) -> dict[str, object]:
    return {
        "writer": record.writer,
        "seq": record.seq,
        "occurred_at_ms": record.occurred_at_ms,
        "site": record.site,
        "post": record.data.post,
    }


def _group(record: Record) -> dict[str, object]:
    body: Group = record.data
    return _where(record) | {
        "group_id": body.group,
        "lane": body.lane,
        "plate": body.plate,
        "plate_key": body.plate_key,
        "vehicle_class": body.vehicle_class,
        "expected": body.expected,
        "closed": body.closed,
    }


def _surge(record: Record) -> dict[str, object]:
    body: Surge = record.data
    return _where(record) | {
        "is_on": body.on,
        "reason": body.reason,
        "until_ms": body.until_ms,
        "operator": record.operator,
    }


def _handover(record: Record) -> dict[str, object]:
    return _where(record) | {"text": record.data.text, "operator": record.operator}


def _duty(record: Record) -> dict[str, object]:
    body: Duty = record.data
    return _where(record) | {
        "lane": body.lane,
        "direction": body.direction,
        "operator": record.operator,
        "is_on": body.on,
    }


def _is_open(passage: Passage) -> bool:
    """Whether surge mode let somebody pass of whom something is known, and not all: heads that were only counted are nobody's, and
    who was refused did not pass."""
    return passage.surge and passage.people == 1 and bool(passage.missing) and passage.decision is not Decision.REFUSE


def _later(record: Record) -> dict[str, object]:
    body: Passage = record.data
    return {
        "writer": record.writer,
        "seq": record.seq,
        "passage": body.passage,
        "occurred_at_ms": body.passed_at_ms or record.occurred_at_ms,
        "missing": len(body.missing),
        "done": False,
    }
