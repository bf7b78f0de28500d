"""Temporary ids: who has no document at all is named by a code of their own until their real number is known.

``VNX1:`` and 128 bits in base32 (26 characters), so that it fits QR's alphanumeric mode. It names a person at the sites that know
the code and says nothing of them; ``merging`` puts it together with the real id later."""

from __future__ import annotations

import base64
import binascii
import re
from uuid import UUID, uuid5

from kiosk.domain import Claim, Credential, Malformed, Scan, Text, Trust

PREFIX = "VNX1:"
KIND = "temporary_id"
ISSUER = "temporary"
_CODE = re.compile(r"[A-Z2-7]{26}")
DAMAGED = Text(
    "Mã tạm trên phiếu bị hỏng hoặc đọc thiếu. Đưa lại gần và quét lần nữa.",
    "The temporary code is damaged or was read only in part. Hold it closer and scan again.",
)


def code_of(key: UUID) -> str:
    """The code that belongs to an enrolment's key: asked for again, it is the same."""
    return base64.b32encode(uuid5(key, ISSUER).bytes).decode("ascii").rstrip("=")


def credential_of(code: str, **claims: str) -> Credential:
    """The credential that a code stands for, with what is known besides."""
    said = {name: Claim(value) for name, value in claims.items() if value}
    return Credential(KIND, {"document_number": Claim(code), **said}, Trust.UNVERIFIED, ISSUER)


def read(scan: Scan) -> Credential | Malformed | None:
    """None for everything that does not begin with ``VNX1:``."""
    text = scan.payload.strip().upper()
    if not text.startswith(PREFIX):
        return None
    code = text[len(PREFIX) :]
    try:
        whole = _CODE.fullmatch(code) is not None and len(base64.b32decode(code + "======")) == 16
    except binascii.Error:
        whole = False
    return credential_of(code) if whole else Malformed(KIND, "vaccination.damaged_temporary_id", DAMAGED)
