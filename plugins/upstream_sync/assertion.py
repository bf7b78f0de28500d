"""Signs requests: a short-lived JWT by the device's own key, bound to method, path and body (RFC 7519, EdDSA).

Modelled on private_key_jwt (RFC 7523) with DPoP's ``htm`` and ``htu`` (RFC 9449). Knows no HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Mapping
from typing import Any

import jwt

from kiosk.identity import Identity

AUDIENCE = "national-platform"
LIFETIME_SECONDS = 120


def body_hash(body: bytes) -> str:
    """SHA-256 in base64url without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode("ascii")


def sign(
    identity: Identity, method: str, path: str, body: bytes | None, issued_at: int, claims: Mapping[str, Any]
) -> str:
    """The assertion for one request. ``issued_at`` is Unix time in seconds by the device's own clock.

    That clock may be wrong: the platform measures the drift instead of relying on ``exp``, and a repeated request does
    nothing twice, because records have numbers.
    """
    content: dict[str, Any] = {
        **claims,
        "iss": identity.device,
        "sub": identity.device,
        "aud": AUDIENCE,
        "iat": issued_at,
        "exp": issued_at + LIFETIME_SECONDS,
        "jti": str(uuid.uuid4()),
        "htm": method,
        "htu": path,
    }
    if body is not None:
        content["digest"] = body_hash(body)
    return jwt.encode(content, identity.signing_key, algorithm="EdDSA")
