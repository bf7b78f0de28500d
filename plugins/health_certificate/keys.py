"""A trusted public key: what it is called, for what and when it may sign, and whether it signed. Reads no files."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

VACCINATION, TEST, RECOVERY = "vaccination", "test", "recovery"
# eHealth Network, "Technical Specifications for EU Digital COVID Certificates" vol. 1, 3.1: extended key usages of a DSC. The
# arc with the extra 0 was in early drafts, and in the certificates that were made by them.
USAGE_OIDS = {
    f"1.3.6.1.4.1{zero}.1847.2021.1.{number}": usage
    for zero in ("", ".0")
    for number, usage in ((1, TEST), (2, VACCINATION), (3, RECOVERY))
}
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]+=*")
_PSS = padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=padding.PSS.AUTO)
_SHA256 = hashes.SHA256()
# JOSE's name -> the curve's size in bits, the signature's in bytes (RFC 7518, 3.4; RFC 9053, 2.1), how it is hashed
_ECDSA = {
    "ES256": (256, 64, ec.ECDSA(_SHA256)),
    "ES384": (384, 96, ec.ECDSA(hashes.SHA384())),
    "ES512": (521, 132, ec.ECDSA(hashes.SHA512())),
}
# what ``cryptography`` raises on X.509 that somebody else made: some of it are no ValueErrors
UNREADABLE = (
    ValueError,
    TypeError,
    RecursionError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A key that somebody here believes in. ``ids``: every name under which a certificate may ask for it. ``usages``: the types
    it may sign, empty for all. ``is_authority``: it signs other certificates (a CSCA of ICAO), not documents."""

    ids: tuple[str, ...]
    public_key: PublicKey
    usages: frozenset[str] = frozenset()
    not_before: datetime | None = None
    not_after: datetime | None = None
    issuer: str = ""
    certificate: x509.Certificate | None = None
    is_authority: bool = False

    @property
    def fingerprint(self) -> str:
        """Of the certificate, or of the bare key: half of SHA-256 in hex."""
        if self.certificate is not None:
            data = self.certificate.public_bytes(Encoding.DER)
        else:
            data = self.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return hashlib.sha256(data).hexdigest()[:32]

    def fits(self, algorithm: str) -> bool:
        """Whether signatures of this JOSE algorithm (ES256, ES384, ES512, PS256, EdDSA) can be its own. An RSA key serves PS256
        whatever its certificate was signed with."""
        key = self.public_key
        if isinstance(key, ec.EllipticCurvePublicKey):
            return algorithm in _ECDSA and key.curve.key_size == _ECDSA[algorithm][0]
        return algorithm == ("PS256" if isinstance(key, rsa.RSAPublicKey) else "EdDSA")

    def signed(self, algorithm: str, signature: bytes, message: bytes) -> bool:
        """Whether this key made ``signature`` over ``message`` by an algorithm that it ``fits``."""
        key = self.public_key
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                _, size, hashed = _ECDSA[algorithm]
                if len(signature) != size:
                    return False
                r, s = int.from_bytes(signature[: size // 2], "big"), int.from_bytes(signature[size // 2 :], "big")
                key.verify(encode_dss_signature(r, s), message, hashed)
            elif isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, message, _PSS, _SHA256)
            else:
                key.verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def valid_at(self, at: datetime) -> bool:
        """Within the certificate's own term; a bare key has none."""
        if self.not_before is not None and at < self.not_before:
            return False
        return self.not_after is None or at <= self.not_after

    def may_sign(self, types: tuple[str, ...]) -> bool:
        """Whether its extended key usage allows a certificate of all these types."""
        return not self.usages or self.usages.issuperset(types)


def kid_of_bytes(kid: bytes) -> str:
    """The id of a COSE key identifier: standard base64, as the trust lists write it."""
    return base64.b64encode(kid).decode()


def ids_of_text(kid: str) -> tuple[str, ...]:
    """A key id that came as text, and what it is if it stands for bytes: base64 and base64url are both in use."""
    if len(kid) > 512:
        return ()
    if not _BASE64.fullmatch(kid):
        return (kid,)
    bare = kid.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        same = kid_of_bytes(base64.b64decode(bare + "=" * (-len(bare) % 4)))
    except ValueError:
        return (kid,)
    # a text that does not come back is a name, not bytes; the last letters of several may stand for the same
    return (kid,) if same == kid or same.rstrip("=") != bare else (kid, same)


def of_certificate(certificate: x509.Certificate, ids: tuple[str, ...] = (), issuer: str = "") -> TrustedKey:
    """The key of an X.509 certificate. Its id is the first 8 bytes of the certificate's SHA-256 (the DSC's kid); an authority's
    are its subject and its subject key identifier. Raises ``ValueError`` for keys that no format here uses, and the others of
    ``UNREADABLE``."""
    own = kid_of_bytes(hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8])
    is_authority = _is_authority(certificate)
    names = authority_ids(certificate) if is_authority else ()
    return TrustedKey(
        ids=tuple(dict.fromkeys((*ids, own, *names))),
        public_key=usable(certificate.public_key()),
        usages=_usages(certificate),  # some states' signers call themselves authorities too
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        issuer=issuer or _country(certificate.subject) or _country(certificate.issuer),
        certificate=certificate,
        is_authority=is_authority,
    )


