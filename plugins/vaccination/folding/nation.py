"""What the platform says and keeps: registrations, whom to expect, findings, certificates, keys."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import insert_rows, keep_latest
from plugins.vaccination.folding.rows import Bodies, of_record, said, says
from plugins.vaccination.models import (
    CapacityRow,
    CertificateRow,
    ExpectedRow,
    FindingRow,
    RegistrationRow,
    RevokedRow,
    RoundRow,
    SignerKeyRow,
)
from plugins.vaccination.records import (
    Capacity,
    Certificate,
    Expected,
    Finding,
    Registration,
    Revoked,
    Round,
    SignerKey,
)
from plugins.vaccination.records.nation import KnownDose


def project(bodies: Bodies, session: Session, own: str) -> None:
    """Only the platform's journals count here, and below them the own one."""

    def said_in(body: type) -> list[Record]:
        return [one for one in bodies[body] if says(one.writer, own)]

    keep_latest(session, RegistrationRow, [_registration(one) for one in said_in(Registration) if one.citizen])
    keep_latest(session, RoundRow, [_round(one) for one in said_in(Round)])
    keep_latest(session, CapacityRow, [_capacity(one) for one in said_in(Capacity)])
    expected = [_expected(one) for one in said_in(Expected) if one.citizen]
    keep_latest(session, ExpectedRow, expected, yielding=own)
    insert_rows(session, FindingRow, [_finding(one) for one in said_in(Finding)])
    insert_rows(session, CertificateRow, [_certificate(one) for one in said_in(Certificate)])
    insert_rows(session, RevokedRow, [of_record(one) | {"uvci_hash": one.data.uvci_hash} for one in said_in(Revoked)])
    insert_rows(session, SignerKeyRow, [of_record(one) | _fields(one) for one in said_in(SignerKey)])


# A row has its record's fields under their own names; here stands what differs.


def _fields(record: Record, *without: str) -> dict[str, Any]:
    return {name: value for name, value in record.data if name not in without}


def _registration(record: Record) -> dict[str, Any]:
    return {"citizen": record.citizen} | _fields(record) | said(record)


def _round(record: Record) -> dict[str, Any]:
    return {"writer": record.writer} | _fields(record) | {"groups": ",".join(record.data.groups)} | said(record)


def _capacity(record: Record) -> dict[str, Any]:
    return {"writer": record.writer} | _fields(record) | said(record)


def _expected(record: Record) -> dict[str, Any]:
    booked = record.data.state == "booked"
    row = {"citizen": record.citizen, "booked": booked} | _fields(record, "state")
    return row | {"doses": _doses(record.data.doses)} | said(record)


def _finding(record: Record) -> dict[str, Any]:
    row = of_record(record) | {"citizen": record.citizen} | _fields(record, "sites")
    return row | {"doses": _doses(record.data.doses)}


def _certificate(record: Record) -> dict[str, Any]:
    uvci_hash = hashlib.sha256(record.data.uvci.encode()).hexdigest()
    return of_record(record) | {"citizen": record.citizen, "uvci_hash": uvci_hash} | _fields(record)


def _doses(doses: Sequence[KnownDose]) -> str:
    return json.dumps([dose.model_dump() for dose in doses], ensure_ascii=False, separators=(",", ":"))
