"""The code on a vial: as cameras and scanners deliver it, as people read it, as they type it; and what is wrong with it."""

from __future__ import annotations

import string
from contextlib import suppress
from datetime import date

import biip
import numpy as np
import pytest
import segno
import zxingcpp
from biip.gs1_messages import GS1Message
from biip.gtin import Gtin
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.qr_scanning.engine.decoder import look
from plugins.vaccination.rules.gs1 import Gs1, Gs1Error, lot_key, parse, parse_or_lot, typed_lot
from plugins.vaccination.rules.gs1_elements import checks

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

TODAY = date(2021, 8, 15)
GTIN = "00380777273105"
FULL = Gs1(GTIN, "1234AB", date(2022, 3, 31), "X9")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"01{GTIN}17220331101234AB\x1d21X9", FULL),
        (f"\x1d01{GTIN}101234AB\x1d2" + "1X9\x1d17220331", FULL),
        (f"]d201{GTIN}17220331101234AB\x1d21X9\r\n", FULL),
        (f"]C101{GTIN}17220331101234AB\x1d21X9", FULL),
        (f"]Q301{GTIN}17220331101234AB\x1d21X9", FULL),
        (f"01{GTIN}17220331101234AB<GS>21X9", FULL),
        (f"01{GTIN}17220331101234AB|21X9", FULL),
        (f"01{GTIN}17220331101234AB\u241d21X9", FULL),
        (f"(01){GTIN}(17)220331(10)1234AB(21)X9", FULL),
        (f"(01) {GTIN} (17) 220331 (10) 1234AB (21) X9", FULL),
        (f"01{GTIN}17220300101234AB\x1d21X9", FULL),  # day 00: the month's last
        (f"01{GTIN}1724020010L", Gs1(GTIN, "L", date(2024, 2, 29))),
        (f"(01){GTIN}(10)12(A", Gs1(GTIN, "12(A")),
        (f"01{GTIN}10!\"%&'()*+,-./:;<", Gs1(GTIN, "!\"%&'()*+,-./:;<")),
        (f"01{GTIN}10=>?_a", Gs1(GTIN, "=>?_a")),
        (f"01{GTIN}1121040110L\x1d3005", Gs1(GTIN, "L", others=(("11", "210401"), ("30", "05")))),
        (f"01{GTIN}01{GTIN}10L", Gs1(GTIN, "L")),  # said twice, and the same
        (GTIN, Gs1(GTIN)),
        (GTIN[1:], Gs1(GTIN)),  # a box's EAN-13
        ("10L", Gs1(lot="L")),
        ("10380777273102", Gs1("10380777273102")),  # a carton's ITF-14
        ("]d210380777273102", Gs1(lot="380777273102")),  # the same digits where only elements can be
    ],
)
def test_what_a_code_says(text: str, expected: Gs1) -> None:
    assert parse(text, TODAY) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" \x1d ", "empty"),
        ("x" * 401, "too_long"),
        ("https://example.org/lot", "not_gs1"),
        ("0012345678", "not_gs1"),
        (f"01{GTIN}10", "not_gs1"),
        (f"(01){GTIN[:-1]}", "not_gs1"),
        ("(99999)x", "not_gs1"),
        (f"x(01){GTIN}", "not_gs1"),
        ("0100380777273106", "check_digit"),
        ("010038077727310A", "check_digit"),
        (f"01{GTIN}17221301", "impossible_date"),
        (f"01{GTIN}17220230", "impossible_date"),
        (f"01{GTIN}17AB0101", "impossible_date"),
        (f"01{GTIN}10L\x1d10M", "said_twice"),
        (f"01{GTIN}10ẤĐ7", "characters"),  # a Vietnamese keyboard took AASDD7 for its own
        (f"01{GTIN}10A B", "characters"),
        (f"01{GTIN}10ABCDEFGHIJ21123456789012", "separator_missing"),
        (f"01{GTIN}101234AB1722033121X9", "separator_missing"),
    ],
)
def test_what_is_wrong_with_a_code(text: str, code: str) -> None:
    with pytest.raises(Gs1Error) as caught:
        parse(text, TODAY)
    assert caught.value.code == code
    assert caught.value.text.vi
    assert caught.value.next_step.en


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2021, 1, 1), 2071), (date(2020, 12, 31), 1971), (date(2060, 6, 1), 2071), (date(2099, 1, 1), 2071)],
)
def test_the_century_is_that_of_the_day(today: date, year: int) -> None:
    assert parse("17710630", today).expiry == date(year, 6, 30)


