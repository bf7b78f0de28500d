"""How certificates stand on this platform: keys, counts, and who is blocked for what. For the administrator's page and the command."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from plugins.vaccination import lookups
from plugins.vaccination.certificate.backlog import backlog
from plugins.vaccination.certificate.trust_list import newest_of
from plugins.vaccination.models import CertificateRow, RevokedRow, SignerBlocked, SignerKeyRow

REASONS = ("temporary", "name", "birth_date", "product", "conflict")


def standing(session: Session, now: int) -> dict[str, Any]:
    """``now``: Unix seconds. Days are UTC's."""
    keys = lookups.signer_keys(session)
    current = newest_of(keys, now)
    counts = session.execute(
        select(SignerBlocked.reason, func.count().label("people")).group_by(SignerBlocked.reason)
    ).all()
    return {
        "keys": [_key(row, row is current) for row in keys],
        "signs_days_left": (current.signs_until - now) // 86_400 if current else None,
        "issued": session.scalar(select(func.count()).select_from(CertificateRow)) or 0,
        "revoked": session.scalar(select(func.count(func.distinct(RevokedRow.uvci_hash)))) or 0,
        "backlog": backlog(session),
        "blocked": {row.reason: row.people for row in sorted(counts)},
    }


def _key(row: SignerKeyRow, signs_now: bool) -> dict[str, Any]:
    return {
        "kid": row.kid,
        "kid_hex": base64.b64decode(row.kid).hex(),
        "signs_from": _day(row.not_before),
        "signs_until": _day(row.signs_until),
        "verifies_until": _day(row.not_after),
        "withdrawn": row.withdrawn,
        "signs_now": signs_now,
    }


def _day(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
