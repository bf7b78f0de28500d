"""Issues synthetic health certificates with keys made for the test: every format, right or wrong as the test wants it.

Written from the specifications, apart from the product's readers. Holders do not exist.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import jwt
import rfc8785
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

ISSUED = datetime(2021, 9, 1, tzinfo=UTC)
AT = datetime(2021, 10, 1, tzinfo=UTC)
USAGES = {
    kind: x509.ObjectIdentifier(f"1.3.6.1.4.1.1847.2021.1.{number}") for kind, number in (("t", 1), ("v", 2), ("r", 3))
}
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
DOSE = {
    "tg": "840539006",
    "vp": "1119349007",
    "mp": "EU/1/20/1528",
    "ma": "ORG-100030215",
    "dn": 2,
    "sd": 2,
    "dt": "2021-08-20",
    "co": "VN",
    "is": "Bộ Y tế",
    "ci": "URN:UVCI:01:VN:TEST0001#A",
}
TEST = {"tg": "840539006", "tt": "LP6464-4", "tr": "260415000", "sc": "2021-09-30T01:00:00Z", "co": "VN", "ci": "T1"}
RECOVERY = {"tg": "840539006", "fr": "2021-06-01", "df": "2021-06-12", "du": "2021-12-01", "co": "VN", "ci": "R1"}
NAME = {"fn": "Nguyễn", "gn": "Thị Mẫu", "fnt": "NGUYEN", "gnt": "THI<MAU"}


@dataclass
class Issuer:
    """A signing key with its certificate. ``kid``: the first 8 bytes of the certificate's SHA-256."""

    key: Any
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def kid(self) -> bytes:
        return hashlib.sha256(self.der).digest()[:8]

    def sign(self, message: bytes) -> bytes:
        """ES256 as r and s, or PS256."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
        r, s = decode_dss_signature(self.key.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    def jwk(self, **more: str) -> dict[str, Any]:
        return {**jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True), **more}


def issuer(
    rsa_key: bool = False,
    usages: str = "",
    begin: datetime = ISSUED - timedelta(days=30),
    end: datetime = ISSUED + timedelta(days=700),
    by: Issuer | None = None,
    authority: bool = False,
    name: str = "Cơ quan cấp thử nghiệm",
    country: str = "VN",
) -> Issuer:
    """``usages``: letters of v, t, r for the extended key usage; ``by``: who signs the certificate (default: itself)."""
    key: Any = rsa.generate_private_key(65537, 2048) if rsa_key else ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(x509.NameOID.COUNTRY_NAME, country), x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]
    )
    signer_key = by.key if by else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(by.certificate.subject if by else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
    )
    if usages:
        builder = builder.add_extension(x509.ExtendedKeyUsage([USAGES[one] for one in usages]), critical=False)
    if authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    if by:
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
    return Issuer(key, builder.sign(signer_key, hashes.SHA256()))


def base45(data: bytes) -> str:
    out = ""
    for at in range(0, len(data), 2):
        number, size = int.from_bytes(data[at : at + 2], "big"), 3 if at + 1 < len(data) else 2
        for _ in range(size):
            number, digit = divmod(number, 45)
            out += ALPHABET[digit]
    return out


def hc1_of(cose: bytes) -> str:
    return "HC1:" + base45(zlib.compress(cose, 9))


def cose(
    by: Issuer, payload: bytes, protected: Mapping[int, Any] | None = None, unprotected: Mapping[int, Any] | None = None
) -> bytes:
    """COSE_Sign1 with tag 18. Headers default to algorithm and kid, both protected."""
    algorithm = -37 if isinstance(by.key, rsa.RSAPrivateKey) else -7
    headers = cbor2.dumps({1: algorithm, 4: by.kid} if protected is None else dict(protected))
    signature = by.sign(cbor2.dumps(["Signature1", headers, b"", payload]))
    return cbor2.dumps(cbor2.CBORTag(18, [headers, dict(unprotected or {}), payload, signature]))


def claims(content: Mapping[str, Any], begin: Any = ISSUED, end: Any = ISSUED + timedelta(days=365)) -> dict[Any, Any]:
    """A CWT's. Times may be anything, to be wrong."""
    times = {4: end, 6: begin}
    return {
        1: "VN",
        **{key: int(at.timestamp()) if isinstance(at, datetime) else at for key, at in times.items() if at is not None},
        -260: {1: dict(content)},
    }


