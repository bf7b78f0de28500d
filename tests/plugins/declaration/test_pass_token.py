"""The pass as a code: made and read back, its size, its chain, and what foreign bytes come to."""

from __future__ import annotations

import base64
import tracemalloc
from dataclasses import replace

import cbor2
import pytest
import segno
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.delegation import cose, token
from kiosk.delegation.claims import BadClaims
from kiosk.delegation.token import BrokenToken, Signer, key_id
from kiosk.text import base45
from plugins.declaration import pass_claims, pass_token
from plugins.declaration.pass_claims import Area, PassClaims
from plugins.declaration.pass_token import NotAPass

NOW = 1_630_000_000
PLATFORM = generate_private_key(SECP256R1())
DEVICE = generate_private_key(SECP256R1())
ISSUERS = {key_id(PLATFORM.public_key()): PLATFORM.public_key()}
DELEGATION = token.delegate(PLATFORM, "abcdef234567ghij", DEVICE.public_key(), 2**32 - 1)
KIOSK = Signer(DEVICE, DELEGATION)
CITIZEN = base64.urlsafe_b64encode(b"c" * 16).rstrip(b"=").decode()

PLAIN = PassClaims(
    id=pass_claims.id_of(b"\x01" * 10),
    kind="movement",
    issued_at=NOW,
    expires_at=NOW + 72 * 3600,
    name="Nguyễn Thị Hằng",
    birth_year=1990,
    document_tail="2345",
    citizen=CITIZEN,
    flags=frozenset({"symptoms"}),
    origin=Area("01", "001", "00001"),
    destination=Area("79"),
    purpose="work",
    vehicle="motorbike",
    plate="29A-123.45",
    companions=1,
)
LARGEST = replace(
    PLAIN,
    name="Ễ" * 60,
    issued_at=4_000_000_000,
    expires_at=4_000_000_000 + 72 * 3600,
    document_tail="WXYZ",
    flags=frozenset(pass_claims.FLAGS),
    origin=Area("99", "999", "99999"),
    destination=Area("99", "999", "99999"),
    plate="51LD-999.999",
    companions=pass_claims.COMPANIONS,
)


def read(text: str) -> pass_token.ReadPass:
    return pass_token.read(text, ISSUERS, {})


claims_strategy = st.builds(
    PassClaims,
    id=st.binary(min_size=10, max_size=10).map(pass_claims.id_of),
    kind=st.sampled_from(pass_claims.KINDS),
    issued_at=st.just(NOW),
    expires_at=st.integers(NOW + 1, NOW + 72 * 3600),
    name=st.text(min_size=1, max_size=80).filter(str.isprintable).filter(str.strip),
    birth_year=st.integers(1900, 2100),
    document_tail=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_size=4),
    citizen=st.sampled_from(["", CITIZEN]),
    flags=st.frozensets(st.sampled_from(pass_claims.FLAGS)),
    origin=st.sampled_from([None, Area("01"), Area("99", "999", "99999"), Area("79", "", "27000")]),
    destination=st.sampled_from([None, Area("01"), Area("99", "999", "99999")]),
    purpose=st.sampled_from(["", *pass_claims.PURPOSES]),
    vehicle=st.sampled_from(["", *pass_claims.VEHICLES]),
    plate=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. ", max_size=12),
    companions=st.integers(0, pass_claims.COMPANIONS),
)


@given(claims_strategy, st.sampled_from([KIOSK, Signer(PLATFORM)]))
@settings(max_examples=150, deadline=None)
def test_every_allowed_pass_reads_back_and_fits_version_15_m(claims: PassClaims, signer: Signer) -> None:
    text = pass_token.make(claims, signer)
    found = read(text)
    assert found.claims == replace(claims, name=pass_claims.cut_name(claims.name))
    assert found.failed_step == ""
    assert found.issuer == ("device:abcdef234567ghij" if signer is KIOSK else "platform")
    code = segno.make(text, error="m", boost_error=False)
    assert code.mode == "alphanumeric"
    assert int(code.version) <= 15


def test_the_largest_pass_is_what_the_specification_says() -> None:
    text = pass_token.make(LARGEST, KIOSK)
    assert len(text) == 595
    assert segno.make(text, error="m", boost_error=False).designator == "15-M"
    assert read(text).claims.name.endswith("…")


def test_a_name_is_cut_at_a_whole_letter() -> None:
    cut = pass_claims.cut_name("Ễ" * 60)
    assert len(cut.encode()) <= pass_claims.NAME_BYTES
    assert set(cut) == {"Ễ", "…"}
    assert pass_claims.cut_name("Nguyễn Văn An") == "Nguyễn Văn An"


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_flipped_bit_is_ever_taken_for_proven(data: st.DataObject) -> None:
    raw = bytearray(base45.decode(pass_token.make(PLAIN, KIOSK)[len(pass_token.PREFIX) :]))
    place = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[place // 8] ^= 1 << place % 8
    try:
        found = read(pass_token.PREFIX + base45.encode(bytes(raw)))
    except BrokenToken:
        return
    assert found.failed_step


@given(st.integers(0, 10_000))
@settings(max_examples=150, deadline=None)
def test_no_shortened_pass_is_taken_for_proven(length: int) -> None:
    text = pass_token.make(PLAIN, KIOSK)
    short = text[: len(pass_token.PREFIX) + length % (len(text) - len(pass_token.PREFIX))]
    with pytest.raises(BrokenToken):
        read(short)


@given(st.binary(max_size=395))
@settings(max_examples=400, deadline=None)
def test_foreign_bytes_are_refused_in_words(raw: bytes) -> None:
    with pytest.raises(BrokenToken):
        read(pass_token.PREFIX + base45.encode(raw))


cbor_values = st.recursive(
    st.integers(-(2**70), 2**70)
    | st.binary(max_size=20)
    | st.text(max_size=10)
    | st.booleans()
    | st.none()
    | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.integers(-70000, 70000) | st.text(max_size=4), inner, max_size=5)
    ),
    max_leaves=15,
)


