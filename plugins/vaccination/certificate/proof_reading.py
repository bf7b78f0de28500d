"""From a scanned proof to a credential, without a network, and what it means at a gate. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import literal_column, select
from sqlalchemy.orm import Session

from kiosk.delegation.key_ring import KeyRing
from kiosk.delegation.token import UNKNOWN_KEY, BrokenToken, Keys, Origin
from kiosk.domain import Claim, Credential, Encounter, Finding, Malformed, Scan, Severity, Text, Trust
from plugins.vaccination.certificate import proof, words
from plugins.vaccination.certificate.proof_claims import KIND, ProofClaims, as_claims
from plugins.vaccination.models import DoseRow

LEEWAY_SECONDS = 300  # two machines' clocks are never quite alike, and a proof is shown minutes after the dose
_LATEST = 253_402_300_799  # the end of the year 9999, Unix seconds
_OF_TIME = frozenset({"time", "not_yet"})


def read(scan: Scan, session: Session, ring: KeyRing) -> Credential | Malformed | None:
    """None: not a proof. The claim ``failed_step`` says what is wrong: a key's step (see ``kiosk.delegation.token``),
    ``device_barred``, ``time`` (expired), ``not_yet`` or ``withdrawn`` (the dose was corrected, as far as this appliance knows)."""
    if not scan.payload.startswith(proof.PREFIX):
        return None
    try:
        claims, origin = proof.read(scan.payload, ring.issuers(session), ring.own())
    except BrokenToken as broken:
        return Malformed(KIND, f"vaccination.proof_{broken.step}", words.BROKEN)
    failed = origin.failed_step
    if not failed and ring.is_barred(session, origin.issuer):
        failed = "device_barred"
    if not failed and _withdrawn(session, claims.record):
        failed = "withdrawn"
    return _credential(claims, origin, failed, scan)


def verify(scan: Scan, issuers: Keys) -> Credential | Malformed | None:
    """The same by these keys of the platform alone. Who was barred and what was corrected is not known then."""
    if not scan.payload.startswith(proof.PREFIX):
        return None
    try:
        claims, origin = proof.read(scan.payload, issuers, {})
    except BrokenToken as broken:
        return Malformed(KIND, f"vaccination.proof_{broken.step}", words.BROKEN)
    return _credential(claims, origin, origin.failed_step, scan)


def _credential(claims: ProofClaims, origin: Origin, failed: str, scan: Scan) -> Credential:
    now = scan.scanned_at.timestamp()
    if not failed and now >= claims.expires_at:
        failed = "time"
    if not failed and now + LEEWAY_SECONDS < claims.issued_at:
        failed = "not_yet"
    trust = Trust.VERIFIED if not failed else Trust.UNVERIFIED if failed in UNKNOWN_KEY else Trust.INVALID
    named = {
        **as_claims(claims, trust is Trust.VERIFIED, failed == "time"),
        **_term(claims),
        **({"failed_step": failed} if failed else {}),
    }
    return Credential(
        kind=KIND,
        claims={name: Claim(value) for name, value in named.items()},
        trust=trust,
        issuer=origin.issuer,
    )


def _term(claims: ProofClaims) -> dict[str, str]:
    """From and until when, ISO 8601; a time after the year 9999 is none."""
    times = {"issued_at": claims.issued_at, "expires_at": claims.expires_at}
    return {name: datetime.fromtimestamp(at, UTC).isoformat() for name, at in times.items() if at <= _LATEST}


def _withdrawn(session: Session, record: str) -> bool:
    """Whether this very appliance knows that the dose does not count any longer; posts elsewhere cannot know."""
    # two questions, each by an index of its own; "amends" is written out as the partial index has it
    amended = select(DoseRow.seq).where(DoseRow.amends == record, DoseRow.amends != literal_column("''")).limit(1)
    void = select(DoseRow.seq).where(DoseRow.record == record, DoseRow.void).limit(1)
    return session.scalar(amended) is not None or session.scalar(void) is not None


def judge(encounter: Encounter) -> Iterator[Finding]:
    """Nothing for other credentials. Where the clock is not trusted, validity is a person's business and bars nobody."""
    credential = encounter.credential
    if credential is None or credential.kind != KIND:
        return
    failed = credential.value("failed_step") or ""
    if not failed:
        if not encounter.clock_trusted:
            yield _finding("proof_clock", Severity.CONCERN, words.CLOCK, words.BY_EYE)
        colour = credential.value("certificate.colour") or "yellow"
        yield _finding(f"proof_{colour}", Severity.NOTE, words.PROOF[colour], words.MATCH_PERSON)
    elif failed in _OF_TIME and not encounter.clock_trusted:
        yield _finding("proof_clock", Severity.CONCERN, words.CLOCK, words.BY_EYE)
    elif failed in UNKNOWN_KEY:
        yield _finding("proof_key_unknown", Severity.CONCERN, words.KEY_UNKNOWN, words.TO_STAFF)
    else:
        severity = Severity.CONCERN if failed == "not_yet" else Severity.BAR
        text, advice = words.FAILED.get(failed, words.FAILED["signature"])
        yield _finding(f"proof_{failed}", severity, text, advice)


def _finding(code: str, severity: Severity, text: Text, next_step: Text) -> Finding:
    return Finding(f"vaccination.{code}", severity, text, next_step, words.LAW)
