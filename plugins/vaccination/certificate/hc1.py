"""``HC1:`` codes, written and taken apart again: CWT, COSE_Sign1 with ES256, zlib, base45 (eHealth Network, "Electronic Health Certificate
Specification" 1.0.5). Verifies nothing: that is a verifier's business, and this system has one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from kiosk.delegation import cose
from kiosk.text import base45

PREFIX = "HC1:"
ISS, EXP, IAT, HCERT, EU_DCC_V1 = 1, 4, 6, -260, 1
_SIGN1 = 18  # CBOR tag
_MOST = 20_000  # bytes of a certificate of our own, unpacked


def write(
    content: Mapping[str, Any],
    country: str,
    issued_at: int,
    expires_at: int,
    key: EllipticCurvePrivateKey,
    kid: bytes,
) -> str:
    """The text of the QR code. ``content``: as the EU's DCC schema has it; times in Unix seconds; ``kid``: first 8 bytes of the SHA-256 of
    the signer's certificate."""
    claims = {ISS: country, EXP: expires_at, IAT: issued_at, HCERT: {EU_DCC_V1: content}}
    parts = cose.sign(cbor2.dumps(claims), key, kid)
    return PREFIX + base45.encode(zlib.compress(cbor2.dumps(cbor2.CBORTag(_SIGN1, parts)), 9))


def content_of(text: str) -> Mapping[str, Any]:
    """The content of a code that was written here; empty for anything else. For comparing, never for believing."""
    try:
        packed = base45.decode(text.removeprefix(PREFIX))
        message = cose.take_apart(zlib.decompressobj().decompress(packed, _MOST))
        found = cose.decode(message.payload)[HCERT][EU_DCC_V1]
    except (ValueError, KeyError, TypeError, zlib.error):
        return {}
    return found if isinstance(found, Mapping) else {}
