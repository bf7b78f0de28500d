"""The platform's public keys as files hold them, for those who have no records: read, and written as a JWK set (RFC 7517).

Believes what it is given. Keys of other kinds, which sign nothing here, are passed over.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from kiosk.delegation.token import Keys, key_id

_COORDINATE = 32  # bytes of x and of y on P-256 (RFC 7518, 6.2.1)


@lru_cache(maxsize=256)
def keys_in(contents: tuple[bytes, ...]) -> Keys:
    """The keys on P-256 in contents of files, by id: certificates and public keys in PEM, DER or base64 of DER, a JWK or a set of
    them. What holds none counts for nothing."""
    return {key_id(key): key for content in contents for key in _keys(content.strip())}


def jwk_set(keys: Iterable[EllipticCurvePublicKey]) -> dict[str, Any]:
    """A set that ``keys_in`` reads, and other programs too."""
    return {"keys": [_as_jwk(key) for key in keys]}


def _keys(content: bytes) -> Iterator[EllipticCurvePublicKey]:
    try:
        found = list(_any_keys(content))
    except (ValueError, TypeError, KeyError, RecursionError, UnsupportedAlgorithm, x509.InvalidVersion):
        return
    for key in found:
        if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
            yield key


def _any_keys(content: bytes) -> Iterator[Any]:
    if content.startswith(b"-----BEGIN PUBLIC KEY"):
        yield load_pem_public_key(content)
    elif content.startswith(b"-----BEGIN"):
        yield from (one.public_key() for one in x509.load_pem_x509_certificates(content))
    elif content[:1] == b"{":
        found = json.loads(content)
        for one in found.get("keys", [found]):
            yield from _of_jwk(one)
    else:
        der = content if content[:1] == b"\x30" else base64.b64decode(content, validate=True)
        try:
            yield load_der_public_key(der)
        except ValueError:
            yield x509.load_der_x509_certificate(der).public_key()


def _of_jwk(one: Any) -> Iterator[EllipticCurvePublicKey]:
    if isinstance(one, dict) and (one.get("kty"), one.get("crv")) == ("EC", "P-256"):
        x, y = (int.from_bytes(_base64url(one[name])) for name in ("x", "y"))
        yield EllipticCurvePublicNumbers(x, y, SECP256R1()).public_key()


def _base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _as_jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    numbers = key.public_numbers()
    x, y = (base64.urlsafe_b64encode(one.to_bytes(_COORDINATE)).rstrip(b"=").decode() for one in (numbers.x, numbers.y))
    return {"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": key_id(key).hex(), "x": x, "y": y}
