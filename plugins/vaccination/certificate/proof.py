"""The proof on the slip: a code that this device signs after a dose, and that every post accepts until the official certificate is
there. Made from a dose's record; the same record gives the same claims again."""

from __future__ import annotations

import cbor2
from sqlalchemy.orm import Session

from kiosk.delegation import cose, token
from kiosk.delegation.claims import BadClaims
from kiosk.delegation.token import BrokenToken, Keys, Origin
from kiosk.domain import Record
from plugins.vaccination import lookups
from plugins.vaccination.certificate import proof_claims
from plugins.vaccination.certificate.colour import colour_of
from plugins.vaccination.certificate.proof_claims import ProofClaims
from plugins.vaccination.folding.rows import number_of
from plugins.vaccination.records import Dose
from plugins.vaccination.site import Site

PREFIX = "VNV1:"
DAY = 86_400


def payload_of(record: Record, session: Session, site: Site) -> str | None:
    """The text of the proof's QR code for a dose's record; None where the dose does not count (any longer), or nobody's name is
    known. Raises ``OSError`` or ``ValueError`` where this device's key cannot be read."""
    claims = claims_of(record, session, site.settings.proof_days)
    if claims is None:
        return None
    try:
        return token.write(
            PREFIX, cbor2.dumps(proof_claims.to_map(claims)), site.context.services.signing.ring.signer(session)
        )
    except (BadClaims, token.TooLong):
        return None  # a name or lot that no code can carry; the slip says the rest in words


def claims_of(record: Record, session: Session, days: int) -> ProofClaims | None:
    """What the proof of a dose says."""
    dose = record.data
    if not isinstance(dose, Dose) or dose.void or record.citizen is None:
        return None
    citizens = lookups.named(session, record.citizen)
    counted = {row.record for row in lookups.doses(session, citizens)}
    person = lookups.person(session, citizens)
    if str(record.id) not in counted or person is None or not person.name:
        return None
    issued_at = record.occurred_at_ms // 1000
    real = citizens[0] if not person.temporary else ""
    return ProofClaims(
        record=str(record.id),
        issued_at=issued_at,
        expires_at=issued_at + days * DAY,
        name=person.name,
        birth_year=int(person.birth_date[:4] or 0),
        citizen=real if len(real) == 22 else "",
        product=dose.product,
        number=dose.number,
        total=dose.total,
        on=number_of(dose.given_on),
        lot=dose.lot,
        site=record.site[: proof_claims.SITE_BYTES],
        colour=colour_of(dose),
    )


def read(text: str, issuers: Keys, own: Keys) -> tuple[ProofClaims, Origin]:
    """What a proof says and who signed it. ``text`` begins with ``PREFIX``. Raises ``BrokenToken``."""
    message = token.take_apart(text, PREFIX)
    try:
        claims = proof_claims.from_map(cose.decode(message.payload))
    except (cose.BadCose, BadClaims):
        raise BrokenToken("claims") from None
    return claims, token.origin_of(message, claims.issued_at, issuers, own)
