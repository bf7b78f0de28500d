"""Scanners that read UTF-8 as another code page: repaired when provable, said aloud when not."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.synthetic import citizens
from kiosk.text import mojibake

CARD = "001199012345||Đặng Thị Hằng|01011999|Nữ|Số 1, Thôn Đề, Tỉnh Bắc Ninh|01012021"


def misread(text, codec, times=1):
    """UTF-8 read as ``codec``; the five bytes without a sign in Windows-1252 come through unchanged."""
    for _ in range(times):
        text = "".join(bytes([b]).decode(codec, "ignore") or chr(b) for b in text.encode())
    return text


@pytest.mark.parametrize("codec", ["latin-1", "cp1252"])
@pytest.mark.parametrize("times", [1, 2])
@given(seed=st.integers(0, 2**32))
def test_repairs_every_synthetic_card(read, codec, times, seed):
    citizen = next(citizens(Random(seed)))
    garbled = misread(citizen.cccd_2021(), codec, times)
    card = read(garbled, raw=b"")
    assert (card.value("name"), card.value("address")) == (citizen.name, citizen.address)
    assert card.warnings == ("text.repaired",)


def test_the_bytes_are_preferred_to_a_wrongly_decoded_text(read):
    card = read(misread(CARD, "latin-1"), raw=CARD.encode())
    assert (card.value("name"), card.warnings) == ("Đặng Thị Hằng", ())


def test_smuggled_bytes_come_back(read):
    card = read(CARD.encode().decode("ascii", "surrogateescape"), raw=b"\xff")
    assert (card.value("name"), card.warnings) == ("Đặng Thị Hằng", ())


def test_fields_are_repaired_by_themselves_where_one_lost_a_byte(read):
    lossy = CARD.encode().decode("cp1252", "ignore")  # drops bytes 81, 8D, 8F, 90 and 9D: in "Đ" and "ề"
    card = read(lossy, raw=b"")
    assert card.value("sex") == "female"
    assert set(card.warnings) == {"text.repaired", "text.damaged"}
    assert card.claims["address"].confidence == 0.3
    assert card.claims["national_id"].confidence == 1.0


def test_replacement_characters_lower_the_confidence(read):
    card = read(CARD.replace("ằ", "\ufffd"), raw=b"")
    assert card.warnings == ("text.damaged",)
    assert card.claims["name"].confidence == 0.3


def test_invalid_bytes_are_never_read_as_letters(read):
    broken = CARD.encode().replace("ằ".encode(), b"\xe1\xba")
    card = read(broken)
    assert card.warnings == ("text.damaged",)


SIGNS = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]


@given(st.text(st.sampled_from(SIGNS) | st.characters(max_codepoint=0xFF)))
def test_what_is_undone_can_be_done_again(text):
    before = mojibake.undone_once(text)
    if before is not None:
        again = before.encode()
        assert len(again) == len(text)
        assert all(sign in (SIGNS[byte], chr(byte)) for sign, byte in zip(text, again, strict=True))


@given(st.text(), st.sampled_from(["latin-1", "cp1252"]))
def test_every_misread_text_is_undone(text, codec):
    assert mojibake.undone_once(misread(text, codec)) == (None if text.isascii() else text)


WORDS = st.sampled_from(
    "Nguyễn Đặng Hằng Ưu Ạnh Ã â Ê ô Hoà Lý Ủy Ỳ Úy Tâm Thuý Xã Cả Ấp Ở Đình".split()  # noqa: SIM905 - readable
)


@given(st.lists(WORDS).map(" ".join))
def test_proper_vietnamese_is_left_alone(text):
    assert mojibake.repair(text) == (text, False)
    assert not mojibake.damaged(text)
