"""DIVOC (India, Sri Lanka, Jamaica, the Philippines …): a ZIP with ``certificate.json``, a W3C Verifiable Credential.

Proofs of type Ed25519Signature2018 and RsaSignature2018 (W3C CCG "Linked Data Proofs"). Source: DIVOC, "Verifiable vaccination
certificate". The format's signature knows values only as a set: it does not tell ``dose`` from ``totalDoses``, nor which of the
dates is which, so the reading here is the one that is worth less; see ``_vaccination``.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from plugins.health_certificate import fields, value_sets
from plugins.health_certificate.bounds import LARGEST_JSON, read_json
from plugins.health_certificate.jws import read_jws, signer
from plugins.health_certificate.linked_data import CannotBeCanonical, digest_of_credential, digest_of_proof
from plugins.health_certificate.model import HealthCertificate, Holder, Vaccination
from plugins.health_certificate.steps import Step, StepFailed
from plugins.health_certificate.trust import TrustAt, check_after_signature

KIND = "divoc"
MEMBER = "certificate.json"
_ARCHIVE = b"PK\x03\x04"
_TYPE = "ProofOfVaccinationCredential"
_CREDENTIALS_V1 = "https://www.w3.org/2018/credentials/v1"
_CONTEXT_ENDINGS = ("/credentials/vaccination/v1", "/credentials/vaccination/v2")  # each country under its own name
_PROOFS = {"Ed25519Signature2018": frozenset({"EdDSA"}), "RsaSignature2018": frozenset({"PS256"})}
_PROOF_MEMBERS = {"type", "created", "verificationMethod", "proofPurpose", "jws"}
MOST_EVIDENCE = 3


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin like a ZIP file."""
    return data.startswith(_ARCHIVE)


def is_document(text: str) -> bool:
    """Whether it looks like the credential by itself."""
    return text.startswith("{") and f'"{_TYPE}"' in text


def read(content: bytes | str, trust: TrustAt) -> tuple[HealthCertificate, Step | None]:
    """The certificate and the step that failed, or None. Raises ``StepFailed`` where there is no certificate to show."""
    try:
        document = read_json(_unpacked(content) if isinstance(content, bytes) else content)
    except ValueError:
        raise StepFailed(Step.JSON, KIND) from None
    if not isinstance(document, dict) or _TYPE not in fields.items(document.get("type")):
        raise StepFailed(Step.PAYLOAD, KIND)
    certificate = _certificate(document)
    return certificate, _verify(document, certificate, trust)


def _unpacked(data: bytes) -> bytes:
    """``certificate.json`` out of the archive. Scanners that take bytes for Latin-1 hand on a UTF-8 text of it: undone here."""
    try:
        return _member(data)
    except StepFailed:
        try:
            bytes_again = data.decode("utf-8").encode("latin-1")
        except UnicodeError:
            raise StepFailed(Step.ZIP, KIND) from None
        return _member(bytes_again)


def _member(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            about = archive.getinfo(MEMBER)
            if about.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise StepFailed(Step.ZIP, KIND)
            with archive.open(about) as member:
                content = member.read(LARGEST_JSON + 1)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, EOFError, RuntimeError, OverflowError):
        raise StepFailed(Step.ZIP, KIND) from None  # NotImplementedError is a RuntimeError
    except (zlib.error, struct.error):
        raise StepFailed(Step.ZIP, KIND) from None
    if len(content) > LARGEST_JSON:
        raise StepFailed(Step.ZIP, KIND)
    return content


def _certificate(document: Mapping[str, Any]) -> HealthCertificate:
    subject = fields.mapping(document.get("credentialSubject"))
    evidence = [fields.mapping(one) for one in _evidence(document)]
    if not evidence or not subject:
        raise StepFailed(Step.PAYLOAD, KIND)
    numbers = [fields.text(one.get("certificateId")) for one in evidence]
    return HealthCertificate(
        kind=KIND,
        holder=Holder(
            name=fields.text(subject.get("name")),
            birth_date=fields.birth_date(subject.get("dob")),
            sex=fields.sex(subject.get("gender")),
        ),
        issuer=fields.text(document.get("issuer")),
        vaccinations=tuple(_vaccination(one) for one in evidence),
        valid_from=_time(document, "issuanceDate"),
        valid_until=_time(document, "expirationDate"),
        ids=tuple(number for number in numbers if number),
    )


