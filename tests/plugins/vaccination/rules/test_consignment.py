"""A consignment's QR code: what was written is read, damage is noticed, nothing foreign gets in."""

from __future__ import annotations

import hashlib
import string
from contextlib import suppress
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import segno
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.qr_scanning.engine.decoder import look
from plugins.vaccination.rules.consignment import (
    MARK,
    MOST_LINES,
    Consignment,
    ConsignmentError,
    Line,
    encode,
    is_consignment,
    parse,
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

LINE = Line("00303101222105", "AstraZeneca", "ABX1234", date(2021, 12, 31), 20, 10)
SENT = Consignment("PX-2021-0815", "Kho VSDTTƯ | miền Nam", "Điểm 01~A", date(2021, 8, 15), (LINE,))

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).filter(
    lambda one: one.strip() and one.isprintable()
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LOTS = st.text("!\"%&'()*+,-./:;<=>?_" + string.ascii_letters + string.digits, min_size=1, max_size=20)
LINES = st.builds(
    Line,
    st.sampled_from(["", "00303101222105", "00380777273150"]),
    st.sampled_from(["AstraZeneca", "Vero Cell", "Vắc xin~A|B%"]),
    LOTS,
    st.dates(),
    st.integers(1, 1_000_000),
    st.integers(1, 50),
)
CONSIGNMENTS = st.builds(
    Consignment,
    NAMES,
    NAMES,
    NAMES,
    st.dates(),
    st.lists(LINES, min_size=1, max_size=5, unique_by=lambda one: (one.product, one.lot)).map(tuple),
)


def test_the_text_is_as_documented() -> None:
    text = encode(SENT)
    assert text.startswith(
        "VXC1|PX-2021-0815|Kho VSDTT%C6%AF %7C mi%E1%BB%81n Nam|%C4%90i%E1%BB%83m 01%7EA|20210815|"
        "00303101222105~AstraZeneca~ABX1234~20211231~20~10|"
    )
    assert parse(text) == SENT


@UNHURRIED
@given(CONSIGNMENTS)
def test_what_was_written_is_read(consignment: Consignment) -> None:
    assert parse(f" {encode(consignment)}\r\n") == consignment


@UNHURRIED
@given(st.data())
def test_damage_is_noticed(data: st.DataObject) -> None:
    text = encode(SENT)
    place = data.draw(st.integers(len(MARK), len(text) - 1))
    other = data.draw(st.characters(codec="utf-8").filter(lambda one: one != text[place]))
    for damaged in (text[:place] + other + text[place + 1 :], text[:place], text[:place] + text[place + 1 :]):
        with pytest.raises(ConsignmentError):
            parse(damaged)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": " "}, "id"),
        ({"sender": "x" * 65}, "sender"),
        ({"receiver": "a\nb"}, "receiver"),
        ({"lines": ()}, "lines"),
        ({"lines": tuple(replace(LINE, lot=f"L{number}") for number in range(MOST_LINES + 1))}, "lines"),
        ({"lines": (LINE, LINE)}, "lot"),
        ({"lines": (replace(LINE, lot="LÔ 1"),)}, "lot"),
        ({"lines": (replace(LINE, gtin="00303101222106"),)}, "gtin"),
        ({"lines": (replace(LINE, vials=0),)}, "vials"),
        ({"lines": (replace(LINE, doses=51),)}, "vials"),
        ({"lines": (replace(LINE, product=""),)}, "product"),
    ],
)
def test_what_is_not_valid_is_neither_written_nor_read(change: dict[str, object], field: str) -> None:
    with pytest.raises(ConsignmentError) as caught:
        encode(replace(SENT, **change))
    assert (caught.value.code, caught.value.field) == ("content", field)


def _signed(body: str) -> str:
    """As the documentation has it."""
    return f"{body}|{hashlib.sha256(body.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_consignment"),
        ("VXCX|a", "not_a_consignment"),
        ("VXC2|a|b", "newer"),
        ("VXC1", "damaged"),
        ("VXC1|" + "x" * 2300, "too_long"),
        (_signed("VXC1|a|b|c"), "content"),
        (_signed("VXC1|a|b|c|20210230|~P~L~20211231~1~1"), "content"),
        (_signed("VXC1|a|b|c|20210815|~P~L~20211231~01~1"), "content"),
        (_signed("VXC1|a|b|c|20210815|~P~L~20211231~1"), "content"),
        (_signed("VXC1|a|b|%FF|20210815|~P~L~20211231~1~1"), "content"),
        (_signed("VXC1|a|b|c|20210815|~P~L~20211231~1~1|" + "|".join(["~P~M~20211231~1~1"] * MOST_LINES)), "content"),
    ],
)
def test_other_texts(text: str, code: str) -> None:
    with pytest.raises(ConsignmentError) as caught:
        parse(text)
    assert caught.value.code == code
    assert caught.value.text.vi
    assert caught.value.next_step.en


@UNHURRIED
@given(st.text(max_size=80) | st.text("VXC1|~%20AF", max_size=80))
def test_foreign_text_is_refused(text: str) -> None:
    for one in (text, f"VXC1|{text}", _signed(f"VXC1|a|b|c|20210815|{text}")):
        with suppress(ConsignmentError):
            parse(one)
            assert is_consignment(one)


@pytest.mark.parametrize("lines", [1, 20])
def test_the_camera_reads_it(lines: int) -> None:
    sent = replace(SENT, lines=tuple(replace(LINE, lot=f"ABX{number:04}") for number in range(lines)))
    matrix = np.array(segno.make(encode(sent), error="m", micro=False).matrix, np.uint8)
    picture = np.kron(np.pad(1 - matrix, 4, constant_values=1), np.ones((4, 4), np.uint8)) * 255
    (code,) = look(picture.astype(np.uint8), zxingcpp.BarcodeFormat.QRCode).codes
    assert parse(code.text) == sent