def authority_ids(certificate: x509.Certificate) -> tuple[str, ...]:
    """The names under which certificates that this authority signed ask for it."""
    names = [f"ca:{certificate.subject.rfc4514_string()}"]
    identifier = _extension(certificate, x509.SubjectKeyIdentifier)
    if identifier is not None:
        names.append(f"ca:{identifier.digest.hex()}")
    return tuple(names)


def asked_authorities(certificate: x509.Certificate) -> tuple[str, ...]:
    """The ids of the authority that this certificate says it is from, the surest first."""
    names = []
    identifier = _extension(certificate, x509.AuthorityKeyIdentifier)
    if identifier is not None and identifier.key_identifier:
        names.append(f"ca:{identifier.key_identifier.hex()}")
    return (*names, f"ca:{certificate.issuer.rfc4514_string()}")


def names_in_list(revoked: x509.CertificateRevocationList) -> tuple[str, ...]:
    """The ids of the authority whose revocation list it is, as its signers' certificates ask for it."""
    identifier = _extension(revoked, x509.AuthorityKeyIdentifier)
    digest = identifier.key_identifier if identifier is not None else None
    return (*((f"ca:{digest.hex()}",) if digest else ()), f"ca:{revoked.issuer.rfc4514_string()}")


def usable(key: Any) -> PublicKey:
    """The key, where some format here uses its kind: elliptic curves, Ed25519, RSA of 2,048 to 8,192 bits. Raises ``ValueError``."""
    if isinstance(key, ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        return key
    if isinstance(key, rsa.RSAPublicKey) and 2048 <= key.key_size <= 8192:
        return key
    raise ValueError("a key of a kind or size that no health certificate is signed with")


def _is_authority(certificate: x509.Certificate) -> bool:
    constraints = _extension(certificate, x509.BasicConstraints)
    return constraints is not None and constraints.ca


def _usages(certificate: x509.Certificate) -> frozenset[str]:
    extended = _extension(certificate, x509.ExtendedKeyUsage)
    if extended is None:
        return frozenset()
    return frozenset(USAGE_OIDS[oid.dotted_string] for oid in extended if oid.dotted_string in USAGE_OIDS)


def _extension(certificate: x509.Certificate | x509.CertificateRevocationList, wanted: Any) -> Any:
    try:
        return certificate.extensions.get_extension_for_class(wanted).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return None


def _country(name: x509.Name) -> str:
    found = name.get_attributes_for_oid(x509.NameOID.COUNTRY_NAME)
    return str(found[0].value) if found else ""
