"""The day's report under the device's signature: Ed25519 (RFC 8032) over the digest of its canonical bytes. Draws nothing."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from dataclasses import dataclass
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CONTEXT = b"kiosk vaccination day report 1\n"  # what is signed is a report and nothing else
PREFIX = "VNR1:"
LONGEST = 400_000  # characters of an envelope


class BadReport(ValueError):
    """Not a signed report. Its text never holds the report's content."""


@dataclass(frozen=True, slots=True)
class SignedReport:
    """``report``: canonical JSON. ``key``: 32 bytes, the device's public key; ``writer``: its journal. ``closed_at_ms``: Unix time."""

    report: str
    writer: str
    closed_at_ms: int
    key: bytes
    signature: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.report.encode()).hexdigest()

    @property
    def figures(self) -> dict[str, Any]:
        found = json.loads(self.report)
        assert isinstance(found, dict)
        return found

    @property
    def fingerprint(self) -> str:
        """Of the key: the first 16 hex digits of its SHA-256, in fours, to be compared by eye."""
        return fingerprint(self.key)

    @property
    def code(self) -> str:
        """What the QR code on the paper says: digest, signature and key."""
        return PREFIX + _text(bytes.fromhex(self.digest) + self.signature + self.key)

    @property
    def envelope(self) -> str:
        """Everything that is needed to verify, as base64url."""
        said: dict[str, Any] = {
            "report": self.report,
            "writer": self.writer,
            "closed_at_ms": self.closed_at_ms,
            "key": _text(self.key),
            "signature": _text(self.signature),
        }
        return _text(rfc8785.dumps(said))


def sign(report: str, writer: str, closed_at_ms: int, key: Ed25519PrivateKey) -> SignedReport:
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return SignedReport(report, writer, closed_at_ms, public, key.sign(_message(report, writer, closed_at_ms)))


def verify(signed: SignedReport) -> None:
    """Raises ``BadReport`` where the signature is not of this report and this key. Whose the key is must be known otherwise."""
    try:
        Ed25519PublicKey.from_public_bytes(signed.key).verify(
            signed.signature, _message(signed.report, signed.writer, signed.closed_at_ms)
        )
    except (InvalidSignature, ValueError):
        raise BadReport("the signature does not fit") from None


def opened(envelope: str) -> SignedReport:
    """Take an envelope apart; verifies nothing. Raises ``BadReport``."""
    if len(envelope) > LONGEST:
        raise BadReport("too long")
    try:
        said = json.loads(_bytes(envelope))
        found = SignedReport(
            report=said["report"],
            writer=said["writer"],
            closed_at_ms=said["closed_at_ms"],
            key=_bytes(said["key"]),
            signature=_bytes(said["signature"]),
        )
        is_whole = isinstance(found.report, str) and isinstance(found.writer, str) and type(found.closed_at_ms) is int
        if not is_whole or rfc8785.dumps(json.loads(found.report)).decode() != found.report:
            raise BadReport("not in its canonical form")
        if not isinstance(json.loads(found.report), dict):
            raise BadReport("no figures")
    except BadReport:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, rfc8785.CanonicalizationError):
        raise BadReport("not a signed report") from None
    return found


def fingerprint(key: bytes) -> str:
    digits = hashlib.sha256(key).hexdigest()[:16]
    return " ".join(digits[place : place + 4] for place in range(0, 16, 4))


def _message(report: str, writer: str, closed_at_ms: int) -> bytes:
    digest = hashlib.sha256(report.encode("utf-8", "surrogatepass")).digest()
    return CONTEXT + writer.encode("utf-8", "surrogatepass") + b"\n" + str(closed_at_ms).encode() + b"\n" + digest


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _bytes(text: Any) -> bytes:
    if not isinstance(text, str) or not text.isascii():
        raise BadReport("not base64url")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise BadReport("not base64url") from None
