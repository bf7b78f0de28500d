"""``HC1:`` with certificates issued for the test: algorithms, key ids, terms, usages, revocation, and every way to tamper."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import Credential, Malformed, Trust
from kiosk.text.base45 import decode as b45decode
from plugins.health_certificate import hcert
from plugins.health_certificate.key_files import read_keys
from plugins.health_certificate.steps import Step
from plugins.health_certificate.trust import KeyRing, TrustAt
from tests.plugins.health_certificate.conftest import Read, read_by, step_of
from tests.support.issuing import (
    AT,
    DOSE,
    ISSUED,
    RECOVERY,
    TEST,
    Issuer,
    base45,
    claims,
    cose,
    dcc,
    hc1,
    hc1_of,
    issuer,
)


def test_a_vaccination_certificate_is_verified_and_told(signer: Issuer, read: Read) -> None:
    found = read(hc1(signer))
    assert isinstance(found, Credential)
    assert (found.kind, found.trust, found.issuer, found.warnings) == ("eu_dcc", Trust.VERIFIED, "VN", ())
    assert {name: claim.value for name, claim in found.claims.items()} == {
        "name": "Nguyễn Thị Mẫu",
        "family_name": "Nguyễn",
        "given_name": "Thị Mẫu",
        "birth_date": "1990-02-28",
        "certificate.types": "vaccination",
        "certificate.colour": "green",
        "issued_at": "2021-09-01T00:00:00+00:00",
        "expires_at": "2022-09-01T00:00:00+00:00",
        "doses": "2",
        "vaccination.product": "Comirnaty",
        "vaccination.doses_given": "2",
        "vaccination.doses_total": "2",
        "vaccination.last_dose_on": "2021-08-20",
        "vaccination.doses": '[{"product":"Comirnaty","on":"2021-08-20","number":2,"of":2,"country":"VN"}]',
    }


def test_a_test_and_a_recovery(signer: Issuer, read: Read) -> None:
    tested = read(hc1(signer, dcc(t=[TEST])))
    assert (tested.value("test.kind"), tested.value("test.result")) == ("naat", "negative")
    assert tested.value("test.sampled_at") == "2021-09-30T01:00:00+00:00"
    recovered = read(hc1(signer, dcc(r=[RECOVERY])))
    assert recovered.value("recovery.first_positive_on") == "2021-06-01"
    assert (recovered.value("recovery.valid_from"), recovered.value("recovery.valid_until")) == (
        "2021-06-12",
        "2021-12-01",
    )
    assert recovered.value("certificate.colour") == "none"


def test_rsa_keys_sign_by_ps256(rsa_signer: Issuer) -> None:
    payload = hc1(rsa_signer)
    assert read_by(payload, rsa_signer.pem).trust is Trust.VERIFIED
    changed = cose(rsa_signer, cbor2.dumps(claims(dcc())))
    assert step_of(read_by(hc1_of(changed[:-1] + bytes([changed[-1] ^ 1])), rsa_signer.pem)) == "signature"


PAYLOAD = cbor2.dumps(claims(dcc()))


@pytest.mark.parametrize(
    ("protected", "unprotected", "step"),
    [
        ({1: -7}, {4: "own"}, None),
        ({1: -7, 4: "own"}, {4: b"anything"}, None),  # the protected one counts
        ({1: -7, 4: b"anything"}, {4: "own"}, "kid"),
        ({1: -7}, {4: b"anything"}, "kid"),
        ({1: -7}, {}, "kid"),
        ({4: "own"}, {1: -7}, None),
        ({4: "own"}, {}, "algorithm"),
        ({1: -37, 4: "own"}, {}, "algorithm"),  # says RSA, the key is none
        ({1: -8, 4: "own"}, {}, "algorithm"),
        ({1: 5, 4: "own"}, {}, "algorithm"),  # HMAC: anybody who has the public key could make it
        ({1: "ES256", 4: "own"}, {}, "algorithm"),
    ],
)
def test_where_headers_may_stand(
    signer: Issuer, read: Read, protected: Any, unprotected: Any, step: str | None
) -> None:
    def filled(headers: dict[int, Any]) -> dict[int, Any]:
        return {name: signer.kid if value == "own" else value for name, value in headers.items()}

    assert step_of(read(hc1_of(cose(signer, PAYLOAD, filled(protected), filled(unprotected))))) == step


def test_tags_may_be_there_or_not(signer: Issuer, read: Read) -> None:
    whole = cose(signer, PAYLOAD)
    for form in (whole, whole[1:], b"\xd8\x3d" + whole):
        assert read(hc1_of(form)).trust is Trust.VERIFIED


def test_another_key_of_the_same_name(signer: Issuer) -> None:
    """Eight bytes of a hash are not unique: each key of that name is tried."""
    other = issuer()
    renamed = [replace(key, ids=read_keys(signer.der)[0].ids) for key in read_keys(other.der)]
    payload = hc1(signer)
    assert hcert.read(payload, TrustAt(AT, (KeyRing(renamed),)))[1] is Step.SIGNATURE
    assert hcert.read(payload, TrustAt(AT, (KeyRing([*renamed, *read_keys(signer.der)]),)))[1] is None
    assert step_of(read_by(payload, other.der)) == "kid"


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("times", "at", "step"),
    [
        ({}, ISSUED, None),
        ({}, ISSUED - timedelta(seconds=1), "time"),
        ({}, ISSUED + 365 * DAY, None),
        ({}, ISSUED + 365 * DAY + timedelta(seconds=1), "time"),
        ({"end": None}, ISSUED + 600 * DAY, None),
        ({"begin": None}, ISSUED - 10 * DAY, None),
        ({"begin": None, "end": None}, ISSUED - 40 * DAY, "time"),  # the key was not valid yet
        ({"begin": None, "end": None}, ISSUED + 800 * DAY, "time"),
        ({"begin": 1630454400.5}, AT, None),
        ({"end": float("nan")}, AT, "payload"),
        ({"end": float("inf")}, AT, "payload"),
        ({"end": "tomorrow"}, AT, "payload"),
        ({"end": 1661990400000}, AT, "payload"),  # milliseconds
        ({"end": True}, AT, "payload"),
    ],
)
def test_terms(signer: Issuer, read: Read, times: Any, at: datetime, step: str | None) -> None:
    assert step_of(read(hc1(signer, **times), at=at)) == step


GROUPS = {"v": DOSE, "t": TEST, "r": RECOVERY}


@pytest.mark.parametrize("usages", ["", "v", "t", "r", "vt", "vtr"])
@pytest.mark.parametrize("authority", [False, True])
def test_a_key_signs_what_it_may(usages: str, authority: bool) -> None:
    by = issuer(usages=usages, authority=authority)
    for letter, entry in GROUPS.items():
        step = step_of(read_by(hc1(by, dcc(**{letter: [entry]})), by.der))
        assert step == (None if not usages or letter in usages else "keyusage"), letter
    both = read_by(hc1(by, dcc(v=[DOSE], t=[TEST])), by.der)
    assert step_of(both) == (None if not usages or {"v", "t"} <= set(usages) else "keyusage")


class Revoked(KeyRing):
    """A trust source with one revocation."""

    revokes = True

    def __init__(self, by: Issuer, entry: str) -> None:
        super().__init__(read_keys(by.der))
        self.entry = entry

    def revoked(self, hashes: Any) -> bool:
        return self.entry in hashes


def test_revoked_by_id_by_country_and_id_by_signature_and_by_key(signer: Issuer) -> None:
    whole = cose(signer, PAYLOAD)
    signature = cbor2.loads(whole).value[3]
    payload = hc1_of(whole)

    def half(data: bytes) -> str:
        return hashlib.sha256(data).hexdigest()[:32]

    kid = next(name for name in read_keys(signer.der)[0].ids)
    for entry in (half(DOSE["ci"].encode()), half(b"VN" + DOSE["ci"].encode()), half(signature[:32]), f"kid:{kid}"):
        assert hcert.read(payload, TrustAt(AT, (Revoked(signer, entry),)))[1] is Step.REVOKED, entry
    assert hcert.read(payload, TrustAt(AT, (Revoked(signer, half(b"another")),)))[1] is None


ODD = [
    ({"ma": "ORG-1"}, "health_certificate.code_unknown.ma"),
    ({"mp": "NVX-CoV2373"}, "health_certificate.code_deprecated.mp"),
    ({"mp": ["a", "list"]}, "health_certificate.code_unknown.mp"),
    ({"vp": None}, "health_certificate.code_unknown.vp"),
]


@pytest.mark.parametrize(("change", "warning"), ODD)
def test_odd_codes_are_warnings(signer: Issuer, read: Read, change: Any, warning: str) -> None:
    found = read(hc1(signer, dcc(v=[DOSE | change])))
    assert found.trust is Trust.VERIFIED
    assert warning in found.warnings


BROKEN = [
    ("HC1:", "zlib"),
    ("HC1:0", "base45"),
    ("HC1::::", "base45"),  # 91124 is no 16 bits
    ("HC1:é", "base45"),
    ("HC1:" + base45(b"not zlib"), "zlib"),
    (hc1_of(b""), "cbor"),
    (hc1_of(b"\xff"), "cbor"),
    (hc1_of(cbor2.dumps(0)), "cose"),
    (hc1_of(cbor2.dumps([b"", {}, b""])), "cose"),
    (hc1_of(cbor2.dumps([b"\xff", {}, b"", b""])), "cose"),
    (hc1_of(cbor2.dumps([b"", {}, None, b""])), "cose"),
    (hc1_of(cbor2.dumps([b"", {}, b"\x01", b""])), "payload"),
    (hc1_of(cbor2.dumps([b"", {}, b"\xff", b""])), "payload"),
]


@pytest.mark.parametrize(("payload", "step"), BROKEN)
def test_broken_ones_say_where(read: Read, payload: str, step: str) -> None:
    found = read(payload)
    assert isinstance(found, Malformed)
    assert (found.kind, step_of(found)) == ("eu_dcc", step)
    assert found.text.vi != found.text.en


@pytest.mark.parametrize("content", [{}, {"v": []}, {"v": {}}, {"v": [1]}, {"ver": "1.3.0", "nam": {}}])
def test_content_that_certifies_nothing(signer: Issuer, read: Read, content: dict[str, Any]) -> None:
    assert step_of(read(hc1_of(cose(signer, cbor2.dumps(claims(content)))))) == "payload"


def test_what_stands_in_no_signature_changes_no_verdict(signer: Issuer, read: Read) -> None:
    """Bytes after the end: of the compressed stream, and of the CBOR item."""
    whole = cose(signer, PAYLOAD)
    assert read("HC1:" + base45(zlib.compress(whole) + b"more")).trust is Trust.VERIFIED
    assert read(hc1_of(whole + b"\x00")).trust is Trust.VERIFIED


@pytest.fixture(scope="module")
def signed(signer: Issuer) -> bytes:
    """One COSE_Sign1: a signature is another one each time."""
    return cose(signer, PAYLOAD)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_changed_letter_never_makes_another_valid_certificate(
    signer: Issuer, signed: bytes, data: st.DataObject
) -> None:
    payload = hc1_of(signed)
    at = data.draw(st.integers(4, len(payload) - 1))
    letter = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"))
    changed = payload[:at] + letter + payload[at + 1 :]
    found = read_by(changed, signer.der)
    if isinstance(found, Credential) and found.trust is Trust.VERIFIED:
        assert found == read_by(payload, signer.der)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_changed_bit_inside_is_found(signer: Issuer, signed: bytes, data: st.DataObject) -> None:
    whole = bytearray(signed)
    bit = data.draw(st.integers(0, len(whole) * 8 - 1))
    whole[bit // 8] ^= 1 << bit % 8
    found = read_by(hc1_of(bytes(whole)), signer.der)
    if (
        isinstance(found, Credential) and found.trust is Trust.VERIFIED
    ):  # a bit that stands for nothing, such as the tag's
        assert found == read_by(hc1_of(signed), signer.der)


@given(st.binary(max_size=700))
def test_base45_round_trip(data: bytes) -> None:
    assert b45decode(base45(data)) == data


@pytest.mark.parametrize("text", ["", "BB8", "QED8WEX0", "%69 VD92EX0"])
def test_base45_of_the_rfc(text: str) -> None:
    """RFC 9285, 4.3 and 4.4."""
    assert b45decode(text) == {"": b"", "BB8": b"AB", "QED8WEX0": b"ietf!", "%69 VD92EX0": b"Hello!!"}[text]


@pytest.mark.parametrize("text", ["GGW1", ":::", "a", "AB\n", "É00", "ABCD", "::"])
def test_base45_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"base45|ascii"):
        b45decode(text)
