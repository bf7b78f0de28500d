"""From a slip's code and a birth date to the person's certificate. Tells nobody anything who does not have both."""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.delegation.key_ring import KeyRing
from kiosk.delegation.token import UNKNOWN_KEY, BrokenToken
from plugins.vaccination import lookups
from plugins.vaccination.certificate import hc1, proof, revoking, uvci
from plugins.vaccination.certificate.known import people
from plugins.vaccination.lookups import withdrawn_keys
from plugins.vaccination.models import CertificateRow, DoseRow, RevokedRow, SignerBlocked

_BIRTH = re.compile(r"(?:(?:(\d{1,2})[/.\- ])?(\d{1,2})[/.\- ])?(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Found:
    """``problem``: a key of ``page_words.PROBLEMS`` or ``WAITING``; empty where there is a certificate to show."""

    problem: str = ""
    name: str = ""
    birth_date: str = ""
    certificate: CertificateRow | None = None
    doses: tuple[DoseRow, ...] = field(default=())


def birth_of(typed: str) -> str:
    """``28/02/1990`` as ``1990-02-28``; a year, or month and year, as far as they go. Empty for anything else."""
    text = typed.strip()
    iso = _ISO.fullmatch(text)
    found = (iso[3], iso[2], iso[1]) if iso else None
    if found is None:
        match = _BIRTH.fullmatch(text)
        if match is None:
            return ""
        found = (match[1], match[2], match[3])
    day, month, year = found
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return year + (f"-{int(month):02d}" if month else "") + (f"-{int(day):02d}" if day else "")


def subject_of(code: str) -> str:
    """What attempts are counted by: the dose or certificate that a code is about; empty where it is neither's."""
    if code.startswith(hc1.PREFIX):
        return uvci.hash_of(revoking.identifier_of(code))
    try:
        claims, _ = proof.read(code, {}, {}) if code.startswith(proof.PREFIX) else (None, None)
    except BrokenToken:
        return ""
    return claims.record if claims else ""


def look_up(session: Session, ring: KeyRing, code: str, birth: str, now: int) -> Found:
    """``birth``: as ``birth_of`` gives it; ``now``: Unix seconds."""
    if code.startswith(hc1.PREFIX):
        return _by_certificate(session, code, birth, now)
    try:
        claims, origin = proof.read(code, ring.issuers(session), ring.own())
    except BrokenToken:
        return Found("not_a_slip")
    if origin.failed_step in UNKNOWN_KEY:
        return Found(
            "unproven"
        )  # printed before the device had its delegation: no guess at a birth date, and no reason to lock
    if origin.failed_step or ring.is_barred(session, origin.issuer):
        return Found("wrong")
    dose = session.scalars(select(DoseRow).where(DoseRow.record == claims.record).limit(1)).first()
    if dose is None or dose.citizen is None:
        return Found("not_arrived" if birth[:4] == str(claims.birth_year) else "wrong")
    found = _of_person(session, dose.citizen, birth, now)
    if found.problem == "soon" and claims.record not in {row.record for row in found.doses}:
        return Found("taken_back")
    return found


def _by_certificate(session: Session, code: str, birth: str, now: int) -> Found:
    """An official code proves nothing of who shows it, so the birth date must fit here, too."""
    row = revoking.issued(session, uvci.hash_of(revoking.identifier_of(code)))
    if row is None or row.citizen is None or row.payload != code:
        return Found("wrong")
    return _of_person(session, row.citizen, birth, now)


def _of_person(session: Session, citizen: str, birth: str, now: int) -> Found:
    citizens = lookups.named(session, citizen)
    (person,) = people(session, citizens[:1]).values()
    known = person.birth_date
    if known and not hmac.compare_digest(known.encode(), birth[: len(known)].encode()):
        return Found("wrong")
    doses = tuple(lookups.doses(session, citizens))
    blocked = session.get(SignerBlocked, citizens[0])
    if not known:
        return Found("birth_date")
    row, revoked = _newest(session, citizens, now)
    if row is None:
        reason = blocked.reason if blocked else "revoked" if revoked else "soon"
        return Found(reason, doses=doses)
    return Found("", person.name, known, row, doses)


def _newest(session: Session, citizens: list[str], now: int) -> tuple[CertificateRow | None, bool]:
    """The newest that counts, and whether any was revoked."""
    rows = session.scalars(
        select(CertificateRow)
        .where(CertificateRow.citizen.in_(citizens))
        .order_by(CertificateRow.issued_at.desc(), CertificateRow.seq.desc())
    ).all()
    hashes = [row.uvci_hash for row in rows]
    gone = set(session.scalars(select(RevokedRow.uvci_hash).where(RevokedRow.uvci_hash.in_(hashes)))) if rows else set()
    withdrawn = withdrawn_keys(session)
    good = [row for row in rows if row.uvci_hash not in gone and row.kid not in withdrawn and now < row.expires_at]
    return (good[0] if good else None), bool(gone)
