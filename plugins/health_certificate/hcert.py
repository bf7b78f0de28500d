"""``HC1:``: the electronic health certificate container of the EU, of Vietnam (Decision 5772/QĐ-BYT) and of WHO's DDCC.

Base45, zlib, COSE_Sign1, and within it the content of ``eu_dcc`` or ``who_ddcc``. Source: eHealth Network, "Electronic Health
Certificate Specification" 1.0.5. Does not say what a certificate is worth.
"""

from __future__ import annotations

from typing import Any

from kiosk.text import base45
from plugins.health_certificate import eu_dcc, who_ddcc
from plugins.health_certificate.bounds import LARGEST_CBOR, inflate, read_cbor
from plugins.health_certificate.cose import Sign1, read_sign1
from plugins.health_certificate.fields import mapping
from plugins.health_certificate.keys import kid_of_bytes
from plugins.health_certificate.model import HealthCertificate
from plugins.health_certificate.steps import Step, StepFailed
from plugins.health_certificate.trust import TrustAt, check_after_signature

PREFIX = "HC1:"
HCERT, EU_DCC_V1 = -260, 1  # the claim, and the key in it


def read(text: str, trust: TrustAt) -> tuple[HealthCertificate, Step | None]:
    """The certificate and the step that failed, or None. Raises ``StepFailed`` where there is no certificate to show."""
    try:
        certificate, sign1 = _open(text)
    except StepFailed as failed:
        failed.kind = failed.kind or eu_dcc.KIND
        raise
    return certificate, _verify(certificate, sign1, trust)


def _open(text: str) -> tuple[HealthCertificate, Sign1]:
    if not text.startswith(PREFIX):
        raise StepFailed(Step.PREFIX)
    try:
        packed = base45.decode(text[len(PREFIX) :])
    except ValueError:
        raise StepFailed(Step.BASE45) from None
    try:
        sign1 = read_sign1(inflate(packed, LARGEST_CBOR))
    except ValueError:
        raise StepFailed(Step.ZLIB) from None
    try:
        claims = mapping(read_cbor(sign1.payload))
    except ValueError:
        raise StepFailed(Step.PAYLOAD) from None
    return _content(claims), sign1


def _content(claims: Any) -> HealthCertificate:
    """WHO's first demonstrations have the content where the EU has a CWT."""
    if HCERT in claims:
        containers = mapping(claims[HCERT])
        if EU_DCC_V1 in containers:
            return eu_dcc.certificate(claims, mapping(containers[EU_DCC_V1]))
        for content in containers.values():
            if who_ddcc.is_content(mapping(content)):
                return who_ddcc.certificate(claims, mapping(content))
    elif who_ddcc.is_content(claims):
        return who_ddcc.certificate({}, claims)
    raise StepFailed(Step.PAYLOAD)


def _verify(certificate: HealthCertificate, sign1: Sign1, trust: TrustAt) -> Step | None:
    if not sign1.algorithm:
        return Step.ALGORITHM
    if not sign1.kid:
        return Step.KID
    kid = kid_of_bytes(sign1.kid)
    known = trust.keys(kid)
    if not known:
        return Step.KID
    # a kid is 8 bytes of a hash: two keys may share it
    fitting = [key for key in known if key.fits(sign1.algorithm)]
    if not fitting:
        return Step.ALGORITHM
    signed = sign1.signed
    for key in fitting:
        if key.signed(sign1.algorithm, sign1.signature, signed):
            return check_after_signature(certificate, key, trust, sign1.signature, kid)
    return Step.SIGNATURE
