"""The platform's public keys from files: every form that people have them in, and what foreign bytes come to."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from jwt.algorithms import ECAlgorithm

from kiosk.delegation.given_keys import jwk_set, keys_in
from kiosk.delegation.token import key_id

KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key()
DER = PUBLIC.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
NAME = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "platform")])
CERTIFICATE = (
    x509.CertificateBuilder(NAME, NAME, PUBLIC, 7, datetime.now(UTC), datetime.now(UTC) + timedelta(days=1))
).sign(KEY, SHA256())
FORMS = {
    "PEM": PUBLIC.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
    "DER": DER,
    "base64": base64.b64encode(DER),
    "certificate PEM": CERTIFICATE.public_bytes(Encoding.PEM),
    "certificate DER": CERTIFICATE.public_bytes(Encoding.DER),
    "certificate base64": base64.b64encode(CERTIFICATE.public_bytes(Encoding.DER)),
    "JWK of another library": json.dumps(ECAlgorithm.to_jwk(PUBLIC, as_dict=True)).encode(),
    "JWK set": json.dumps(jwk_set([PUBLIC])).encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_the_same_key(form: str) -> None:
    assert keys_in((FORMS[form] + b"\n" if "DER" not in form else FORMS[form],)) == {key_id(PUBLIC): PUBLIC}


def test_other_programs_read_the_set() -> None:
    (one,) = jwk_set([PUBLIC])["keys"]
    assert ECAlgorithm.from_jwk(one) == PUBLIC


@given(st.lists(st.integers(1, 2**200), min_size=1, max_size=4, unique=True))
@settings(max_examples=30, deadline=None)
def test_a_set_reads_back_whole(secrets: list[int]) -> None:
    keys = {key_id(key): key for key in (ec.derive_private_key(one, ec.SECP256R1()).public_key() for one in secrets)}
    assert keys_in((json.dumps(jwk_set(keys.values())).encode(),)) == keys


def test_what_signs_nothing_here_is_passed_over_and_spoils_no_other() -> None:
    others = [
        ed25519.Ed25519PrivateKey.generate().public_key(),
        ec.generate_private_key(ec.SECP384R1()).public_key(),
    ]
    contents = [key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) for key in others]
    mixed = {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}, 7, *jwk_set([PUBLIC])["keys"]]}
    assert keys_in((*contents, b"rubbish", b"", json.dumps(mixed).encode())) == {key_id(PUBLIC): PUBLIC}
    off_the_curve = {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"}
    assert keys_in((json.dumps(off_the_curve).encode(),)) == {}


@given(st.binary(max_size=120) | st.sampled_from(list(FORMS.values())).flatmap(lambda form: st.just(form[:-9])))
@settings(max_examples=200, deadline=None)
def test_foreign_bytes_hold_no_key(content: bytes) -> None:
    assert keys_in((content,)) == {}
