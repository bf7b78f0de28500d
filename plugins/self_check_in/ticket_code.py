"""Reads a ticket's own code: someone shows the paper again instead of the card."""

from __future__ import annotations

from kiosk.domain import Claim, Credential, Malformed, Scan, Text, Trust
from kiosk.receipts.tickets import decode_ticket

KIND = "ticket"


def read(scan: Scan) -> Credential | Malformed | None:
    """A credential with the claim ``record_id``; it names a record here or elsewhere, not a person."""
    try:
        record = decode_ticket(scan.payload)
    except ValueError:
        return Malformed(
            KIND,
            "self_check_in.damaged_ticket",
            Text("Mã trên phiếu bị hỏng hoặc đọc thiếu.", "The ticket's code is damaged or was read only in part."),
        )
    if record is None:
        return None
    return Credential(KIND, {"record_id": Claim(str(record))}, Trust.UNVERIFIED)
