"""What the platform tells the nation about certificates, in words that posts understand: signers' public keys, and revocations.

Each is said twice in one transaction: as this slice's record, and as the record of whatever slice verifies certificates here, by its
kind's name. Holds no private key.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain import Draft
from kiosk.journal.append import Entry, entries_of
from kiosk.journal.audiences import NATION
from kiosk.journal.saying import say
from kiosk.plugin import PluginContext
from kiosk.record_kinds import RecordKinds
from plugins.vaccination.folding.rows import CERTIFICATES
from plugins.vaccination.models import RevokedRow
from plugins.vaccination.records import Revoked, SignerKey

TRUST_KEY, REVOCATION = "health_certificate.trust_key", "health_certificate.revocation"
SOURCE = "vaccination"
AT_ONCE = 500


def key_drafts(
    kinds: RecordKinds, certificate: x509.Certificate, kid: bytes, signs: tuple[datetime, datetime]
) -> list[Draft]:
    """A document signer's certificate, for devices to verify by."""
    der = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")
    body = SignerKey(
        kid=base64.b64encode(kid).decode("ascii"),
        certificate=der,
        not_before=int(signs[0].timestamp()),
        signs_until=int(signs[1].timestamp()),
        not_after=int(certificate.not_valid_after_utc.timestamp()),
    )
    return [Draft("vaccination.signer_key", body), *_of(kinds, TRUST_KEY, material=der, source=SOURCE)]


def withdrawal_drafts(kinds: RecordKinds, key: SignerKey) -> list[Draft]:
    """A signer's key counts no longer, nor anything that it ever signed: it was stolen."""
    body = key.model_copy(update={"withdrawn": True})
    return [
        Draft("vaccination.signer_key", body),
        *_of(kinds, TRUST_KEY, material=key.certificate, source=SOURCE, active=False),
        *_of(kinds, REVOCATION, hashes=[f"kid:{key.kid}"], source=SOURCE),
    ]


def revocation_drafts(kinds: RecordKinds, hashes: Sequence[str], reason: str) -> list[Draft]:
    """These certificates count no longer. ``hashes``: SHA-256 of their UVCIs, hex."""
    mine = [Draft("vaccination.revoked", Revoked(uvci_hash=one, reason=reason)) for one in hashes]
    return [*mine, *_of(kinds, REVOCATION, hashes=[one[:32] for one in hashes], source=SOURCE)] if hashes else []


def tell(context: PluginContext, drafts: Sequence[Draft], operator: str | None = None) -> None:
    """Say to the nation; durable on return."""
    clock = context.clock
    entries = entries_of(drafts, clock.now(), clock.trusted(), operator)
    say(context.services.journal, NATION, lambda session: entries)


def tell_revocations(context: PluginContext) -> int:
    """Pass on what the signer revoked after corrections and the nation was not told yet. Returns how many. Raises
    ``ProjectionFailed``: then nothing was said, for what is in no table would be said again and again."""
    journal, clock = context.services.journal, context.clock
    with context.services.session() as session:
        if not _untold(session):
            return 0
    told: list[str] = []

    def compose(session: Session) -> list[Entry]:
        """Asked under the nation's lock: several processes say it once."""
        told[:] = _untold(session)
        return entries_of(revocation_drafts(journal.kinds, told, "corrected"), clock.now(), clock.trusted())

    say(journal, NATION, compose, only_folded=True)
    return len(told)


def _untold(session: Session) -> list[str]:
    told = aliased(RevokedRow)
    query = (
        select(RevokedRow.uvci_hash)
        .where(
            RevokedRow.writer == CERTIFICATES,
            ~exists().where(told.uvci_hash == RevokedRow.uvci_hash, told.writer == NATION),
        )
        .order_by(RevokedRow.seq)
        .limit(AT_ONCE)
    )
    return list(dict.fromkeys(session.scalars(query)))


def _of(kinds: RecordKinds, name: str, **fields: Any) -> list[Draft]:
    """A record of another slice, where it is loaded here."""
    kind = kinds.get(name)
    return [Draft(name, kind.model(**fields))] if kind is not None else []
