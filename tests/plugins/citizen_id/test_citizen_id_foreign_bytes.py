"""Whatever a code holds, reading ends with a credential, a reason, or "not ours"; it never raises, and never says what is not there."""

import re
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Credential, Malformed, Trust
from kiosk.synthetic import citizens

CITIZEN = next(citizens(Random(11)))
VALID = [
    CITIZEN.cccd_2021(),
    CITIZEN.cccd_2024(),
    CITIZEN.national_qr(),
    CITIZEN.national_qr(masked=True),
    CITIZEN.bhyt(),
    CITIZEN.bhyt_old(),
    CITIZEN.mrz_td1(),
]
SYMBOLOGIES = st.sampled_from(["QRCode", "MRZ", "typed", ""])
PIECES = st.one_of(
    st.sampled_from(["001099012345", "0100000001", "Nam", "Nữ", "01011999", "1999-01-01", "$", "-", "4e67", "", "\0"]),
    st.text(max_size=12),
)


def is_sound(read, payload, **more):
    """Reads a payload: what comes of it fits its type, is the same each time, vouches for nothing, and invents no number."""
    result = read(payload, **more)
    assert read(payload, **more) == result
    if isinstance(result, Malformed):
        return bool(result.text.vi and result.text.en and result.code.startswith(result.kind + "."))
    if isinstance(result, Credential):
        assert result.trust is Trust.UNVERIFIED  # nobody signs these
        assert all(claim.value.isprintable() and 0 < claim.confidence <= 1 for claim in result.claims.values())
        born = result.value("birth_date")
        assert born is None or re.fullmatch(r"\d{4}", born) or date.fromisoformat(born)
        number = result.value("national_id")
        shown = [
            payload if isinstance(payload, str) else payload.decode("latin-1"),
            more.get("raw", b"").decode("latin-1"),
        ]
        return number is None or (len(number) == 12 and any(number in digits_of(one) for one in shown))
    return result is None


def digits_of(text):
    return "".join(letter for letter in text if letter in "0123456789")


@given(st.text(), SYMBOLOGIES)
def test_any_text(read, text, symbology):
    assert is_sound(read, text, symbology=symbology)


@given(st.binary(), SYMBOLOGIES)
def test_any_bytes(read, raw, symbology):
    assert is_sound(read, raw, symbology=symbology)


@given(st.lists(PIECES, min_size=1, max_size=20).map("|".join))
def test_anything_between_pipes(read, text):
    assert is_sound(read, text)


@given(st.text(st.characters(categories=["Cs", "Lu", "Nd"]), max_size=40), st.binary(max_size=4))
def test_surrogates(read, text, raw):
    assert is_sound(read, text, raw=raw)


@given(st.sampled_from(VALID), st.integers(0, 10**4), st.integers(0, 3), st.binary(max_size=3))
def test_valid_payloads_with_bytes_replaced(read, payload, place, length, by):
    data = payload.encode()
    place %= len(data)
    assert is_sound(read, data[:place] + by + data[place + length :])


@pytest.mark.parametrize("payload", VALID)
def test_every_truncation(read, payload):
    for length in range(len(payload)):
        assert is_sound(read, payload[:length])


@pytest.mark.parametrize("payload", ["", "\0" * 50, "|" * 8000, "<" * 8000, "9" * 8000, "\r\n" * 4000, "\x1b@" * 100])
def test_degenerate_texts(read, payload):
    assert is_sound(read, payload)


@pytest.mark.parametrize("start", ["", VALID[0] + "|", "P<", "\0"])
def test_ten_megabytes_are_looked_at_no_further(read, start):
    assert read(start + "x" * 10_000_000, raw=b"") is None
    assert read("x", raw=start.encode() + b"x" * 10_000_000) is None
