"""ICAO Visible Digital Seals for non-constrained environments: JSON ``{"data": {"hdr", "msg"}, "sig"}`` for vaccinations and tests.

The signature is over the canonical JSON (RFC 8785) of ``data``; its certificate comes along and must be from a trusted authority.
Source: ICAO Doc 9303 part 13, and "Guidelines: Visible Digital Seals for Travel-Related Public Health Proofs" (2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import rfc8785
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from plugins.health_certificate import codings, fields, value_sets
from plugins.health_certificate.bounds import read_json
from plugins.health_certificate.jws import from_base64url
from plugins.health_certificate.keys import UNREADABLE, TrustedKey, asked_authorities, of_certificate
from plugins.health_certificate.model import HealthCertificate, Holder, Test, TestKind, TestResult, Vaccination
from plugins.health_certificate.steps import Step, StepFailed
from plugins.health_certificate.trust import TrustAt, check_after_signature

KIND = "vds_nc"
VACCINATION, TEST = "icao.vacc", "icao.test"
_ALGORITHMS = frozenset({"ES256", "ES384", "ES512"})
_LONGEST_CERTIFICATE = 8192  # characters
MOST_EVENTS, MOST_DOSES = 10, 10
_TEST_KINDS = {
    "molecular(pcr)": TestKind.NUCLEIC_ACID,
    "molecular(other)": TestKind.NUCLEIC_ACID,
    "antigen": TestKind.ANTIGEN,
    "antibody": TestKind.ANTIBODY,
}
_TEST_RESULTS = {
    "negative": TestResult.NEGATIVE,
    "normal": TestResult.NEGATIVE,
    "positive": TestResult.POSITIVE,
    "abnormal": TestResult.POSITIVE,
}


def is_payload(text: str) -> bool:
    """Whether it looks like one."""
    return text.startswith("{") and '"icao.' in text


def read(text: str, trust: TrustAt) -> tuple[HealthCertificate, Step | None]:
    """The certificate and the step that failed, or None. Raises ``StepFailed`` where there is no certificate to show."""
    try:
        seal = read_json(text)
    except ValueError:
        raise StepFailed(Step.JSON, KIND) from None
    data, signature = fields.mapping(fields.mapping(seal).get("data")), fields.mapping(fields.mapping(seal).get("sig"))
    certificate = _certificate(data)
    return certificate, _verify(data, signature, certificate, trust)


def _certificate(data: Mapping[str, Any]) -> HealthCertificate:
    header, message = fields.mapping(data.get("hdr")), fields.mapping(data.get("msg"))
    kind = header.get("t")
    if kind not in (VACCINATION, TEST) or not message:
        raise StepFailed(Step.PAYLOAD, KIND)
    person = fields.mapping(message.get("pid"))
    # both orders of the letters are in use for a test
    numbers = [fields.text(message.get(name)) for name in (("uvci",) if kind == VACCINATION else ("utci", "ucti"))]
    vaccinations = _vaccinations(message) if kind == VACCINATION else ()
    odd = kind == VACCINATION and not vaccinations
    return HealthCertificate(
        kind=KIND,
        holder=Holder(
            name=fields.text(person.get("n")),
            birth_date=fields.birth_date(person.get("dob")),
            sex=fields.sex(person.get("sex")),
            document_number=fields.text(person.get("i")),
        ),
        issuer=fields.text(header.get("is")),
        vaccinations=vaccinations,
        tests=(_test(message),) if kind == TEST else (),
        ids=tuple(number for number in numbers if number),
        warnings=("health_certificate.schema",) if odd else (),
    )


def _vaccinations(message: Mapping[str, Any]) -> tuple[Vaccination, ...]:
    found = []
    for event in map(fields.mapping, fields.items(message.get("ve"))[:MOST_EVENTS]):
        named, code = fields.text(event.get("nam")), fields.text(event.get("des"))
        product = value_sets.product_name("name", named) or value_sets.product_name("icd11", code) or named or code
        for dose in map(fields.mapping, fields.items(event.get("vd"))[:MOST_DOSES]):
            found.append(
                Vaccination(
                    product=product,
                    on=fields.day(dose.get("dvc")),
                    dose=fields.count(dose.get("seq")),
                    country=fields.text(dose.get("ctr")),
                    lot=fields.text(dose.get("lot")),
                )
            )
    return tuple(found)


def _test(message: Mapping[str, Any]) -> Test:
    result, dates = fields.mapping(message.get("tr")), fields.mapping(message.get("dat"))
    return Test(
        kind=_TEST_KINDS.get(fields.text(result.get("tc")).lower()),
        result=_TEST_RESULTS.get(fields.text(result.get("r")).lower()) or codings.test_result(result.get("r")),
        sampled_at=fields.moment(dates.get("sc")),
        country=fields.text(fields.mapping(message.get("sp")).get("ctr")),
    )


def _verify(
    data: Mapping[str, Any], signature: Mapping[str, Any], certificate: HealthCertificate, trust: TrustAt
) -> Step | None:
    algorithm = signature.get("alg")
    if algorithm not in _ALGORITHMS:
        return Step.ALGORITHM
    try:
        signer, own, authorities = _signer(str(signature.get("cer")))
        value = from_base64url(str(signature.get("sigvl")))
    except UNREADABLE:
        return Step.CHAIN
    key = _trusted(signer, own, authorities, trust)
    if isinstance(key, Step):
        return key
    if not key.fits(str(algorithm)):
        return Step.ALGORITHM
    try:
        signed = rfc8785.dumps(dict(data))
    except (rfc8785.CanonicalizationError, ValueError, RecursionError):
        return Step.CANONICAL
    if not key.signed(str(algorithm), value, signed):
        return Step.SIGNATURE
    if trust.revoked_signer(authorities, signer.serial_number):
        return Step.REVOKED
    return check_after_signature(certificate, key, trust, value, key.ids[0])


@lru_cache(maxsize=256)
def _signer(text: str) -> tuple[x509.Certificate, TrustedKey, tuple[str, ...]]:
    """The certificate in the seal, its key, and the ids of its authority. Raises ``UNREADABLE``."""
    if len(text) > _LONGEST_CERTIFICATE:
        raise ValueError("longer than a certificate")
    found = x509.load_der_x509_certificate(from_base64url(text.rstrip("=")))
    return found, of_certificate(found), asked_authorities(found)


def _trusted(
    signer: x509.Certificate, own: TrustedKey, authorities: tuple[str, ...], trust: TrustAt
) -> TrustedKey | Step:
    """The signer's key, where it is trusted itself, or a trusted authority issued it, was within its term and may do so."""
    if any(known.public_key == own.public_key for known in trust.keys(*own.ids)):
        return own
    if own.is_authority:
        return Step.CHAIN  # an authority does not sign people's certificates
    found: TrustedKey | Step = Step.KID
    for known in trust.keys(*authorities):
        if known.is_authority and known.certificate is not None:
            if not _issued(known.certificate, signer, trust.at):
                found = Step.CHAIN
            elif trust.revoked_key(known):
                return Step.REVOKED
            else:
                return own
    return found


def _issued(authority: x509.Certificate, signer: x509.Certificate, at: datetime) -> bool:
    if not authority.not_valid_before_utc <= at <= authority.not_valid_after_utc:
        return False
    try:
        signer.verify_directly_issued_by(authority)
    except (InvalidSignature, *UNREADABLE):
        return False
    return True