@given(cbor_values, cbor_values, cbor_values)
@settings(max_examples=300, deadline=None)
def test_well_made_cbor_of_another_meaning_is_refused(protected: object, unprotected: object, payload: object) -> None:
    parts = [cbor2.dumps(protected), unprotected, cbor2.dumps(payload), b"s" * 64]
    signed = cose.sign(cbor2.dumps(payload), DEVICE, b"")
    signed[1] = unprotected
    for message in (parts, signed):
        raw = cbor2.dumps(message)
        if len(raw) < 390:
            with pytest.raises(BrokenToken):
                read(pass_token.PREFIX + base45.encode(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"\x9b" + b"\xff" * 8,  # an array of 2^64 items
        b"\xbb" + b"\x7f" * 8,
        b"\x5b" + b"\x7f" * 8,  # a string of 2^63 bytes
        b"\x5a\xff\xff\xff\xff",
        b"\x81" * 380 + b"\x00",  # arrays in arrays
        b"\xd8\x40" * 190,  # tags on tags
        b"\x9f" * 380,  # arrays without an end
        b"\x98\xc8" + b"\x98\xc8" * 150,
        bytes([0xC4, 0x82, 0x1B]) + b"\x7f" * 8 + b"\x01",  # a decimal fraction with a huge exponent
        b"\xd8\x23\x63(a+",  # a pattern
    ],
)
def test_bombs_cost_no_memory(raw: bytes) -> None:
    text = pass_token.PREFIX + base45.encode(raw)
    tracemalloc.start()
    with pytest.raises(BrokenToken):
        read(text)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000


def test_overlong_text_is_not_even_decoded() -> None:
    with pytest.raises(BrokenToken, match="length"):
        read(pass_token.PREFIX + "0" * 20_000_000)


@pytest.mark.parametrize("text", ["", "HC1:ABC", "tk1:ABC", "TK1", "0010990123|"])
def test_other_formats_are_left_alone(text: str) -> None:
    with pytest.raises(NotAPass):
        read(text)


def test_a_key_that_nobody_vouches_for() -> None:
    stranger = generate_private_key(SECP256R1())
    alone = read(pass_token.make(PLAIN, Signer(stranger)))
    assert (alone.failed_step, alone.issuer) == ("key_unknown", "")
    forged = token.delegate(stranger, "abc", stranger.public_key(), NOW + 86_400)
    assert read(pass_token.make(PLAIN, Signer(stranger, forged))).failed_step == "delegation_key_unknown"


def test_a_delegation_is_bound_to_its_key_and_its_time() -> None:
    stranger = generate_private_key(SECP256R1())
    assert read(pass_token.make(PLAIN, Signer(stranger, DELEGATION))).failed_step == "signature"
    ended = token.delegate(PLATFORM, "abc", DEVICE.public_key(), NOW - 1)
    assert read(pass_token.make(PLAIN, Signer(DEVICE, ended))).failed_step == "delegation_ended"


def test_a_delegation_with_the_platforms_key_id_and_another_signature() -> None:
    message = cbor2.loads(DELEGATION)
    message[3] = bytes(64)
    found = read(pass_token.make(PLAIN, Signer(DEVICE, cbor2.dumps(message))))
    assert found.failed_step == "delegation_signature"


def test_a_pass_is_no_delegation_and_a_delegation_no_pass() -> None:
    own_pass = base45.decode(pass_token.make(PLAIN, Signer(PLATFORM))[len(pass_token.PREFIX) :])
    with pytest.raises(BrokenToken, match="delegation"):
        read(pass_token.make(PLAIN, Signer(DEVICE, own_pass)))
    with pytest.raises(BrokenToken, match="claims"):
        read(pass_token.PREFIX + base45.encode(DELEGATION))


def test_an_own_key_needs_no_delegation_at_home() -> None:
    text = pass_token.make(PLAIN, Signer(DEVICE))
    own = {key_id(DEVICE.public_key()): DEVICE.public_key()}
    assert pass_token.read(text, {}, own).issuer == "device"
    assert pass_token.read(text, ISSUERS, {}).failed_step == "key_unknown"


@pytest.mark.parametrize(
    "wrong",
    [
        {"expires_at": NOW + 72 * 3600 + 1},
        {"expires_at": NOW},
        {"id": "AAAA"},
        {"name": ""},
        {"name": "An\u202eB"},
        {"plate": "biển số"},
        {"plate": "1234567890123"},
        {"companions": 61},
        {"document_tail": "12345"},
    ],
)
def test_what_no_pass_may_say(wrong: dict[str, object]) -> None:
    with pytest.raises(BadClaims):
        pass_token.make(replace(PLAIN, **wrong), KIOSK)  # type: ignore[arg-type]


def test_a_delegation_that_came_by_record_must_be_the_platforms() -> None:
    found = token.read_own_delegation(DELEGATION, ISSUERS)
    assert found is not None
    assert found.device == "abcdef234567ghij"
    assert token.read_own_delegation(DELEGATION, {}) is None
    assert token.read_own_delegation(b"\x80", ISSUERS) is None
    stranger = generate_private_key(SECP256R1()).public_key()
    assert token.read_own_delegation(DELEGATION, {key_id(PLATFORM.public_key()): stranger}) is None
