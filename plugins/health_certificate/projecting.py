"""Folds trust records into tables. The same batch function serves device, platform and replay."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import keep_latest
from plugins.health_certificate.key_files import NotKeys, read_once
from plugins.health_certificate.models import LONGEST_ID, KeyRow, ListRow, RevokedRow
from plugins.health_certificate.records import Revocation, TrustKey, TrustList


def project(records: Sequence[Record], session: Session, device: str) -> bool:
    """Of each key, hash and list the journal's latest word stands. Only the platform's journals and the own one (``device``) are
    believed: a post that was taken over must not make others trust its keys. Returns whether anything was folded."""
    said = [one for one in records if _says(one.writer, f"{device}.")]
    keys = [row for one in said if isinstance(one.data, TrustKey) for row in _key_rows(one, one.data)]
    revoked = [row for one in said if isinstance(one.data, Revocation) for row in _revoked_rows(one, one.data)]
    lists = [
        _said(one) | {"source": one.data.source, "keys": one.data.keys}
        for one in said
        if isinstance(one.data, TrustList)
    ]
    keep_latest(session, KeyRow, keys)
    keep_latest(session, RevokedRow, revoked)
    keep_latest(session, ListRow, lists)
    return bool(keys or revoked or lists)


def _says(writer: str, own: str) -> bool:
    return writer == "nation" or writer.startswith(("site:", "province:", own))


def _said(record: Record) -> dict[str, object]:
    return {
        "writer": record.writer,
        "said_at_ms": record.occurred_at_ms,
        "said_by": record.writer,
        "said_seq": record.seq,
    }


def _key_rows(record: Record, body: TrustKey) -> list[dict[str, object]]:
    try:
        keys = read_once(body.material.encode())
    except NotKeys:
        return []  # a later version of the program may read it
    about = {"material": body.material, "issuer": body.issuer, "active": body.active}
    return [
        _said(record) | about | {"fingerprint": key.fingerprint, "key_id": key_id}
        for key in keys
        for key_id in key.ids
        if len(key_id) <= LONGEST_ID
    ]


def _revoked_rows(record: Record, body: Revocation) -> list[dict[str, object]]:
    return [_said(record) | {"hash": one, "active": body.active} for one in body.hashes]
