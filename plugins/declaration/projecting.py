"""Folds declarations and withdrawals into tables; the same for a device, the platform and a replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.domain import LastingCount, Record
from kiosk.journal.bulk import add_counts, insert_rows
from kiosk.storage.database import Projected
from plugins.declaration.models import (
    DeclaredHour,
    DeclaredRow,
    WithdrawnRow,
)
from plugins.declaration.records import (
    AreaCodes,
    Declared,
    Withdrawn,
)

HOUR_MS = 3_600_000


def project(records: Sequence[Record], session: Session) -> None:
    """Insert one row a record, and add to the counts."""
    for body, model, row in _FOLDS:
        chosen = [one for one in records if isinstance(one.data, body)]
        insert_rows(session, model, [{"writer": one.writer, "seq": one.seq, **row(one)} for one in chosen])
    declared = [one for one in records if isinstance(one.data, Declared)]
    if declared:
        add_counts(session, DeclaredHour, DeclaredHour.declared, _hours(declared))


def lasting_counts(records: Sequence[Record]) -> list[LastingCount]:
    """The hours' counts of declarations that are erased next: they stay, without anybody's name."""
    hours = _hours([one for one in records if isinstance(one.data, Declared)])
    return [LastingCount(DeclaredHour.__tablename__, key, "declared", count) for key, count in sorted(hours.items())]


def _hours(declared: Sequence[Record]) -> Counter[tuple[str | int, ...]]:
    return Counter(
        (one.writer, one.occurred_at_ms // HOUR_MS, one.site, one.data.kind, bool(one.data.symptoms))
        for one in declared
    )


def area_path(area: AreaCodes) -> str:
    """``01.001.00001``, without what was not said at its end."""
    return f"{area.province}.{area.district}.{area.ward}".rstrip(".")


def _declared(record: Record) -> dict[str, Any]:
    body: Declared = record.data
    journey = body.journey
    return {
        "pass_id": body.pass_id,
        "link_hash": body.link_hash,
        "citizen": record.citizen,
        "site": record.site,
        "kind": body.kind,
        "occurred_at_ms": record.occurred_at_ms,
        "expires_at": body.expires_at,
        "symptoms": bool(body.symptoms),
        "contact": bool(body.contacts),
        "origin": area_path(journey.origin if journey else body.home),
        "destination": area_path(journey.destination) if journey else "",
        "vehicle": journey.vehicle if journey else "",
        "plate": journey.plate if journey else "",
        "companions": len(journey.companions) if journey else 0,
    }


def _withdrawn(record: Record) -> dict[str, Any]:
    return {"pass_id": record.data.pass_id, "reason": record.data.reason}


_FOLDS: tuple[tuple[type[BaseModel], type[Projected], Callable[[Record], dict[str, Any]]], ...] = (
    (Declared, DeclaredRow, _declared),
    (Withdrawn, WithdrawnRow, _withdrawn),
)
