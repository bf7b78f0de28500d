"""Folds the records of signing keys into tables; the same for a device, the platform and a replay.

Keys count only from the platform's journals, which are signed by it: a device may write into its own what it likes.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.delegation.models import BarredRow, DelegationRow, IssuerKeyRow, SigningKeyRow
from kiosk.delegation.records import BarredDevice, DelegationRecord, IssuerKey, SigningKey
from kiosk.delegation.token import DEVICE_LENGTH
from kiosk.domain import Record
from kiosk.journal.audiences import of_platform
from kiosk.journal.bulk import insert_rows
from kiosk.storage.database import Projected


def project(records: Sequence[Record], session: Session) -> None:
    """Insert one row a record."""
    for body, model, row in _FOLDS:
        chosen = [one for one in records if isinstance(one.data, body)]
        if model is not SigningKeyRow:
            chosen = [one for one in chosen if of_platform(one.writer)]
        insert_rows(session, model, [{"writer": one.writer, "seq": one.seq, **row(one)} for one in chosen])


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
    (SigningKey, SigningKeyRow, _signing_key),
    (DelegationRecord, DelegationRow, _delegation),
    (IssuerKey, IssuerKeyRow, _issuer_key),
    (BarredDevice, BarredRow, _barred),
)
