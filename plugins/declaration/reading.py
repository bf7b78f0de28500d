"""From a scanned pass to a credential, without a network. Says what was proven and what was not; decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kiosk.delegation.key_ring import KeyRing
from kiosk.delegation.token import UNKNOWN_KEY, BrokenToken, Keys
from kiosk.domain import Claim, Credential, Malformed, Scan, Text, Trust
from plugins.declaration import pass_token, withdrawals
from plugins.declaration.pass_claims import as_claims
from plugins.declaration.pass_token import NotAPass, ReadPass

KIND = "declaration_pass"
LEEWAY_SECONDS = 300  # two machines' clocks are never quite alike, and a pass may be shown at once
BROKEN = Text(
    "Mã tờ khai bị hỏng hoặc không đầy đủ. Hãy quét lại; nếu vẫn lỗi, mở lại tờ khai trên điện thoại hoặc khai lại.",
    "The declaration code is damaged or incomplete. Scan it again; if that fails, reopen it on the phone or declare again.",
)


def read(scan: Scan, session: Session, ring: KeyRing) -> Credential | Malformed | None:
    """None: not a pass. The claim ``failed_step`` and the first warning name the step that failed; more warnings say what is wrong
    with a genuine pass."""
    if not scan.payload.startswith(pass_token.PREFIX):
        return None
    found = _take_apart(scan, ring.issuers(session), ring.own())
    if not isinstance(found, ReadPass):
        return found
    failed_step = found.failed_step
    if not failed_step and ring.is_barred(session, found.issuer):
        failed_step = "device_barred"
    return _credential(found, failed_step, scan, withdrawals.is_withdrawn(session, found.claims.id, ring.device))


def verify(scan: Scan, issuers: Keys) -> Credential | Malformed | None:
    """The same by these keys of the platform alone. Who was barred and what was withdrawn is not known then."""
    found = _take_apart(scan, issuers, {})
    return _credential(found, found.failed_step, scan, False) if isinstance(found, ReadPass) else found


def _take_apart(scan: Scan, issuers: Keys, own: Keys) -> ReadPass | Malformed | None:
    try:
        return pass_token.read(scan.payload, issuers, own)
    except NotAPass:
        return None
    except BrokenToken as broken:
        return Malformed(KIND, f"declaration.{broken.step}", BROKEN)


def _credential(found: ReadPass, failed_step: str, scan: Scan, withdrawn: bool) -> Credential:
    warnings = [f"declaration.{failed_step}"] if failed_step else []
    now = scan.scanned_at.timestamp()
    if now >= found.claims.expires_at:
        warnings.append("declaration.expired")
    if now + LEEWAY_SECONDS < found.claims.issued_at:
        warnings.append("declaration.not_yet_valid")
    if withdrawn:
        warnings.append("declaration.withdrawn")
    claims = {
        **as_claims(found.claims),
        "declaration.issued_at": _iso(found.claims.issued_at),
        "declaration.valid_until": _iso(found.claims.expires_at),
        "declaration.valid": "no" if warnings else "yes",
        **({"failed_step": failed_step} if failed_step else {}),
    }
    return Credential(
        kind=KIND,
        claims={name: Claim(value) for name, value in claims.items()},
        trust=_trust(failed_step),
        issuer=found.issuer,
        warnings=tuple(warnings),
    )


def _trust(failed_step: str) -> Trust:
    if not failed_step:
        return Trust.VERIFIED
    return Trust.UNVERIFIED if failed_step in UNKNOWN_KEY else Trust.INVALID


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
