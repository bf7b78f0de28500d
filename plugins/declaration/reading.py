"""From a scanned pass to a credential, without a network. Says what was proven and what was not; decides nothing."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kiosk.delegation.key_ring import KeyRing
from kiosk.delegation.token import UNKNOWN_KEY, BrokenToken
from kiosk.domain import Claim, Credential, Malformed, Scan, Text, Trust
from plugins.declaration import pass_token, withdrawals
from plugins.declaration.pass_claims import as_claims
from plugins.declaration.pass_token import NotAPass

KIND = "declaration_pass"
LEEWAY_SECONDS = 300  # two machines' clocks are never quite alike, and a pass may be shown at once
BROKEN = Text(
    "Mã tờ khai bị hỏng hoặc không đầy đủ. Hãy quét lại; nếu vẫn lỗi, mở lại tờ khai trên điện thoại hoặc khai lại.",
    "The declaration code is damaged or incomplete. Scan it again; if that fails, reopen it on the phone or declare again.",
)


def read(scan: Scan, session: Session, ring: KeyRing) -> Credential | Malformed | None:
    """None: not a pass. Warnings name the step that failed, and what is wrong with a genuine pass."""
    if not scan.payload.startswith(pass_token.PREFIX):
        return None
    try:
        found = pass_token.read(scan.payload, ring.issuers(session), ring.own())
    except NotAPass:
        return None
    except BrokenToken as broken:
        return Malformed(KIND, f"declaration.{broken.step}", BROKEN)
    failed_step = found.failed_step
    if not failed_step and ring.is_barred(session, found.issuer):
        failed_step = "device_barred"
    warnings = [f"declaration.{failed_step}"] if failed_step else []
    now = scan.scanned_at.timestamp()
    if now >= found.claims.expires_at:
        warnings.append("declaration.expired")
    if now + LEEWAY_SECONDS < found.claims.issued_at:
        warnings.append("declaration.not_yet_valid")
    if withdrawals.is_withdrawn(session, found.claims.id, ring.device):
        warnings.append("declaration.withdrawn")
    claims = {
        **as_claims(found.claims),
        "declaration.issued_at": _iso(found.claims.issued_at),
        "declaration.valid_until": _iso(found.claims.expires_at),
        "declaration.valid": "no" if warnings else "yes",
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
