"""Commands as bytes, drawn again by the interpreter."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from hardware.printers import commands
from hardware.virtual.escpos import draw
from hardware.virtual.escpos.interpreter import MARGIN


def printed(body: bytes) -> np.ndarray:
    return ~np.asarray(draw(commands.INITIALISE + body + commands.PARTIAL_CUT)[0])[MARGIN:-MARGIN]


def picture(dots: np.ndarray) -> Image.Image:
    return Image.fromarray(~dots)


@settings(max_examples=40)
@given(arrays.arrays(bool, st.tuples(st.integers(1, 90), st.integers(1, 192)), elements=st.booleans()), st.booleans())
def test_a_raster_image_comes_out_dot_for_dot(dots, double):
    paper = printed(commands.raster(picture(dots), double))
    expected = dots.repeat(2, 0).repeat(2, 1) if double else dots
    rows, columns = expected.shape
    left = min(columns, 384)
    assert (paper[:rows, :left] == expected[:, :left]).all()
    assert not paper[:, left:].any()
    assert paper.shape[0] == rows


def test_fragments_stay_below_the_buffer_of_a_small_printer():
    black = np.ones((500, 384), dtype=bool)
    job = commands.raster(picture(black))
    assert job.count(b"\x1dv0\x00\x30\x00") == 16
    assert printed(job).all()


def test_white_at_the_right_end_is_not_sent():
    thin = np.zeros((32, 384), dtype=bool)
    thin[:, 0] = True
    assert len(commands.raster(picture(thin))) == 8 + 32


@settings(max_examples=40)
@given(
    st.dictionaries(
        st.integers(0x21, 0x7E),
        arrays.arrays(bool, st.tuples(st.just(24), st.integers(1, 12)), elements=st.booleans()),
        min_size=1,
        max_size=20,
    )
)
def test_user_defined_characters_come_out_dot_for_dot(glyphs):
    body = commands.define_characters(glyphs) + commands.USER_DEFINED_ON + bytes(glyphs) + b"\n"
    paper = printed(body)
    for place, dots in enumerate(glyphs.values()):
        cell = paper[:24, 12 * place : 12 * place + 12]
        assert (cell[:, : dots.shape[1]] == dots).all()
        assert not cell[:, dots.shape[1] :].any()


def test_neighbouring_codes_share_one_command():
    blank = np.zeros((24, 12), dtype=bool)
    assert commands.define_characters({0x41: blank, 0x42: blank, 0x44: blank}) == b"\x1b&\x03AB\0\0\x1b&\x03DD\0"


def test_white_feeds_exact_dots():
    assert printed(commands.white(13)).shape[0] == 13


@pytest.mark.parametrize("level", "LMQH")
def test_native_qr_is_readable(level):
    job = commands.INITIALISE + commands.CENTRE + commands.native_qr("Số 12".encode(), 5, level) + commands.cut()
    found = zxingcpp.read_barcodes(draw(job)[0].convert("L"))
    assert [(code.text, code.ec_level) for code in found] == [("Số 12", level)]
