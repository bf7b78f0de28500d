"""Trusted keys from what people have: certificates (PEM, DER), JWK and JWKS, DID documents, the lists that states publish.

Believes what it is given: that a list is genuine must have been seen to before. Fetches nothing.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_public_key,
    load_pem_public_key,
)

from kiosk.explained import Explained
from plugins.health_certificate.keys import (
    RECOVERY,
    TEST,
    UNREADABLE,
    VACCINATION,
    PublicKey,
    TrustedKey,
    ids_of_text,
    of_certificate,
    usable,
)

LARGEST_FILE = 32 * 1024 * 1024  # bytes; the EU's whole list has about 2
_PEM = b"-----BEGIN"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519_MULTICODEC = b"\xed\x01"
_USAGES = {"v": VACCINATION, "t": TEST, "r": RECOVERY}


class NotKeys(Explained):
    """What is wrong with a file of keys, in words for whoever chose it."""


def read_keys(content: bytes) -> tuple[TrustedKey, ...]:
    """Every usable key of a file. Raises ``NotKeys`` where there is none; single keys of kinds that no certificate is signed with
    are passed over, for public lists hold some."""
    if len(content) > LARGEST_FILE:
        most = f"{LARGEST_FILE // 1024 // 1024} MB"
        raise NotKeys(f"lớn hơn {most}", f"larger than {most}")
    try:
        found = tuple(_read(content))
    except (*UNREADABLE, KeyError, AttributeError, jwt.PyJWTError) as error:
        raise NotKeys(
            f"không phải chứng thư, bộ JWK, tài liệu DID hay danh sách tin cậy: {type(error).__name__}",
            f"not a certificate, JWK set, DID document or trust list: {type(error).__name__}",
        ) from None
    if not found:
        raise NotKeys(
            "trong đó không có khóa nào dùng để ký chứng nhận sức khỏe",
            "there is no key in it that health certificates are signed with",
        )
    return found


@lru_cache(maxsize=4096)
def read_once(content: bytes) -> tuple[TrustedKey, ...]:
    """``read_keys``, remembered: the same few keys come with every line of a batch, and with every look-up."""
    return read_keys(content)


def materials(content: bytes) -> list[str]:
    """The file's keys each by itself, as text that ``read_keys`` takes: what a record holds. Raises ``NotKeys``."""
    return list(dict.fromkeys(_material(key) for key in read_keys(content)))


def _material(key: TrustedKey) -> str:
    """As the formats below: an entry of a list where there is a certificate, else a key with its usages, else a DID document."""
    kid = key.ids[0]
    if key.certificate is not None:
        raw = base64.b64encode(key.certificate.public_bytes(Encoding.DER)).decode()
        return json.dumps({"kid": kid, "country": key.issuer, "rawData": raw})
    if key.usages:
        info = key.public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        letters = [letter for letter, usage in _USAGES.items() if usage in key.usages]
        return json.dumps({"eu_keys": {kid: [{"subjectPk": base64.b64encode(info).decode(), "keyUsage": letters}]}})
    controller = next((name for name in key.ids[1:] if name.startswith("did:")), kid)
    method = {"id": kid, "controller": controller, "publicKeyJwk": jwk_of(key.public_key) | {"kid": kid}}
    return json.dumps({"verificationMethod": [method]})


def _read(content: bytes) -> Iterable[TrustedKey]:
    text = content.strip()
    if text.startswith(_PEM):
        return _of_pem(text)
    if text[:1] in (b"{", b"["):
        return _of_json(json.loads(text))
    if text[:1] == b"\x30":
        return [of_certificate(x509.load_der_x509_certificate(content))]
    _signature, _, rest = text.partition(b"\n")
    if rest.lstrip()[:1] in (b"{", b"["):  # a list that is preceded by its signature
        return _of_json(json.loads(rest))
    return [of_certificate(x509.load_der_x509_certificate(base64.b64decode(text, validate=False)))]


def _of_pem(text: bytes) -> Iterable[TrustedKey]:
    if b"-----BEGIN PUBLIC KEY" in text:
        key = usable(load_pem_public_key(text))
        return [TrustedKey((thumbprint(jwk_of(key)),), key)]
    return _usable_ones(lambda one=one: of_certificate(one) for one in x509.load_pem_x509_certificates(text))


