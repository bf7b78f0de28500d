"""The proof as a code: made and read back, its size, and what foreign bytes come to."""

from __future__ import annotations

import base64
import uuid
from dataclasses import replace
from typing import Any

import cbor2
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from config import value_set
from kiosk.delegation import cose, token
from kiosk.delegation.claims import BadClaims
from kiosk.delegation.token import BrokenToken, Signer, key_id
from kiosk.text import base45
from plugins.vaccination.certificate import proof, proof_claims
from plugins.vaccination.certificate.proof_claims import ProofClaims

NOW = 1_630_000_000
PLATFORM, DEVICE = generate_private_key(SECP256R1()), generate_private_key(SECP256R1())
ISSUERS = {key_id(PLATFORM.public_key()): PLATFORM.public_key()}
SIGNER = Signer(DEVICE, token.delegate(PLATFORM, "abcdef234567ghij", DEVICE.public_key(), 2**32 - 1))
PLAIN = ProofClaims(
    record=str(uuid.UUID(int=7)),
    issued_at=NOW,
    expires_at=NOW + 14 * 86_400,
    name="Nguyễn Văn An",
    birth_year=1990,
    citizen=base64.urlsafe_b64encode(b"c" * 16).rstrip(b"=").decode(),
    product="AstraZeneca",
    number=1,
    total=2,
    on=20210815,
    lot="ABV1234",
    site="test-site",
    colour="yellow",
)


def made(claims: ProofClaims = PLAIN) -> str:
    return token.write(proof.PREFIX, cbor2.dumps(proof_claims.to_map(claims)), SIGNER)


def test_what_is_written_is_read() -> None:
    claims, origin = proof.read(made(), ISSUERS, {})
    assert claims == PLAIN
    assert (origin.issuer, origin.failed_step) == ("device:abcdef234567ghij", "")


def test_the_largest_proof_is_a_code_of_version_15() -> None:
    product = max((row["product"] for row in value_set("vaccines")), key=len)
    assert len(product.encode()) <= proof_claims.PRODUCT_BYTES
    largest = replace(
        PLAIN, name="ễ" * 40, product="x" * proof_claims.PRODUCT_BYTES, lot="A" * 20, site="a" * 16, total=9, number=9
    )
    text = made(largest)
    code = segno.make(text, error="m", boost_error=False, micro=False)
    assert (code.mode, int(code.version)) == ("alphanumeric", 15)
    claims, _ = proof.read(text, ISSUERS, {})
    assert claims.name.endswith("ễ…")


@given(st.binary(max_size=500))
@settings(deadline=None)
def test_foreign_bytes_are_broken(raw: bytes) -> None:
    with pytest.raises(BrokenToken):
        proof.read(proof.PREFIX + base45.encode(raw), ISSUERS, {})


@given(st.text(max_size=700))
@settings(deadline=None)
def test_foreign_text_is_broken(text: str) -> None:
    with pytest.raises(BrokenToken):
        proof.read(proof.PREFIX + text, ISSUERS, {})


VALUES = st.recursive(
    st.one_of(st.integers(-(2**64), 2**64 - 1), st.text(max_size=70), st.binary(max_size=20), st.booleans()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.integers(0, 12), inner, max_size=12)),
    max_leaves=12,
)


@given(
    st.dictionaries(st.sampled_from([*range(1, 12)]), VALUES, max_size=11), st.integers(0, 2**41), st.integers(0, 99)
)
@settings(deadline=None, max_examples=200)
def test_what_is_signed_and_senseless_is_broken_or_whole(changes: dict[int, Any], iat: int, days: int) -> None:
    """A device that was taken over signs what it likes: it is refused, or fits the format as any proof does."""
    body = proof_claims.to_map(PLAIN)
    body[proof_claims.PROOF] = {**body[proof_claims.PROOF], **changes}
    body |= {proof_claims.IAT: iat, proof_claims.EXP: iat + days * 86_400}
    parts = cose.sign(cbor2.dumps(body), DEVICE, b"", {token.DELEGATION: cbor2.loads(SIGNER.delegation)})
    try:
        claims, _ = proof.read(proof.PREFIX + base45.encode(cbor2.dumps(parts)), ISSUERS, {})
    except BrokenToken:
        return
    assert proof_claims.from_map(proof_claims.to_map(claims)) == claims
    assert all(isinstance(value, str) for value in proof_claims.as_claims(claims, True).values())


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "a\nb"},
        {"on": 20210230},
        {"lot": "A" * 21},
        {"colour": "blue"},
        {"expires_at": NOW},
        {"expires_at": NOW + 61 * 86_400},
        {"birth_year": 12},
    ],
)
def test_nothing_is_written_that_would_not_be_read(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadClaims):
        made(replace(PLAIN, **wrong))
