"""COSE_Sign1 with ES256 (RFC 9052, RFC 9053 section 2.1): signing and checking. Knows nothing of claims, time or who is trusted.

Written as an untagged array, so that it can be nested; a leading tag 18 is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kiosk.delegation import cbor_shape

ALG, KID = 1, 4
ES256 = -7
TAG_18 = b"\xd2"
_HALF = 32  # bytes of r and of s
_KEY_TYPE, _CURVE, _X, _Y = 1, -1, -2, -3  # COSE_Key (RFC 9053, table 18)


class BadCose(ValueError):
    """Not a COSE_Sign1 as this system makes them."""


@dataclass(frozen=True, slots=True)
class Sign1:
    """One signed message, taken apart; nothing in it is proven."""

    protected_bytes: bytes
    protected: dict[int, Any]
    unprotected: dict[int, Any]
    payload: bytes
    signature: bytes

    @property
    def kid(self) -> bytes:
        """The key's id from the protected header; empty where there is none."""
        found = self.protected.get(KID, b"")
        return found if isinstance(found, bytes) else b""


def sign(
    payload: bytes, key: EllipticCurvePrivateKey, kid: bytes, unprotected: dict[int, Any] | None = None
) -> list[Any]:
    """The four parts of a COSE_Sign1, ready for CBOR. ``kid`` may be empty where another header says whose key it is."""
    header: dict[int, Any] = {ALG: ES256, **({KID: kid} if kid else {})}
    protected = cbor2.dumps(header, canonical=True)
    r, s = decode_dss_signature(key.sign(_to_be_signed(protected, payload), ECDSA(SHA256())))
    return [protected, unprotected or {}, payload, r.to_bytes(_HALF) + s.to_bytes(_HALF)]


def decode(data: bytes) -> Any:
    """CBOR of a known, bounded shape as Python values. Raises ``BadCose``."""
    try:
        cbor_shape.check(data)
        return cbor2.loads(data)
    except (cbor2.CBORDecodeError, ValueError, TypeError, EOFError) as error:
        raise BadCose(str(error) if isinstance(error, cbor_shape.BadShape) else type(error).__name__) from None


def take_apart(data: bytes) -> Sign1:
    """Bytes from outside as a ``Sign1``. Raises ``BadCose``."""
    return of_parts(decode(data.removeprefix(TAG_18)))


def of_parts(parts: Any) -> Sign1:
    """The decoded array as a ``Sign1``. Raises ``BadCose``."""
    if not isinstance(parts, list) or len(parts) != 4:
        raise BadCose("not four parts")
    protected_bytes, unprotected, payload, signature = parts
    if not (isinstance(protected_bytes, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise BadCose("a part of another type")
    protected = decode(protected_bytes)
    if not _is_header(protected) or not _is_header(unprotected):
        raise BadCose("a header that is no map of numbers")
    if protected.get(ALG) != ES256 or len(signature) != 2 * _HALF:
        raise BadCose("not ES256")
    return Sign1(protected_bytes, protected, unprotected, payload, signature)


def verifies(message: Sign1, key: EllipticCurvePublicKey) -> bool:
    """Whether ``key`` signed it."""
    r, s = int.from_bytes(message.signature[:_HALF]), int.from_bytes(message.signature[_HALF:])
    try:
        key.verify(encode_dss_signature(r, s), _to_be_signed(message.protected_bytes, message.payload), ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def cose_key(key: EllipticCurvePublicKey) -> dict[int, Any]:
    """A public key as a COSE_Key with a compressed point: y is its sign bit alone."""
    point = key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    return {_KEY_TYPE: 2, _CURVE: 1, _X: point[1:], _Y: point[0] == 3}


def key_of(found: Any) -> EllipticCurvePublicKey:
    """The public key of such a COSE_Key. Raises ``BadCose``."""
    if not _is_header(found) or set(found) != {_KEY_TYPE, _CURVE, _X, _Y}:
        raise BadCose("not a COSE_Key")
    x, odd = found[_X], found[_Y]
    if found[_KEY_TYPE] != 2 or found[_CURVE] != 1 or not isinstance(x, bytes) or not isinstance(odd, bool):
        raise BadCose("not a key on P-256")
    return load_point(bytes([3 if odd else 2]) + x)


def load_point(point: bytes) -> EllipticCurvePublicKey:
    """A public key from a point of P-256 (SEC 1). Raises ``BadCose``."""
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError:
        raise BadCose("not a point of P-256") from None


def _is_header(found: Any) -> bool:
    return isinstance(found, dict) and all(type(name) is int for name in found)


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload])
