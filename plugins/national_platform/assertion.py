"""Who sends this request: a short-lived JWT under the device's Ed25519 key, bound to method, path and body.

A device's clock drifts and may wake years off, so the token's age is judged in a generous window; its own span (at most
120 s between ``iat`` and ``exp``) is held. No register of seen tokens is needed against replay: a batch taken twice is the
same batch, enrolment repeats only its first answer for a few minutes, and everything else that a device asks only reads.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy.orm import Session

from plugins.national_platform.models import Device

AUDIENCE = "national-platform"
LONGEST_SPAN = 120  # seconds
TOKEN_CHARACTERS = 4096

_REQUIRED = ["iss", "sub", "aud", "iat", "exp", "jti", "htm", "htu"]


class Refused(Exception):
    """The sender is not who it says, or may not send. ``code``: ``unauthorised``, ``revoked``, ``clock``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Sender:
    """A device that proved itself, with what its token says besides."""

    device: str
    site: str
    province: str
    claims: dict[str, Any]


def authenticate(
    session: Session, authorization: str | None, method: str, path: str, body: bytes, now_ms: int, window_days: int
) -> Sender:
    """The device behind a request. ``body`` is empty for requests without one. Raises ``Refused``."""
    token = _bearer(authorization)
    device = session.get(Device, _issuer(token))
    if device is None:
        raise Refused("unauthorised", "This device is not enrolled here; enrol it with a code of this platform.")
    keys = [device.public_key_pem]
    if device.previous_key_pem and now_ms < device.previous_until_ms:
        keys.append(device.previous_key_pem)
    claims = _verified(token, device.device, keys)
    if device.revoked_at_ms is not None:
        raise Refused("revoked", "This device was revoked; set it up anew and enrol it with a fresh code.")
    _check_time(claims, now_ms, window_days)
    _check_request(claims, device.device, method, path, body)
    return Sender(device.device, device.site, device.province, claims)


def prove_possession(
    authorization: str | None,
    device: str,
    public_key_pem: str,
    method: str,
    path: str,
    body: bytes,
    now_ms: int,
    window_days: int,
) -> None:
    """Whoever sends this holds the private key of ``public_key_pem``, known here or not. Raises ``Refused``."""
    claims = _verified(_bearer(authorization), device, [public_key_pem])
    _check_time(claims, now_ms, window_days)
    _check_request(claims, device, method, path, body)


def load_device_key(pem: str) -> Ed25519PublicKey:
    """Raises ``ValueError`` where it is not an Ed25519 public key in PEM."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key


_cached_key = lru_cache(maxsize=4096)(load_device_key)  # parsing costs more than verifying


def _bearer(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > TOKEN_CHARACTERS:
        raise Refused("unauthorised", "Send the device's assertion as a bearer token.")
    return token


def _issuer(token: str) -> str:
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, ValueError, RecursionError):
        issuer = None
    if not isinstance(issuer, str) or not issuer or len(issuer) > 24 or "\0" in issuer:
        raise Refused("unauthorised", "The assertion cannot be read.")
    return issuer


def _verified(token: str, device: str, key_pems: Sequence[str]) -> dict[str, Any]:
    for pem in key_pems:
        try:
            return jwt.decode(
                token,
                _cached_key(pem),
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=device,
                options={"require": _REQUIRED, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
            )
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, RecursionError):
            break
    raise Refused("unauthorised", "The assertion's signature or claims are not right.")


def _check_request(claims: dict[str, Any], device: str, method: str, path: str, body: bytes) -> None:
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode("ascii")
    said = str(claims.get("digest", "")).rstrip("=")
    if claims["sub"] != device or claims["htm"] != method or claims["htu"] != path:
        raise Refused("unauthorised", "The assertion is for another request.")
    if (body or said) and not hmac.compare_digest(digest.encode(), said.encode("utf-8", "replace")):
        raise Refused("unauthorised", "The body is not the one that was signed.")


def _check_time(claims: dict[str, Any], now_ms: int, window_days: int) -> None:
    issued, expires = claims["iat"], claims["exp"]
    if (
        type(issued) not in (int, float)
        or type(expires) not in (int, float)
        or not 0 < expires - issued <= LONGEST_SPAN
    ):
        raise Refused("unauthorised", f"An assertion may live {LONGEST_SPAN} seconds at most.")
    if abs(now_ms / 1000 - issued) > window_days * 86_400:
        raise Refused("clock", "The device's clock is too far off; set it, then send again.")