def _evidence(document: Mapping[str, Any]) -> list[Any]:
    found = document.get("evidence")
    return list(found[:MOST_EVIDENCE]) if isinstance(found, list) else [found] if isinstance(found, Mapping) else []


def _time(document: Mapping[str, Any], name: str) -> Any:
    """A time that is none must not read as “without limit”."""
    if document.get(name) is None:
        return None
    found = fields.moment(document[name])
    if found is None:
        raise StepFailed(Step.PAYLOAD, KIND)
    return found


def _vaccination(evidence: Mapping[str, Any]) -> Vaccination:
    """Of the two numbers of doses, which could be exchanged without touching the signature, the smaller was given. For the same
    reason the day must not lie after those from and until which the dose is said to work."""
    numbers = [number for name in ("dose", "totalDoses") if (number := fields.count(evidence.get(name))) is not None]
    days = [fields.day(evidence.get(name)) for name in ("date", "effectiveStart", "effectiveUntil")]
    known = [day for day in days if day is not None]
    if known != sorted(known):
        raise StepFailed(Step.PAYLOAD, KIND)
    named, code = fields.text(evidence.get("vaccine")), fields.text(evidence.get("icd11Code"))
    return Vaccination(
        product=value_sets.product_name("name", named) or value_sets.product_name("icd11", code) or named,
        on=days[0],
        dose=min(numbers, default=None),
        doses=max(numbers, default=None),
        country=fields.text(
            fields.mapping(fields.mapping(evidence.get("facility")).get("address")).get("addressCountry")
        ),
        lot=fields.text(evidence.get("batch")),
    )


def _verify(document: Mapping[str, Any], certificate: HealthCertificate, trust: TrustAt) -> Step | None:
    proof = document.get("proof")
    if not isinstance(proof, Mapping) or set(proof) != _PROOF_MEMBERS or not isinstance(proof["jws"], str):
        return Step.JWS
    allowed, method = _PROOFS.get(str(proof["type"])), proof["verificationMethod"]
    if allowed is None:
        return Step.ALGORITHM
    if not isinstance(method, str) or not trust.keys(method, certificate.issuer):
        return Step.KID  # before any work that somebody else's document could make long
    try:
        jws = read_jws(proof["jws"])
    except StepFailed:
        return Step.JWS
    if jws.payload_part or jws.header.get("b64") is not False or jws.header.get("crit") != ["b64"]:
        return Step.JWS  # RFC 7797: the payload is elsewhere and not base64
    if not _contexts_known(document.get("@context")):
        return Step.CANONICAL
    body = {name: value for name, value in document.items() if name not in ("proof", "@context")}
    options = {name: value for name, value in proof.items() if name != "jws"}
    try:
        digest, covered = digest_of_credential(body)
        signed = jws.header_part.encode() + b"." + digest_of_proof(options) + digest
    except CannotBeCanonical:
        return Step.CANONICAL
    key = signer(jws, signed, trust, allowed, method, certificate.issuer)
    if isinstance(key, Step):
        return key
    if covered != {"credentialSubject", "evidence"}:
        return Step.COVERAGE
    return check_after_signature(certificate, key, trust, jws.signature, method)


def _contexts_known(contexts: Any) -> bool:
    """The two that the shipped one stands for, in their order."""
    return (
        isinstance(contexts, list)
        and len(contexts) == 2
        and contexts[0] == _CREDENTIALS_V1
        and isinstance(contexts[1], str)
        and contexts[1].endswith(_CONTEXT_ENDINGS)
    )
