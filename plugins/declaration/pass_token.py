"""A pass as it stands in the QR code, and the delegation inside it: made, and read with only the platform's public keys.

Judges no time: it says when a pass and its delegation end. docs/pass.md is the specification.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk import base45
from plugins.declaration import cose
from plugins.declaration.pass_claims import BadClaims, PassClaims, from_map, to_map

PREFIX = "TK1:"
LONGEST = 600  # characters: what a QR code of version 15-M holds in alphanumeric mode (ISO/IEC 18004, table 7)
KID_BYTES = 4
DELEGATION = -65538  # private header: the delegation, as a nested COSE_Sign1
_SUB, _EXP, _CNF, _COSE_KEY = 2, 4, 8, 1  # RFC 8392 and RFC 8747
DEVICE_LENGTH = 16  # characters of a device's name that a pass carries; minted names have 12


class NotAPass(ValueError):
    """Not this format at all."""


class BrokenPass(ValueError):
    """This format, but broken. ``step``: which step of reading failed."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True, slots=True)
class Delegation:
    """The platform lets a device's key sign passes until ``expires_at`` (Unix seconds)."""

    device: str
    key: EllipticCurvePublicKey
    expires_at: int


@dataclass(frozen=True, slots=True)
class Signer:
    """With what a pass is signed here. ``delegation`` is empty where the key is the platform's own, or not yet delegated."""

    key: EllipticCurvePrivateKey
    delegation: bytes = b""


@dataclass(frozen=True, slots=True)
class ReadPass:
    """A pass that was read. ``failed_step``: empty where its origin is proven, else ``key_unknown``, ``signature``,
    ``delegation_key_unknown``, ``delegation_signature`` or ``delegation_ended``. ``issuer``: whose key it was, as far as it is known."""

    claims: PassClaims
    issuer: str
    failed_step: str = ""
    delegated_until: int = 0


def key_id(key: EllipticCurvePublicKey) -> bytes:
    """The first bytes of SHA-256 over the compressed point."""
    return hashlib.sha256(key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)).digest()[:KID_BYTES]


def delegate(platform: EllipticCurvePrivateKey, device: str, key: EllipticCurvePublicKey, expires_at: int) -> bytes:
    """The platform's word that ``device`` may sign passes with ``key``. A device's name is cut to 16 characters: passes carry it."""
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


def make(claims: PassClaims, signer: Signer) -> str:
    """The text of the QR code. Raises ``BadClaims`` where a claim does not fit the format."""
    payload = cbor2.dumps(to_map(claims))
    if signer.delegation:
        parts = cose.sign(payload, signer.key, b"", {DELEGATION: cbor2.loads(signer.delegation)})
    else:
        parts = cose.sign(payload, signer.key, key_id(signer.key.public_key()))
    text = PREFIX + base45.encode(cbor2.dumps(parts))
    if len(text) > LONGEST:
        raise BadClaims("longer than the code may be")
    return text


def read(
    text: str, issuers: Mapping[bytes, EllipticCurvePublicKey], own: Mapping[bytes, EllipticCurvePublicKey]
) -> ReadPass:
    """Read a pass. ``issuers``: the platform's keys by id; ``own``: keys of this very appliance, which need no delegation here.

    Raises ``NotAPass`` or ``BrokenPass``. A pass whose origin cannot be proven is returned with its ``failed_step``.
    """
    if not text.startswith(PREFIX):
        raise NotAPass
    if len(text) > LONGEST:
        raise BrokenPass("length")
    try:
        data = base45.decode(text[len(PREFIX) :])
    except ValueError:
        raise BrokenPass("base45") from None
    try:
        message = cose.take_apart(data)
    except cose.BadCose:
        raise BrokenPass("cose") from None
    try:
        claims = from_map(cose.decode(message.payload))
    except (cose.BadCose, BadClaims):
        raise BrokenPass("claims") from None
    if DELEGATION in message.unprotected:
        return _delegated(message, claims, issuers)
    key = issuers.get(message.kid) or own.get(message.kid)
    if key is None:
        return ReadPass(claims, "", "key_unknown")
    issuer = "platform" if message.kid in issuers else "device"
    return ReadPass(claims, issuer, "" if cose.verifies(message, key) else "signature")


def _delegated(message: cose.Sign1, claims: PassClaims, issuers: Mapping[bytes, EllipticCurvePublicKey]) -> ReadPass:
    try:
        outer = cose.of_parts(message.unprotected[DELEGATION])
        delegation = read_delegation(outer)
    except cose.BadCose:
        raise BrokenPass("delegation") from None
    until = delegation.expires_at
    if not cose.verifies(message, delegation.key):
        return ReadPass(claims, "", "signature", until)
    platform = issuers.get(outer.kid)
    if platform is None:
        return ReadPass(claims, "", "delegation_key_unknown", until)
    if not cose.verifies(outer, platform):
        return ReadPass(claims, "", "delegation_signature", until)
    ended = claims.issued_at > until
    return ReadPass(claims, f"device:{delegation.device}", "delegation_ended" if ended else "", until)


def read_own_delegation(data: bytes, issuers: Mapping[bytes, EllipticCurvePublicKey]) -> Delegation | None:
    """A delegation that came by record; None where no known key of the platform signed it."""
    try:
        message = cose.take_apart(data)
        found = read_delegation(message)
    except cose.BadCose:
        return None
    platform = issuers.get(message.kid)
    return found if platform is not None and cose.verifies(message, platform) else None