def test_a_field_takes_a_scan_or_a_typed_lot() -> None:
    assert parse_or_lot(f"01{GTIN}10L", TODAY) == Gs1(GTIN, "L")
    assert parse_or_lot("10ABC", TODAY) == Gs1(lot="10ABC")  # typed: no identifier
    assert parse_or_lot(" abx 1234 ", TODAY) == Gs1(lot="abx1234")
    assert parse_or_lot(GTIN[1:], TODAY) == Gs1(GTIN)
    assert lot_key(" abx 1234 ") == lot_key("ABX1234")
    for text in ("", "A" * 21, "LÔ12", "A\x00B"):
        with pytest.raises(Gs1Error) as caught:
            typed_lot(text)
        assert caught.value.code == "lot"


# --- real symbols, through the camera's own decoder

FORMATS = (zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode)
LOTS = st.text("!\"%&'*+,-./:;<=>?_" + string.ascii_letters + string.digits, min_size=1, max_size=20)
GTINS = st.integers(0, 10**13 - 1).map(
    lambda number: next(f"{number:013}{last}" for last in range(10) if checks(f"{number:013}{last}"))
)
EXPIRIES = st.dates(date(2021, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize("symbology", FORMATS, ids=lambda one: one.name)
@settings(UNHURRIED, max_examples=15)
@given(gtin=GTINS, lot=LOTS, expiry=EXPIRIES, serial=LOTS)
def test_a_symbol_is_read_as_it_was_made(symbology, gtin: str, lot: str, expiry: date, serial: str) -> None:
    text = f"(01){gtin}(17){expiry:%y%m%d}(10){lot}(21){serial}"
    made = zxingcpp.create_barcode(text, symbology, gs1=True)
    picture = np.array(zxingcpp.write_barcode_to_image(made, scale=4))
    (code,) = look(picture, symbology).codes
    assert parse(code.text, TODAY) == Gs1(gtin, lot, expiry, serial)


def test_a_plain_qr_code_of_the_bracketed_form_is_read() -> None:
    """What a site prints for itself with any generator."""
    matrix = np.array(segno.make(f"(01){GTIN}(17)220331(10)1234AB", micro=False).matrix, np.uint8)
    picture = np.kron(np.pad(1 - matrix, 4, constant_values=1), np.ones((4, 4), np.uint8)) * 255
    (code,) = look(picture.astype(np.uint8), zxingcpp.BarcodeFormat.QRCode).codes
    assert parse(code.text, TODAY) == Gs1(GTIN, "1234AB", date(2022, 3, 31))


# --- against another implementation, and foreign text


@UNHURRIED
@given(st.permutations(["01", "17", "10", "21", "11", "30", "240"]), GTINS, LOTS, LOTS, EXPIRIES, st.integers(0, 7))
def test_another_implementation_reads_the_same(order, gtin, lot, serial, expiry, count) -> None:
    data = {"01": gtin, "17": f"{expiry:%y%m%d}", "10": lot, "21": serial, "11": "210401", "30": "12", "240": "A-1"}
    text = "".join(f"{ai}{data[ai]}" + ("" if ai in ("01", "17", "11") else "\x1d") for ai in order[: count or 1])
    theirs = {one.ai.ai: one for one in GS1Message.parse(text).element_strings}
    ours = parse(text, TODAY)
    assert ours.lot == (theirs["10"].value if "10" in theirs else "")
    assert ours.serial == (theirs["21"].value if "21" in theirs else "")
    assert ours.gtin == (theirs["01"].value if "01" in theirs else "")
    assert ours.expiry == (theirs["17"].date if "17" in theirs else None)
    assert dict(ours.others) == {ai: one.value for ai, one in theirs.items() if ai in ("11", "30", "240")}


@UNHURRIED
@given(GTINS, st.integers(0, 13), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(gtin: str, place: int, more: int) -> None:
    wrong = gtin[:place] + str((int(gtin[place]) + more) % 10) + gtin[place + 1 :]
    with pytest.raises(Gs1Error, match="check_digit"):
        parse(f"01{wrong}10L", TODAY)
    with pytest.raises(biip.ParseError):
        Gtin.parse(wrong)


@UNHURRIED
@given(
    st.text(max_size=60)
    | st.text("01()]dC1\x1d AB2179", max_size=60)
    | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1"))
)
def test_foreign_text_is_read_or_refused(text: str) -> None:
    for way in (parse, parse_or_lot):
        with suppress(Gs1Error):
            found = way(text, TODAY)
            assert len(found.gtin) in (0, 14)
            assert len(found.lot) <= 20
