"""From a consented form to a record and a pass, and back from the record to the same pass. Draws no page.

The pass is not stored: it is signed again from the record whenever its owner opens it, with the same id and the same times.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.delegation.key_ring import KeyRing
from kiosk.domain import Draft, Record
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.plugin import PluginContext, Services
from plugins.declaration import pass_claims, pass_token
from plugins.declaration.models import DeclaredRow
from plugins.declaration.pass_claims import Area, PassClaims
from plugins.declaration.records import AreaCodes, Declared, Withdrawn
from plugins.declaration.validity import Validity

SECRET_BYTES = 16
_NATIONAL_ID = re.compile(r"[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Issued:
    """A declaration that was recorded, with the secret of its link, which is kept nowhere."""

    record: Record
    secret: str


def citizen_of(services: Services, nationality: str, document: str) -> str:
    """The keyed hash of who declares: of the national id, else of the document that stands for it, as for scanned ones."""
    number = document.upper()
    return services.pseudonym(number if _NATIONAL_ID.fullmatch(number) else f"document:{nationality}:{number}")


def declare(
    context: PluginContext, validity: Validity, said: dict[str, object], replaces: str = "", key: str = ""
) -> Issued:
    """Record a declaration, and withdraw what it replaces, in one go. ``said``: the fields of ``Declared`` that a form fills.

    The same ``key`` with the same words, sent twice, is one declaration: its id and secret follow from both, and nobody who
    does not hold this appliance's session key can tell them. Raises ``kiosk.journal.jobs.NotRecorded``, ``pydantic.ValidationError``.
    """
    at = context.clock.now()
    now, term = int(at.timestamp()), validity.at(at, context.time_zone)
    hours = term.movement_hours if said.get("kind") == "movement" else term.place_hours
    number, secret = names_of(context, said, replaces, key)
    with context.services.session() as session:
        known = find(context, session, number, secret)
    if known is not None:
        return Issued(known, secret)
    body = Declared.model_validate(
        {
            **said,
            "pass_id": number,
            "issued_at": now,
            "expires_at": now + hours * 3600,
            "link_hash": _hash(secret),
            "replaces": replaces,
        }
    )
    citizen = citizen_of(context.services, body.nationality, body.document)
    drafts = [Draft("declaration.declared", body, citizen)]
    if replaces:
        drafts.append(Draft("declaration.withdrawn", Withdrawn(pass_id=replaces, reason="edited")))
    return Issued(context.services.record(drafts)[0], secret)


def names_of(context: PluginContext, said: dict[str, object], replaces: str, key: str) -> tuple[str, str]:
    """The id and the secret that a declaration would have, or has already."""
    minted = _minted(context, [key or secrets.token_hex(16), said, replaces])
    secret = base64.urlsafe_b64encode(minted[-SECRET_BYTES:]).rstrip(b"=").decode("ascii")
    return pass_claims.id_of(minted[: pass_claims.ID_BYTES]), secret


def withdraw(context: PluginContext, pass_id: str) -> None:
    """Say that a pass counts no longer. Raises ``kiosk.journal.jobs.NotRecorded``."""
    context.services.record([Draft("declaration.withdrawn", Withdrawn(pass_id=pass_id))])


def find(context: PluginContext, session: Session, pass_id: str, secret: str) -> Record | None:
    """The declaration that a secret link opens; None for a wrong secret, and after its content was erased."""
    hashed = _hash(secret)
    rows = session.execute(
        select(DeclaredRow.writer, DeclaredRow.seq, DeclaredRow.link_hash).where(DeclaredRow.pass_id == pass_id)
    ).all()
    for row in rows:
        if hmac.compare_digest(row.link_hash, hashed):
            found = session.get(JournalRecord, (row.writer, row.seq))
            record = record_of_row(found, context.services.journal.kinds) if found else None
            if record is not None and isinstance(record.data, Declared):
                return record
    return None


def pass_of(record: Record, ring: KeyRing, session: Session) -> str:
    """The text of the pass's QR code. Raises ``pass_claims.BadClaims``."""
    return pass_token.make(claims_of(record), ring.signer(session))


def claims_of(record: Record) -> PassClaims:
    """What of a declaration goes onto its pass, and no more."""
    body: Declared = record.data
    journey = body.journey
    flags = {
        "symptoms": bool(body.symptoms),
        "contact": bool(body.contacts),
        "on_behalf": bool(body.declarer),
        "travelled": bool(body.travelled),
    }
    return PassClaims(
        id=body.pass_id,
        kind=body.kind,
        issued_at=body.issued_at,
        expires_at=body.expires_at,
        name=body.name,
        birth_year=body.birth_year,
        document_tail=body.document[-4:],
        citizen=record.citizen or "",
        flags=frozenset(name for name, said in flags.items() if said),
        origin=_area(journey.origin if journey else body.home),
        destination=_area(journey.destination) if journey else None,
        purpose=journey.purpose if journey else "",
        vehicle=journey.vehicle if journey else "",
        plate=journey.plate if journey else "",
        companions=len(journey.companions) if journey else 0,
    )


def _area(codes: AreaCodes) -> Area | None:
    return Area(codes.province, codes.district, codes.ward) if codes.province else None


def _minted(context: PluginContext, what: list[object]) -> bytes:
    session_key = context.services.journal.identity.session_key
    return hmac.digest(session_key, b"declaration" + json.dumps(what, sort_keys=True).encode(), "sha256")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