def dcc(**groups: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The content of an EU certificate; without any group, one vaccination."""
    return {"ver": "1.3.0", "nam": NAME, "dob": "1990-02-28", **(groups or {"v": [DOSE]})}


def hc1(by: Issuer, content: Mapping[str, Any] | None = None, **times: Any) -> str:
    return hc1_of(cose(by, cbor2.dumps(claims(content or dcc(), **times))))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jws(by: Issuer, header: Mapping[str, Any], payload: bytes) -> str:
    signed = f"{base64url(json.dumps(header).encode())}.{base64url(payload)}"
    return f"{signed}.{base64url(by.sign(signed.encode()))}"


def immunization(day: str, cvx: str = "208", status: str = "completed") -> dict[str, Any]:
    coding = [{"system": "http://hl7.org/fhir/sid/cvx", "code": cvx}]
    return {
        "resourceType": "Immunization",
        "status": status,
        "vaccineCode": {"coding": coding},
        "occurrenceDateTime": day,
    }


def smart_jws(by: Issuer, resources: Sequence[Mapping[str, Any]] = (), kid: str = "k1", **more: Any) -> str:
    patient = {"resourceType": "Patient", "name": [{"family": "Nguyễn", "given": ["Mẫu"]}], "birthDate": "1990-02-28"}
    held = [patient, *(resources or (immunization("2021-07-01"), immunization("2021-07-25")))]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in held]}
    credential = {
        "type": ["https://smarthealth.cards#health-card"],
        "credentialSubject": {"fhirVersion": "4.0.1", "fhirBundle": bundle},
    }
    body = {"iss": "https://issuer.invalid", "nbf": ISSUED.timestamp(), "vc": credential, **more}
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(json.dumps(body).encode()) + deflate.flush()
    return jws(by, {"alg": "ES256", "zip": "DEF", "kid": kid}, packed)


def digits(text: str) -> str:
    return "".join(f"{ord(letter) - 45:02d}" for letter in text)


def shc(text: str, parts: int = 1) -> list[str]:
    """The codes of one card."""
    if parts == 1:
        return [f"shc:/{digits(text)}"]
    size = -(-len(text) // parts)
    return [f"shc:/{at + 1}/{parts}/{digits(text[at * size : (at + 1) * size])}" for at in range(parts)]


VACC = {
    "uvci": "U32870",
    "pid": {"n": "NGUYEN THI MAU", "dob": "1990-02-28", "sex": "F", "i": "C1234567", "dt": "P"},
    "ve": [
        {
            "des": "XM8NQ0",
            "nam": "Comirnaty",
            "dis": "RA01.0",
            "vd": [{"dvc": "2021-07-01", "seq": 1, "ctr": "VNM"}, {"dvc": "2021-07-25", "seq": 2, "ctr": "VNM"}],
        }
    ],
}


def vds_nc(by: Issuer, message: Mapping[str, Any] = VACC, kind: str = "icao.vacc", **signature: Any) -> str:
    data = {"hdr": {"is": "VNM", "t": kind, "v": 1}, "msg": dict(message)}
    value = base64url(by.sign(rfc8785.dumps(data)))
    return json.dumps(
        {"data": data, "sig": {"alg": "ES256", "cer": base64url(by.der), "sigvl": value, **signature}},
        ensure_ascii=False,
    )


def archive(content: bytes, member: str = "certificate.json") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(member, content)
    return out.getvalue()
