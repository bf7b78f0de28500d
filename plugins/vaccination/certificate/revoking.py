"""Taking a certificate back by hand: somebody says why, and every post hears of it. Needs no private key."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Text
from kiosk.journal.audiences import NATION
from kiosk.plugin import PluginContext
from plugins.vaccination.certificate import hc1, publishing, uvci
from plugins.vaccination.models import CertificateRow, RevokedRow

PROBLEMS = {
    "slip": Text(
        "Mã chứng nhận không đúng: ký tự kiểm tra không khớp. Hãy gõ lại hoặc quét mã HC1.",
        "The identifier is wrong: its check character does not fit. Type it again, or scan the HC1 code.",
    ),
    "unknown": Text(
        "Nền tảng này chưa cấp chứng nhận nào có mã đó.",
        "This platform has issued no certificate with that identifier.",
    ),
    "already": Text("Chứng nhận này đã được thu hồi rồi.", "This certificate is revoked already."),
    "reason": Text("Hãy ghi lý do thu hồi (ít nhất 3 ký tự).", "Say why it is revoked (at least 3 characters)."),
}


def revoke(context: PluginContext, said: str, reason: str, operator: str | None) -> str:
    """``revoked``, or a key of ``PROBLEMS``. ``said``: a UVCI, or the text of an ``HC1:`` code."""
    identifier = identifier_of(said)
    if not uvci.checks(identifier):
        return "slip"
    if len(reason.strip()) < 3:
        return "reason"
    hashed = uvci.hash_of(identifier)
    with context.services.session() as session:
        if issued(session, hashed) is None:
            return "unknown"
        word = select(RevokedRow.seq).where(RevokedRow.uvci_hash == hashed, RevokedRow.writer == NATION)
        if session.scalar(word.limit(1)) is not None:
            return "already"
    drafts = publishing.revocation_drafts(context.services.journal.kinds, [hashed], reason.strip()[:200])
    publishing.tell(context, drafts, operator)
    return "revoked"


def identifier_of(said: str) -> str:
    """The UVCI that somebody typed or scanned, in its own letters."""
    text = said.strip()
    if text.startswith(hc1.PREFIX):
        entries = hc1.content_of(text).get("v")
        found = entries[0].get("ci") if isinstance(entries, list) and entries and isinstance(entries[0], dict) else ""
        return found if isinstance(found, str) else ""
    return "".join(text.upper().split())[:80]


def issued(session: Session, hashed: str) -> CertificateRow | None:
    return session.scalars(select(CertificateRow).where(CertificateRow.uvci_hash == hashed)).first()
