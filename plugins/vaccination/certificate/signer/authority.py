"""The certificates behind official certificates: the country's authority (CSCA) and its document signers (DSC), made with X.509.

A CSCA made here is for demonstrations and tests; a country has one already, and its DSCs are put into the signer's folder.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding

# eHealth Network, "Technical Specifications for EU Digital COVID Certificates" vol. 1, 3.1: a DSC for vaccinations
VACCINATION = x509.ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.2")
CSCA_DAYS = 365 * 8
BEFORE = timedelta(minutes=10)  # clocks of verifiers are never quite alike


def kid_of(certificate: x509.Certificate) -> bytes:
    """The first 8 bytes of the certificate's SHA-256."""
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8]


def new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


def make_csca(key: EllipticCurvePrivateKey, country: str, organisation: str, now: datetime) -> x509.Certificate:
    """The authority's own certificate, signed by itself."""
    name = _name(country, organisation, f"CSCA Health {country}")
    return (
        _builder(name, name, key, now - BEFORE, now + timedelta(days=CSCA_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )


def make_dsc(
    key: EllipticCurvePrivateKey,
    csca: x509.Certificate,
    csca_key: EllipticCurvePrivateKey,
    country: str,
    organisation: str,
    signs: tuple[datetime, datetime],
    not_after: datetime,
) -> x509.Certificate:
    """A document signer's certificate. ``signs``: from when until when it signs (its private key usage period); it verifies until
    ``not_after``, as long as what it signed may last."""
    begin, end = signs
    return (
        _builder(
            _name(country, organisation, f"DSC {country} {begin:%Y-%m-%d}"),
            csca.subject,
            key,
            begin - BEFORE,
            not_after,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([VACCINATION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(csca_key.public_key()), critical=False)
        .add_extension(x509.PrivateKeyUsagePeriod(begin, end), critical=False)
        .sign(csca_key, hashes.SHA256())
    )


def signs_between(certificate: x509.Certificate) -> tuple[datetime, datetime]:
    """From when until when its key signs; without a private key usage period as long as the certificate lasts."""
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    try:
        period = certificate.extensions.get_extension_for_class(x509.PrivateKeyUsagePeriod).value
    except x509.ExtensionNotFound:
        return begin, end
    since, until = period.not_before, period.not_after
    return (
        since.replace(tzinfo=begin.tzinfo) if since else begin,
        until.replace(tzinfo=end.tzinfo) if until else end,
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _name(country: str, organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(x509.NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, common),
        ]
    )


def _usage(certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=certificates,
        crl_sign=certificates,
        encipher_only=False,
        decipher_only=False,
    )
