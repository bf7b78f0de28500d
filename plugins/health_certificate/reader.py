"""From a payload to a credential: recognises the format, has it verified, and says what came of it. Holds no keys."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import date

from kiosk.domain import Claim, Credential, Malformed, Scan, Trust
from plugins.health_certificate import divoc, hcert, smart_health_card, vds_nc
from plugins.health_certificate.bounds import LONGEST_PAYLOAD
from plugins.health_certificate.chunks import Incomplete
from plugins.health_certificate.claims import FAILED_STEP, credential_of
from plugins.health_certificate.model import HealthCertificate
from plugins.health_certificate.settings import Format
from plugins.health_certificate.steps import Step, StepFailed
from plugins.health_certificate.trust import TrustAt
from plugins.health_certificate.words import MALFORMED

_BASE64_OF_ARCHIVE = "B64:UEsDB"  # how some apps hand on a DIVOC code's bytes where only text goes


@dataclass(frozen=True, slots=True)
class Recognised:
    """A payload of a known format, still unread."""

    format: Format
    text: str = ""
    data: bytes = b""

    def read(self, trust: TrustAt) -> tuple[HealthCertificate, Step | None]:
        """Raises ``StepFailed`` where there is no certificate to show."""
        if self.format == "hcert":
            return hcert.read(self.text, trust)
        if self.format == "smart_health_card":
            return smart_health_card.read(self.text, trust)
        if self.format == "vds_nc":
            return vds_nc.read(self.text, trust)
        return divoc.read(self.data or self.text, trust)


def recognise(scan: Scan) -> Recognised | None:
    """What it looks like by its first characters. None for formats of others, and for what is longer than any of these."""
    if max(len(scan.payload), len(scan.raw)) > LONGEST_PAYLOAD:
        return None
    text = scan.payload.removeprefix("\ufeff").strip("\r\n\t").lstrip(" ")  # a space may be base45's last letter
    if text.startswith(hcert.PREFIX):
        return Recognised("hcert", text)
    if smart_health_card.is_payload(text):
        return Recognised("smart_health_card", text.rstrip(" "))
    archive = _archive(scan, text)
    if archive is not None:
        return Recognised("divoc", data=archive)
    if vds_nc.is_payload(text):
        return Recognised("vds_nc", text)
    return Recognised("divoc", text) if divoc.is_document(text) else None


def _archive(scan: Scan, text: str) -> bytes | None:
    """The bytes of a ZIP archive: as they are, or as base64."""
    if divoc.is_archive(scan.raw):
        return scan.raw
    if text.startswith(_BASE64_OF_ARCHIVE):
        try:
            return base64.b64decode(text[len("B64:") :])
        except ValueError:
            return None
    return text.encode("utf-8", "surrogateescape") if text.startswith("PK\x03\x04") else None


def read(found: Recognised, trust: TrustAt, today: date) -> Credential | Malformed:
    """The credential, or what is wrong with the code; ``today`` is the site's."""
    try:
        certificate, failed = found.read(trust)
    except Incomplete as waiting:
        claims = {"chunks_seen": str(waiting.seen), "chunks_total": str(waiting.total), FAILED_STEP: Step.CHUNKS.value}
        return Credential(
            smart_health_card.KIND, {name: Claim(value) for name, value in claims.items()}, Trust.UNVERIFIED
        )
    except StepFailed as failure:
        kind = failure.kind or found.format
        return Malformed(kind, f"{kind}.{failure.step.value}", MALFORMED[failure.step])
    return credential_of(certificate, failed, today)