def _of_json(found: Any) -> Iterable[TrustedKey]:
    if isinstance(found, list):
        return [key for one in found for key in _listed(one)]
    if "kty" in found:
        return [_of_jwk(found)]
    if isinstance(found.get("keys"), list):
        return _usable_ones(lambda one=one: _of_jwk(one) for one in found["keys"])
    if isinstance(found.get("certificates"), list):
        return [key for one in found["certificates"] for key in _listed(one)]
    if isinstance(found.get("eu_keys"), Mapping):
        return _usable_ones(
            lambda kid=kid, one=one: _of_public_key(kid, one) for kid, keys in found["eu_keys"].items() for one in keys
        )
    methods = [*found.get("verificationMethod", ()), *found.get("publicKey", ()), *found.get("assertionMethod", ())]
    if methods:
        return _usable_ones(
            lambda one=one: _of_did(one, found.get("id", "")) for one in methods if isinstance(one, Mapping)
        )
    return _listed(found)


def _usable_ones(makers: Iterable[Any]) -> list[TrustedKey]:
    """The keys that can be made; the others are of kinds that nothing here is signed with."""
    keys = []
    for make in makers:
        try:
            keys.append(make())
        except (*UNREADABLE, KeyError, AttributeError, jwt.PyJWTError):
            continue
    return keys


def _listed(entry: Any) -> list[TrustedKey]:
    """An entry of the EU gateway's list: ``rawData`` is the DSC, ``kid`` its name. A CSCA is no signer of certificates."""
    raw = entry.get("rawData") if isinstance(entry, Mapping) else None
    if not isinstance(raw, str) or entry.get("certificateType", "DSC") not in ("DSC", "CSCA"):
        return []
    ids = ids_of_text(str(entry["kid"])) if entry.get("kid") else ()
    country = str(entry.get("country", ""))
    return _usable_ones([lambda: of_certificate(x509.load_der_x509_certificate(base64.b64decode(raw)), ids, country)])


def _of_public_key(kid: str, entry: Mapping[str, Any]) -> TrustedKey:
    key = usable(load_der_public_key(base64.b64decode(entry["subjectPk"])))
    usages = frozenset(_USAGES[one] for one in entry.get("keyUsage", ()) if one in _USAGES)
    return TrustedKey(ids_of_text(kid), key, usages)


def _of_jwk(entry: Mapping[str, Any], more_ids: tuple[str, ...] = ()) -> TrustedKey:
    """A JWK (RFC 7517). Where it brings its certificate and that is for the same key, the certificate's term counts too."""
    key = jwt.PyJWK.from_dict(dict(entry)).key
    key = usable(key.public_key() if hasattr(key, "public_key") else key)
    named = ids_of_text(entry["kid"]) if isinstance(entry.get("kid"), str) else ()
    ids = tuple(dict.fromkeys((*more_ids, *named, thumbprint(entry))))
    chain = entry.get("x5c")
    if isinstance(chain, list) and chain:
        certified = of_certificate(x509.load_der_x509_certificate(base64.b64decode(chain[0])), ids)
        if certified.public_key == key and not certified.is_authority:
            return certified
    return TrustedKey(ids, key, issuer=str(entry.get("iss", "")))


def _of_did(method: Mapping[str, Any], did: str) -> TrustedKey:
    """A verification method (DID Core 1.0, 5.2). It answers to its own id, and to the DID's where a proof names only that."""
    ids = tuple(dict.fromkeys(str(name) for name in (method.get("id"), method.get("controller"), did) if name))
    if isinstance(method.get("publicKeyJwk"), Mapping):
        return _of_jwk(method["publicKeyJwk"], ids)
    if isinstance(method.get("publicKeyPem"), str):
        return TrustedKey(ids, usable(load_pem_public_key(method["publicKeyPem"].encode())))
    if isinstance(method.get("publicKeyBase58"), str):
        return TrustedKey(ids, ed25519.Ed25519PublicKey.from_public_bytes(_base58(method["publicKeyBase58"])))
    multibase = method["publicKeyMultibase"]
    packed = _base58(multibase[1:]) if multibase.startswith("z") else b""
    if not packed.startswith(_ED25519_MULTICODEC):
        raise ValueError("a multibase key of another kind")
    return TrustedKey(ids, ed25519.Ed25519PublicKey.from_public_bytes(packed[2:]))


def _base58(text: str) -> bytes:
    if len(text) > 100:
        raise ValueError("too long for a key")
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    zeros = len(text) - len(text.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def jwk_of(key: PublicKey) -> dict[str, Any]:
    """The public JWK of a key."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return dict(jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True))
    if isinstance(key, rsa.RSAPublicKey):
        return dict(jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True))
    return dict(jwt.algorithms.OKPAlgorithm.to_jwk(key, as_dict=True))


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The key's own name: RFC 7638, SHA-256, base64url."""
    members = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}[jwk["kty"]]
    needed = json.dumps({name: jwk[name] for name in members}, separators=(",", ":"), sort_keys=True)
    return base64.urlsafe_b64encode(hashlib.sha256(needed.encode()).digest()).rstrip(b"=").decode()
