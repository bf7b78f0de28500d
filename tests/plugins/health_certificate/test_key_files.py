"""Files of trusted keys: every form that states and issuers publish, and what is none."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.health_certificate import trust_files
from plugins.health_certificate.key_files import NotKeys, jwk_of, materials, read_keys, thumbprint
from plugins.health_certificate.keys import ids_of_text, kid_of_bytes
from tests.support.issuing import Issuer, issuer

PUBLIC = (serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def base58(data: bytes) -> str:
    alphabet, number, out = (
        "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz",
        int.from_bytes(data, "big"),
        "",
    )
    while number:
        number, digit = divmod(number, 58)
        out = alphabet[digit] + out
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + out


def forms(by: Issuer) -> dict[str, bytes]:
    kid, der = kid_of_bytes(by.kid), base64.b64encode(by.der).decode()
    entry = {"certificateType": "DSC", "country": "VN", "kid": kid, "rawData": der, "signature": "…", "thumbprint": "…"}
    info = by.key.public_key().public_bytes(serialization.Encoding.DER, PUBLIC[1])
    jwk = by.jwk(kid=kid)
    return {
        "DER": by.der,
        "PEM": by.pem,
        "PEM of two": by.pem + issuer().pem,
        "base64": der.encode(),
        "list": json.dumps({"certificates": [entry]}).encode(),
        "signed list": b"MEUCIQ==\n" + json.dumps({"certificates": [entry]}).encode(),
        "gateway": json.dumps([entry]).encode(),
        "entry": json.dumps(entry).encode(),
        "eu_keys": json.dumps({"eu_keys": {kid: [{"subjectPk": base64.b64encode(info).decode()}]}}).encode(),
        "JWK": json.dumps(jwk).encode(),
        "JWKS": json.dumps({"keys": [{"kty": "oct", "k": "AA"}, jwk, {"kty": "EC", "crv": "?"}]}).encode(),
        "DID": json.dumps({"id": "did:x:1", "verificationMethod": [{"id": kid, "publicKeyJwk": jwk}]}).encode(),
        "DID, PEM": json.dumps(
            {
                "id": "did:x:1",
                "assertionMethod": [{"id": kid, "publicKeyPem": by.key.public_key().public_bytes(*PUBLIC).decode()}],
            }
        ).encode(),
    }


@pytest.mark.parametrize("form", forms(issuer()))
def test_every_form_gives_the_same_key_under_its_id(signer: Issuer, form: str) -> None:
    keys = read_keys(forms(signer)[form])
    assert kid_of_bytes(signer.kid) in keys[0].ids
    assert keys[0].public_key == signer.key.public_key()
    assert len(keys) == (2 if form == "PEM of two" else 1)


@pytest.mark.parametrize("form", forms(issuer()))
def test_records_hold_each_key_whole(form: str) -> None:
    content = forms(issuer(usages="v"))[form]
    held = [read_keys(material.encode()) for material in materials(content)]
    for made, again in zip(read_keys(content), held, strict=True):
        assert len(again) == 1
        assert set(made.ids) <= set(again[0].ids)
        assert (again[0].public_key, again[0].usages) == (made.public_key, made.usages)
        assert (again[0].not_before, again[0].not_after) == (made.not_before, made.not_after)


def test_usages_of_a_list_of_bare_keys() -> None:
    by = issuer()
    info = by.key.public_key().public_bytes(serialization.Encoding.DER, PUBLIC[1])
    entry = {"subjectPk": base64.b64encode(info).decode(), "keyUsage": ["v", "r"]}
    content = json.dumps({"eu_keys": {"a2lk": [entry]}}).encode()
    for form in (content, materials(content)[0].encode()):
        assert read_keys(form)[0].usages == {"vaccination", "recovery"}


@pytest.mark.parametrize("multibase", [True, False])
def test_ed25519_in_a_did_document(multibase: bool) -> None:
    key = ed25519.Ed25519PrivateKey.generate().public_key()
    raw = key.public_bytes_raw()
    form = {"publicKeyMultibase": "z" + base58(b"\xed\x01" + raw)} if multibase else {"publicKeyBase58": base58(raw)}
    document = {"id": "did:india", "verificationMethod": [{"id": "did:india#1", "controller": "did:india", **form}]}
    (found,) = read_keys(json.dumps(document).encode())
    assert (found.public_key, found.ids) == (key, ("did:india#1", "did:india"))
    (again,) = read_keys(materials(json.dumps(document).encode())[0].encode())
    assert set(found.ids) <= set(again.ids)


def test_names_that_stand_for_bytes_and_names_that_do_not() -> None:
    assert ids_of_text("_-8") == ("_-8", "/+8=")
    assert ids_of_text("/+8=") == ("/+8=",)
    assert ids_of_text("k1") == ("k1",)  # its last bits are none
    assert ids_of_text("did:india") == ("did:india",)
    assert ids_of_text("x" * 1000) == ()


def test_thumbprint_of_the_rfc() -> None:
    """RFC 7638, 3.1 has an RSA key."""
    key = rsa.generate_private_key(65537, 2048).public_key()
    jwk = jwk_of(key)
    assert thumbprint(jwk) == thumbprint({**jwk, "kid": "x", "alg": "PS256"})
    assert len(thumbprint(jwk)) == 43


def test_private_parts_are_left_behind() -> None:
    private = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    assert "d" in private
    (found,) = read_keys(json.dumps(private).encode())
    assert isinstance(found.public_key, ec.EllipticCurvePublicKey)
    assert "d" not in json.loads(materials(json.dumps(private).encode())[0])["verificationMethod"][0]["publicKeyJwk"]


SMALL = rsa.generate_private_key(65537, 1024).public_key()
NONE: list[Any] = [
    b"",
    b"{}",
    b"[]",
    b"null",
    b"hello",
    b"\x30\x03\x02\x01",
    b"-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----",
    b'{"keys": []}',
    b'{"keys": [{"kty": "oct", "k": "AA"}]}',
    b'{"kty": "EC"}',
    b'{"certificates": [{"rawData": "AA=="}]}',
    b'{"certificates": [{"rawData": 5}]}',
    b'{"verificationMethod": [{"id": "x", "publicKeyMultibase": "zz"}]}',
    b'{"verificationMethod": [{"id": "x", "publicKeyBase58": "0OIl"}]}',
    json.dumps(jwt.algorithms.RSAAlgorithm.to_jwk(SMALL, as_dict=True)).encode(),
    b"[" * 100_000,
]


@pytest.mark.parametrize("content", NONE, ids=range(len(NONE)))
def test_what_is_none_says_so(content: bytes) -> None:
    with pytest.raises(NotKeys):
        read_keys(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes(content: bytes) -> None:
    with pytest.raises(NotKeys):
        read_keys(content)


MEMBERS = "kty keys certificates rawData kid crv x y id verificationMethod publicKeyJwk eu_keys subjectPk x5c"  # of all the forms
JSON = st.recursive(
    st.none() | st.text(max_size=20) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS.split()), inner, max_size=5),
)


@settings(max_examples=200, deadline=None)
@given(JSON)
def test_any_json(content: Any) -> None:
    with suppress(NotKeys):
        assert read_keys(json.dumps(content).encode())


def test_files_and_folders(tmp_path: Path, signer: Issuer) -> None:
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "a.pem").write_bytes(signer.pem)
    (folder / "b.txt").write_bytes(b"notes")
    (folder / ".hidden").write_bytes(b"notes")
    found = trust_files.load([str(folder), str(tmp_path / "missing.pem"), str(folder / "a.pem")])
    assert found.ring.size == 2
    assert [name for name, _ in found.problems] == ["b.txt", str(tmp_path / "missing.pem")]
    assert found.newest > 1_600_000_000
    assert trust_files.load([]).newest == 0
