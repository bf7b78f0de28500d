"""A ticket's code: what the QR on the paper says, and back. It names a record, not a person.

``VNT1:`` and the record's id in base32 (26 characters), so that it fits QR's alphanumeric mode.
"""

from __future__ import annotations

import base64
import binascii
from uuid import UUID

PREFIX = "VNT1:"

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # RFC 4648
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]  # base64.b32encode takes four times as long


def encode_ticket(record_id: UUID) -> str:
    number = record_id.int << 2  # 128 bits, filled up to 26 characters of five
    return PREFIX + "".join([_PAIRS[number >> place & 1023] for place in range(120, -1, -10)])


def decode_ticket(payload: str) -> UUID | None:
    """The record's id; None where the payload is no ticket. Raises ``ValueError`` on a damaged one."""
    text = payload.strip().upper()
    if not text.startswith(PREFIX):
        return None
    body = text[len(PREFIX) :]
    if len(body) != 26:
        raise ValueError("a ticket's code has 26 characters")
    try:
        return UUID(bytes=base64.b32decode(body + "======"))
    except binascii.Error:
        raise ValueError("a ticket's code is base32") from None
