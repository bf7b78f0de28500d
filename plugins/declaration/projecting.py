"""Folds declarations, withdrawals and keys into tables; the same for a device, the platform and a replay.

Keys count only from the platform's journals, which are signed by it: a device may write into its own what it likes.
"""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.database import Projected
from kiosk.domain import LastingCount, Record
from kiosk.journal.audiences import NATION
from kiosk.journal.bulk import add_counts, insert_rows
from plugins.declaration.models import (
    BarredRow,
    DeclaredHour,
    DeclaredRow,
    DelegationRow,
    IssuerKeyRow,
    SigningKeyRow,
    WithdrawnRow,
)
from plugins.declaration.pass_token import DEVICE_LENGTH
from plugins.declaration.records import (
    AreaCodes,
    BarredDevice,
    Declared,
    DelegationRecord,
    IssuerKey,
    SigningKey,
    Withdrawn,
)

HOUR_MS = 3_600_000


def of_platform(writer: str) -> bool:
    """Whether a journal is one of those that the platform publishes."""
    return writer == NATION or writer.startswith(("site:", "province:"))


def project(records: Sequence[Record], session: Session) -> None:
    """Insert one row a record, and add to the counts."""
    for body, model, row in _FOLDS:
        chosen = [one for one in records if isinstance(one.data, body)]
        if model in _PLATFORM_ONLY:
            chosen = [one for one in chosen if of_platform(one.writer)]
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


def _signing_key(record: Record) -> dict[str, Any]:
    return {"site": record.site, "point": _bytes(record.data.point), "occurred_at_ms": record.occurred_at_ms}


def _delegation(record: Record) -> dict[str, Any]:
    body: DelegationRecord = record.data
    return {
        "device": body.device,
        "token": _bytes(body.token),
        "not_after": body.not_after,
        "asked_by": body.asked_by,
        "asked_seq": body.asked_seq,
    }


def _issuer_key(record: Record) -> dict[str, Any]:
    return {"point": _bytes(record.data.point), "revoked": record.data.revoked}


def _barred(record: Record) -> dict[str, Any]:
    return {"device": record.data.device[:DEVICE_LENGTH], "barred": record.data.barred}


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


_FOLDS: tuple[tuple[type[BaseModel], type[Projected], Callable[[Record], dict[str, Any]]], ...] = (
    (Declared, DeclaredRow, _declared),
    (Withdrawn, WithdrawnRow, _withdrawn),
    (SigningKey, SigningKeyRow, _signing_key),
    (DelegationRecord, DelegationRow, _delegation),
    (IssuerKey, IssuerKeyRow, _issuer_key),
    (BarredDevice, BarredRow, _barred),
)
_PLATFORM_ONLY = (DelegationRow, IssuerKeyRow, BarredRow)
