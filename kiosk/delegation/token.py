"""A signed token as it stands in a QR code, and the delegation inside it: made, and its origin proven with only the platform's
public keys. Knows no claims and judges no time; docs/pass.md is the specification of the frame.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.delegation import cose
from kiosk.text import base45

LONGEST = 600  # characters: what a QR code of version 15-M holds in alphanumeric mode (ISO/IEC 18004, table 7)
KID_BYTES = 4
DELEGATION = -65538  # private header: the delegation, as a nested COSE_Sign1
_SUB, _EXP, _CNF, _COSE_KEY = 2, 4, 8, 1  # RFC 8392 and RFC 8747
DEVICE_LENGTH = 16  # characters of a device's name that a token carries; minted names have 12
UNKNOWN_KEY = frozenset({"key_unknown", "delegation_key_unknown"})  # failed steps that do not say that it was forged

Keys = Mapping[bytes, EllipticCurvePublicKey]


class TooLong(ValueError):
    """A token that its QR code would not hold."""


class BrokenToken(ValueError):
    """A token of this format, but broken. ``step``: which step of reading failed."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True, slots=True)
class Delegation:
    """The platform lets a device's key sign until ``expires_at`` (Unix seconds)."""

    device: str
    key: EllipticCurvePublicKey
    expires_at: int


@dataclass(frozen=True, slots=True)
class Signer:
    """With what is signed here. ``delegation`` is empty where the key is the platform's own, or not yet delegated."""

    key: EllipticCurvePrivateKey
    delegation: bytes = b""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who signed. ``failed_step``: empty where that is proven, else ``key_unknown``, ``signature``, ``delegation_key_unknown``,
    ``delegation_signature`` or ``delegation_ended``. ``issuer``: ``platform``, ``device:<name>``, or ``device`` for this very one."""

    issuer: str
    failed_step: str = ""
    delegated_until: int = 0


def key_id(key: EllipticCurvePublicKey) -> bytes:
    """The first bytes of SHA-256 over the compressed point."""
    return hashlib.sha256(key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)).digest()[:KID_BYTES]


def delegate(platform: EllipticCurvePrivateKey, device: str, key: EllipticCurvePublicKey, expires_at: int) -> bytes:
    """The platform's word that ``device`` may sign with ``key``. A device's name is cut to 16 characters: tokens carry it."""
    claims = {_SUB: device[:DEVICE_LENGTH], _EXP: expires_at, _CNF: {_COSE_KEY: cose.cose_key(key)}}
    return cbor2.dumps(cose.sign(cbor2.dumps(claims), platform, key_id(platform.public_key())))


def read_delegation(message: cose.Sign1) -> Delegation:
    """What a delegation says; nothing of it is proven. Raises ``cose.BadCose``."""
    found = cose.decode(message.payload)
    if not isinstance(found, dict) or set(found) != {_SUB, _EXP, _CNF}:
        raise cose.BadCose("not the claims of a delegation")
    device, expires_at, confirmed = found[_SUB], found[_EXP], found[_CNF]
    if not isinstance(device, str) or not device.isalnum() or not device.isascii() or len(device) > DEVICE_LENGTH:
        raise cose.BadCose("not a device")
    if type(expires_at) is not int or not 0 < expires_at < 2**40:
        raise cose.BadCose("not a time")
    if not isinstance(confirmed, dict) or set(confirmed) != {_COSE_KEY}:
        raise cose.BadCose("not a confirmed key")
    return Delegation(device, cose.key_of(confirmed[_COSE_KEY]), expires_at)


def read_own_delegation(data: bytes, issuers: Keys) -> Delegation | None:
    """A delegation that came by record; None where no known key of the platform signed it."""
    try:
        message = cose.take_apart(data)
        found = read_delegation(message)
    except cose.BadCose:
        return None
    platform = issuers.get(message.kid)
    return found if platform is not None and cose.verifies(message, platform) else None


def write(prefix: str, payload: bytes, signer: Signer) -> str:
    """The text of the QR code: ``prefix`` and the signed ``payload``. Raises ``TooLong``."""
    if signer.delegation:
        parts = cose.sign(payload, signer.key, b"", {DELEGATION: cbor2.loads(signer.delegation)})
    else:
        parts = cose.sign(payload, signer.key, key_id(signer.key.public_key()))
    text = prefix + base45.encode(cbor2.dumps(parts))
    if len(text) > LONGEST:
        raise TooLong("longer than the code may be")
    return text


def take_apart(text: str, prefix: str) -> cose.Sign1:
    """The token in a text that begins with ``prefix``; nothing in it is proven. Raises ``BrokenToken``."""
    if len(text) > LONGEST:
        raise BrokenToken("length")
    try:
        data = base45.decode(text[len(prefix) :])
    except ValueError:
        raise BrokenToken("base45") from None
    try:
        return cose.take_apart(data)
    except cose.BadCose:
        raise BrokenToken("cose") from None


def origin_of(message: cose.Sign1, issued_at: int, issuers: Keys, own: Keys) -> Origin:
    """Who signed a token that says it was issued at ``issued_at`` (Unix seconds). ``issuers``: the platform's keys by id; ``own``: keys
    of this very appliance, which need no delegation here. Raises ``BrokenToken``."""
    if DELEGATION in message.unprotected:
        return _delegated(message, issued_at, issuers)
    key = issuers.get(message.kid) or own.get(message.kid)
    if key is None:
        return Origin("", "key_unknown")
    return Origin(
        "platform" if message.kid in issuers else "device", "" if cose.verifies(message, key) else "signature"
    )


def _delegated(message: cose.Sign1, issued_at: int, issuers: Keys) -> Origin:
    try:
        outer = cose.of_parts(message.unprotected[DELEGATION])
        delegation = read_delegation(outer)
    except cose.BadCose:
        raise BrokenToken("delegation") from None
    until = delegation.expires_at
    if not cose.verifies(message, delegation.key):
        return Origin("", "signature", until)
    platform = issuers.get(outer.kid)
    if platform is None:
        return Origin("", "delegation_key_unknown", until)
    if not cose.verifies(outer, platform):
        return Origin("", "delegation_signature", until)
    return Origin(f"device:{delegation.device}", "delegation_ended" if issued_at > until else "", until)
