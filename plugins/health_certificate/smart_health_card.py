"""SMART Health Cards: ``shc:/`` and digit pairs (or the JWS itself) to an HL7 FHIR bundle that is signed with ES256.

Source: SMART Health Cards Framework 1.4. Sets of several codes are put together in ``chunks``; the bundle is read in ``fhir``.
"""

from __future__ import annotations

from typing import Any

from plugins.health_certificate import fhir, fields
from plugins.health_certificate.bounds import LARGEST_JSON, inflate, read_json
from plugins.health_certificate.chunks import joined
from plugins.health_certificate.jws import Jws, from_base64url, read_jws, signer
from plugins.health_certificate.model import HealthCertificate
from plugins.health_certificate.steps import Step, StepFailed
from plugins.health_certificate.trust import TrustAt, check_after_signature

KIND = "smart_health_card"
PREFIX = "shc:/"
BARE = "eyJ"  # the JWS as text: base64url of an object's beginning
TYPE = "https://smarthealth.cards#health-card"
ES256 = frozenset({"ES256"})
_HIGHEST = 77  # 'z' is 122, and the code adds 45


def is_payload(text: str) -> bool:
    """Whether it looks like one."""
    return text.startswith(PREFIX) or (text.startswith(BARE) and text.count(".") == 2)


def read(text: str, trust: TrustAt) -> tuple[HealthCertificate, Step | None]:
    """The card and the step that failed, or None. ``text`` may hold several chunks with spaces or lines between them.

    Raises ``StepFailed`` where there is no card to show; of step chunks where some are missing.
    """
    try:
        jws = read_jws(_letters(joined(text.split())) if text.startswith(PREFIX) else text)
        certificate = _certificate(jws)
    except StepFailed as failed:
        failed.kind = KIND
        raise
    return certificate, _verify(jws, certificate, trust)


def _letters(digits: str) -> str:
    """Two digits a letter, from 45 up."""
    if not digits or len(digits) % 2 or not (digits.isascii() and digits.isdigit()):
        raise StepFailed(Step.NUMERIC)
    values = [int(digits[at : at + 2]) for at in range(0, len(digits), 2)]
    if max(values) > _HIGHEST:
        raise StepFailed(Step.NUMERIC)
    return "".join(chr(value + 45) for value in values)


def _certificate(jws: Jws) -> HealthCertificate:
    try:
        packed = from_base64url(jws.payload_part)
    except ValueError:
        raise StepFailed(Step.JWS) from None
    content = packed
    if jws.header.get("zip") == "DEF":
        try:
            content = inflate(packed, LARGEST_JSON, raw=True)
        except ValueError:
            raise StepFailed(Step.ZLIB) from None
    try:
        claims = read_json(content)
    except ValueError:
        raise StepFailed(Step.JSON) from None
    if not isinstance(claims, dict):
        raise StepFailed(Step.PAYLOAD)
    credential = fields.mapping(claims.get("vc"))
    subject = fields.mapping(credential.get("credentialSubject"))
    bundle = fhir.entries(subject.get("fhirBundle"))
    if not bundle:
        raise StepFailed(Step.PAYLOAD)
    found = fhir.read(bundle)
    warnings = list(found.warnings)
    if TYPE not in fields.items(credential.get("type")):
        warnings.append("health_certificate.schema")
    if content.startswith(b"\xef\xbb\xbf"):
        warnings.append("health_certificate.byte_order_mark")
    if "nbf" not in claims:
        warnings.append("health_certificate.no_beginning")
    return HealthCertificate(
        kind=KIND,
        holder=found.holder,
        issuer=fields.text(claims.get("iss")),
        vaccinations=found.vaccinations,
        tests=found.tests,
        valid_from=_time(claims, "nbf"),
        valid_until=_time(claims, "exp"),
        ids=_revocation_id(credential),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _revocation_id(credential: Any) -> tuple[str, ...]:
    """``vc.rid``: what the issuer's revocation list names this card by."""
    found = fields.text(credential.get("rid"))
    return (found,) if found else ()


def _time(claims: dict[str, Any], name: str) -> Any:
    """Seconds. A time that is none, such as one in milliseconds, must not read as “without limit”."""
    if claims.get(name) is None:
        return None
    found = fields.unix_time(claims[name])
    if found is None:
        raise StepFailed(Step.PAYLOAD)
    return found


def _verify(jws: Jws, certificate: HealthCertificate, trust: TrustAt) -> Step | None:
    signed = f"{jws.header_part}.{jws.payload_part}".encode()
    found = signer(jws, signed, trust, ES256)
    if isinstance(found, Step):
        return found
    if found.issuer.startswith("https://") and found.issuer.rstrip("/") != certificate.issuer.rstrip("/"):
        return Step.KID  # the key of another issuer
    return check_after_signature(certificate, found, trust, jws.signature, jws.kid)
