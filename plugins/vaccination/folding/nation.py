"""What the platform says and keeps: registrations, whom to expect, findings, certificates, keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import insert_rows, keep_latest
from plugins.vaccination.folding.rows import of_record, said, says
from plugins.vaccination.models import (
    CertificateRow,
    ExpectedRow,
    FindingRow,
    RegistrationRow,
    RevokedRow,
    SignerKeyRow,
)
from plugins.vaccination.records import Certificate, Expected, Finding, Registration, Revoked, SignerKey
from plugins.vaccination.records.nation import KnownDose


def project(records: Sequence[Record], session: Session, own: str) -> None:
    """Only the platform's journals count here, and below them the own one."""
    trusted = [record for record in records if says(record.writer, own)]
    if not trusted:
        return
    about = [record for record in trusted if record.citizen]
    registered = [_registration(one) for one in about if isinstance(one.data, Registration)]
    keep_latest(session, RegistrationRow, registered)
    keep_latest(session, ExpectedRow, [_expected(one) for one in about if isinstance(one.data, Expected)], yielding=own)
    insert_rows(session, FindingRow, [_finding(one) for one in trusted if isinstance(one.data, Finding)])
    insert_rows(session, CertificateRow, [_certificate(one) for one in trusted if isinstance(one.data, Certificate)])
    insert_rows(session, RevokedRow, [_revoked(one) for one in trusted if isinstance(one.data, Revoked)])
    insert_rows(session, SignerKeyRow, [_signer_key(one) for one in trusted if isinstance(one.data, SignerKey)])


def _registration(record: Record) -> dict[str, Any]:
    body: Registration = record.data
    return {
        "citizen": record.citizen,
        "name": body.name,
        "birth_date": body.birth_date,
        "sex": body.sex,
        "phone": body.phone,
        "area": body.area,
        "document": body.document,
        "priority_group": body.priority_group,
        "round": body.round,
        "state": body.state,
        **said(record),
    }


def _expected(record: Record) -> dict[str, Any]:
    body: Expected = record.data
    return {
        "citizen": record.citizen,
        "site": body.site,
        "day": body.day,
        "slot": body.slot,
        "round": body.round,
        "booked": body.state == "booked",
        "product": body.product,
        "name": body.name,
        "birth_date": body.birth_date,
        "sex": body.sex,
        "phone": body.phone,
        "priority_group": body.priority_group,
        "doses": _doses(body.doses),
        **said(record),
    }


def _finding(record: Record) -> dict[str, Any]:
    body: Finding = record.data
    return of_record(record) | {
        "citizen": record.citizen,
        "code": body.code,
        "first": body.first,
        "second": body.second,
        "settled": body.settled,
        "reason": body.reason,
        "doses": _doses(body.doses),
    }


def _certificate(record: Record) -> dict[str, Any]:
    body: Certificate = record.data
    return of_record(record) | {
        "citizen": record.citizen,
        "uvci": body.uvci,
        "uvci_hash": hashlib.sha256(body.uvci.encode()).hexdigest(),
        "colour": body.colour,
        "kid": body.kid,
        "issued_at": body.issued_at,
        "expires_at": body.expires_at,
        "dose": body.dose,
        "number": body.number,
        "total": body.total,
        "payload": body.payload,
    }


def _revoked(record: Record) -> dict[str, Any]:
    return of_record(record) | {"uvci_hash": record.data.uvci_hash}


def _signer_key(record: Record) -> dict[str, Any]:
    body: SignerKey = record.data
    return of_record(record) | {
        "kid": body.kid,
        "certificate": body.certificate,
        "not_before": body.not_before,
        "signs_until": body.signs_until,
        "not_after": body.not_after,
        "withdrawn": body.withdrawn,
    }


def _doses(doses: Sequence[KnownDose]) -> str:
    return json.dumps([dose.model_dump() for dose in doses], ensure_ascii=False, separators=(",", ":"))
