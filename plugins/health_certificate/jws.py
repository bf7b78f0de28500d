"""Compact JWS (RFC 7515): taking it apart, and finding who signed it. Says nothing of the content."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Any

from plugins.health_certificate.bounds import read_json
from plugins.health_certificate.keys import TrustedKey, ids_of_text
from plugins.health_certificate.steps import Step, StepFailed
from plugins.health_certificate.trust import TrustAt

_PARTS = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS whose header is an object. ``header_part`` is as it was signed."""

    header: dict[str, Any]
    header_part: str
    payload_part: str
    signature: bytes

    @property
    def kid(self) -> str:
        found = self.header.get("kid")
        return found if isinstance(found, str) else ""

    @property
    def algorithm(self) -> str:
        found = self.header.get("alg")
        return found if isinstance(found, str) else ""


def read_jws(text: str) -> Jws:
    """Raises ``StepFailed`` of step jws."""
    found = _PARTS.fullmatch(text)
    if not found:
        raise StepFailed(Step.JWS)
    try:
        header = read_json(from_base64url(found[1]))
        signature = from_base64url(found[3])
    except ValueError:
        raise StepFailed(Step.JWS) from None
    if not isinstance(header, dict):
        raise StepFailed(Step.JWS)
    return Jws(header, found[1], found[2], signature)


def from_base64url(text: str) -> bytes:
    """Without padding, as JOSE writes it. Raises ``ValueError``."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signer(jws: Jws, signed: bytes, trust: TrustAt, allowed: frozenset[str], *more_ids: str) -> TrustedKey | Step:
    """The trusted key that made the signature, else the step that failed. ``allowed``: algorithms that the format has."""
    if jws.algorithm not in allowed:
        return Step.ALGORITHM
    known = trust.keys(*ids_of_text(jws.kid), *more_ids)
    if not known:
        return Step.KID
    fitting = [key for key in known if key.fits(jws.algorithm)]
    if not fitting:
        return Step.ALGORITHM
    return next((key for key in fitting if key.signed(jws.algorithm, jws.signature, signed)), Step.SIGNATURE)
