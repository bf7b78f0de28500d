"""COSE_Sign1 (RFC 9052) as health certificates use it: taking it apart, and what was signed. Verifies nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import cbor2

from plugins.health_certificate.bounds import read_cbor
from plugins.health_certificate.steps import Step, StepFailed

ALG, KID = 1, 4  # RFC 9052, 3.1
ALGORITHMS = {-7: "ES256", -37: "PS256"}  # the two of the EU's specification
_TAGS = (b"\xd2", b"\xd8\x3d\xd2")  # COSE_Sign1 (18), or CWT (61) around it; both may be left out


class Sign1(NamedTuple):
    """The four parts, and what the headers say. ``algorithm`` is empty where it is none of ours."""

    protected: bytes
    payload: bytes
    signature: bytes
    algorithm: str
    kid: bytes

    @property
    def signed(self) -> bytes:
        """The Sig_structure (RFC 9052, 4.4), whose bytes the signature is over."""
        return b"\x84\x6aSignature1" + _bytes(self.protected) + b"\x40" + _bytes(self.payload)


def _bytes(content: bytes) -> bytes:
    """A CBOR byte string."""
    size = len(content)
    if size < 24:
        return bytes((0x40 | size,)) + content
    if size < 0x100:
        return bytes((0x58, size)) + content
    return b"\x59" + size.to_bytes(2, "big") + content if size < 0x10000 else cbor2.dumps(content)


def read_sign1(data: bytes) -> Sign1:
    """Raises ``StepFailed`` of steps cbor and cose."""
    for tag in _TAGS:
        if data.startswith(tag):
            data = data[len(tag) :]
            break
    try:
        parts = read_cbor(data)
    except ValueError:
        raise StepFailed(Step.CBOR) from None
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        raise StepFailed(Step.COSE)
    protected, unprotected, payload, signature = parts
    if not (isinstance(protected, bytes) and isinstance(payload, bytes) and isinstance(signature, bytes)):
        raise StepFailed(Step.COSE)
    if not isinstance(unprotected, Mapping):
        raise StepFailed(Step.COSE)
    headers = _headers(protected)
    # What is signed counts before what anybody may have written. Both may stand in the open, as some issuers have it: a kid only
    # names a key, and a key decides by its kind which algorithm it takes.
    kid = headers[KID] if KID in headers else unprotected.get(KID)
    algorithm = headers[ALG] if ALG in headers else unprotected.get(ALG)
    return Sign1(
        protected,
        payload,
        signature,
        ALGORITHMS.get(algorithm, "") if isinstance(algorithm, int) else "",
        kid if isinstance(kid, bytes) else b"",
    )


def _headers(protected: bytes) -> Mapping[Any, Any]:
    if not protected:
        return {}
    try:
        headers = read_cbor(protected)
    except ValueError:
        raise StepFailed(Step.COSE) from None
    if not isinstance(headers, Mapping):
        raise StepFailed(Step.COSE)
    return headers
