"""A pass as it stands in the QR code: made, and read with only the platform's public keys.

Judges no time: it says when a pass and its delegation end. docs/pass.md is the specification.
"""

from __future__ import annotations

from dataclasses import dataclass

import cbor2

from kiosk.delegation import cose, token
from kiosk.delegation.claims import BadClaims
from kiosk.delegation.token import BrokenToken, Keys, Signer
from plugins.declaration.pass_claims import PassClaims, from_map, to_map

PREFIX = "TK1:"


class NotAPass(ValueError):
    """Not this format at all."""


@dataclass(frozen=True, slots=True)
class ReadPass:
    """A pass that was read. ``failed_step`` and ``issuer``: as in ``token.Origin``."""

    claims: PassClaims
    issuer: str
    failed_step: str = ""
    delegated_until: int = 0


def make(claims: PassClaims, signer: Signer) -> str:
    """The text of the QR code. Raises ``BadClaims`` where a claim does not fit the format."""
    try:
        return token.write(PREFIX, cbor2.dumps(to_map(claims)), signer)
    except token.TooLong as error:
        raise BadClaims(str(error)) from None


def read(text: str, issuers: Keys, own: Keys) -> ReadPass:
    """Read a pass. ``issuers``: the platform's keys by id; ``own``: keys of this very appliance, which need no delegation here.

    Raises ``NotAPass`` or ``BrokenToken``. A pass whose origin cannot be proven is returned with its ``failed_step``.
    """
    if not text.startswith(PREFIX):
        raise NotAPass
    message = token.take_apart(text, PREFIX)
    try:
        claims = from_map(cose.decode(message.payload))
    except (cose.BadCose, BadClaims):
        raise BrokenToken("claims") from None
    origin = token.origin_of(message, claims.issued_at, issuers, own)
    return ReadPass(claims, origin.issuer, origin.failed_step, origin.delegated_until)
