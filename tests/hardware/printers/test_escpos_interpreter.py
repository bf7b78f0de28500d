"""The interpreter is the oracle of the printing tests: each command is held against dots worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from hardware.virtual.escpos import EscposError, Interpreter, draw
from hardware.virtual.escpos.interpreter import MARGIN
from hardware.virtual.escpos.rom_font import FONT_A, FONT_B, cell

INIT = b"\x1b@"
CUT = b"\x1dV\x00"


def dots(paper: Image.Image) -> np.ndarray:
    """Black dots, without the white frame above and below."""
    return ~np.asarray(paper)[MARGIN:-MARGIN]


def printed(data: bytes, width: int = 384) -> np.ndarray:
    papers = draw(INIT + data + CUT, width)
    assert len(papers) == 1
    return dots(papers[0])


def words(text: str) -> np.ndarray:
    return np.concatenate([cell(char, FONT_A) for char in text], axis=1)


def test_text_is_set_in_cells_of_font_a_and_feeds_by_the_line_spacing():
    paper = printed(b"Ab\nC\n")
    assert paper.shape == (60, 384)
    assert (paper[:24, :24] == words("Ab")).all()
    assert (paper[30:54, :12] == words("C")).all()
    assert not paper[24:30].any()


def test_font_b_has_smaller_cells():
    paper = printed(b"\x1bM\x01Ab\n")
    assert (paper[:17, :18] == np.concatenate([cell("A", FONT_B), cell("b", FONT_B)], axis=1)).all()


@pytest.mark.parametrize(
    ("command", "wide", "tall"), [(b"\x1d!\x12", 2, 3), (b"\x1b!\x30", 2, 2), (b"\x1d!\x77", 8, 8)]
)
def test_sizes_enlarge_every_dot(command, wide, tall):
    paper = printed(command + b"R\n")
    assert (paper[: 24 * tall, : 12 * wide] == words("R").repeat(tall, axis=0).repeat(wide, axis=1)).all()
    assert paper.shape[0] == max(24 * tall, 30)


def test_letters_of_different_size_stand_on_one_foot():
    paper = printed(b"i\x1d!\x01i\n")
    assert (paper[24:48, :12] == words("i")).all()
    assert not paper[:24, :12].any()


def test_bold_burns_each_dot_twice_underline_fills_the_foot_and_reverse_swaps():
    plain = words("H")
    bold = plain.copy()
    bold[:, 1:] |= plain[:, :-1]
    assert (printed(b"\x1bE\x01H\n")[:24, :12] == bold).all()
    assert printed(b"\x1b-\x02H\n")[22:24, :12].all()
    assert (printed(b"\x1dB\x01H\n")[:24, :12] == ~plain).all()


@pytest.mark.parametrize(("align", "x"), [(b"\x00", 0), (b"1", 180), (b"\x02", 360)])
def test_alignment(align, x):
    paper = printed(b"\x1ba" + align + b"Ab\n")
    assert (paper[:24, x : x + 24] == words("Ab")).all()


def test_left_margin_print_area_and_tabs_move_text():
    assert (printed(b"\x1dL\x18\x00A\n")[:24, 24:36] == words("A")).all()
    assert (printed(b"\x1dW\x30\x00\x1ba\x01A\n")[:24, 18:30] == words("A")).all()
    assert (printed(b"\tA\n")[:24, 96:108] == words("A")).all()
    assert (printed(b"\x1bD\x02\x00\tA\n")[:24, 24:36] == words("A")).all()


def test_a_line_that_is_too_long_goes_on_in_the_next():
    paper = printed(b"x" * 32 + b"Y\n")
    assert (paper[30:54, :12] == words("Y")).all()


def test_code_pages_and_international_sets_choose_letters():
    assert (printed(b"\x1bt\x10\xe9\n")[:24, :12] == words("é")).all()
    assert (printed(b"\x1bR\x10$\n")[:24, :12] == words("₫")).all()


def test_user_defined_characters_replace_codes_only_while_switched_on():
    solid = b"\x1b&\x03AA\x0c" + b"\xff" * 36
    assert printed(solid + b"\x1b%\x01A\n")[:24, :12].all()
    assert (printed(solid + b"A\n")[:24, :12] == words("A")).all()
    assert (printed(solid + b"\x1b%\x01\x1b?AA\n")[:24, :12] == words("A")).all()
    narrow = printed(b"\x1b&\x03AB\x01\x80\x00\x01\x00\x1b%\x01AB\n")[:24, :24]
    assert narrow.sum() == 2
    assert narrow[0, 0]
    assert narrow[23, 0]


def test_raster_images_plain_and_doubled():
    paper = printed(b"\x1dv0\x00\x02\x00\x02\x00\x80\x01\x00\x00")
    assert paper.sum() == 2
    assert paper[0, 0]
    assert paper[0, 15]
    assert printed(b"\x1dv0\x03\x01\x00\x01\x00\x80")[:2, :2].all()


def test_column_images_and_graphics_commands():
    assert printed(b"\x1b*\x21\x01\x00\xff\xff\xff\n")[:24, 0].all()
    eight = printed(b"\x1b*\x00\x01\x00\x80\n")  # one dot of 8-dot single density: three high, two wide
    assert eight[:3, :2].all()
    assert eight.sum() == 6
    body = b"0p0\x01\x01\x31\x08\x00\x01\x00\xf0"
    for store in (b"\x1d(L\x0b\x00" + body, b"\x1d8L\x0b\x00\x00\x00" + body):
        assert printed(store + b"\x1d(L\x02\x0002").sum() == 4


def test_native_qr_can_be_read_and_obeys_size_and_alignment():
    data = b"https://example.org/\xc3\xa1"
    job = b"\x1ba\x01\x1d(k\x04\x001A2\x00\x1d(k\x03\x001C\x04\x1d(k\x03\x001E1"
    job += b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"1P0" + data + b"\x1d(k\x03\x001Q0"
    paper = draw(INIT + job + CUT)[0]
    found = zxingcpp.read_barcodes(paper.convert("L"))
    assert [code.text for code in found] == [data.decode()]
    columns = np.flatnonzero(dots(paper).any(axis=0))
    assert (columns[-1] - columns[0] + 1) % 4 == 0
    assert abs((columns[0] + columns[-1]) / 2 - 192) <= 4


def test_feeding_and_several_papers():
    papers = draw(INIT + b"A\n\x1bd\x03" + CUT + b"\x1bJ\x0aB\n\x1dV\x42\x05" + b"rest\n")
    assert [paper.height - 2 * MARGIN for paper in papers] == [120, 45, 30]


def test_status_is_answered_in_turn_and_in_real_time():
    answers: list[bytes] = []
    seen: list[tuple[str, int]] = []

    def status(request: str, number: int) -> bytes:
        seen.append((request, number))
        return b"\x12"

    interpreter = Interpreter(status=status, reply=answers.append)
    interpreter.feed(b"\x10\x04\x01A\n\x1dr\x01\x10\x04\x04")
    assert seen == [("DLE EOT", 1), ("GS r", 1), ("DLE EOT", 4)]
    assert answers == [b"\x12"] * 3


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"ab\x1bz", 2),
        (b"\x01", 0),
        (b"\x1dQ", 0),
        (b"a\x1dv0\x00\x01\x00\x01\x00\xff", 1),  # an image in the middle of a line
        (b"a\x1dV\x00", 1),
        (b"\x1dv0\x00\x31\x00\x01\x00" + b"\xff" * 49, 0),  # wider than 384 dots
        (b"\x1b&\x03\x1f\x20\x00\x00", 0),
        (b"\x1b&\x03AA\x0d" + bytes(39), 0),
        (b"\x1bt\xc8", 0),
        (b"\x1d!\x88", 0),
        (b"\x1c&", 0),
        (b"\x1d(k\x03\x001Q0", 0),  # nothing stored
        (b"\x10\x04\x09", 0),
    ],
)
def test_what_a_strict_printer_does_not_know_is_an_error_at_its_offset(data, offset):
    with pytest.raises(EscposError) as caught:
        draw(INIT + data)
    assert caught.value.offset == 2 + offset


def test_a_command_cut_off_by_the_end_is_an_error():
    with pytest.raises(EscposError, match="byte 2: the stream ends"):
        draw(INIT + b"\x1dv0\x00\x02\x00")


SOUP = st.lists(
    st.one_of(
        st.binary(max_size=6),
        st.sampled_from(
            [
                b"\x1b@",
                b"Nguyen\n",
                b"\x1ba\x01",
                b"\x1d!\x11",
                b"\x1b%\x01",
                b"\x1b&\x03AA\x01\xff\xff\xff",
                b"\x1dV\x00",
                b"\x1dv0\x00\x01\x00\x02\x00",
                b"\x1d(k\x03\x001C\x05",
                b"\x10\x04\x01",
                b"\x1b*\x21\x02\x00",
                b"\n",
            ]
        ),
    ),
    max_size=20,
).map(b"".join)


@given(SOUP)
def test_any_bytes_draw_or_are_refused(data):
    interpreter = Interpreter()
    offset = 0
    try:
        interpreter.feed(data)
        interpreter.finish()
    except EscposError as error:
        offset = error.offset
    assert 0 <= offset <= len(data)


@given(SOUP, st.integers(1, 7))
def test_how_the_bytes_are_split_changes_nothing(data, size):
    def run(pieces: list[bytes]) -> object:
        interpreter = Interpreter()
        try:
            for piece in pieces:
                interpreter.feed(piece)
            interpreter.finish()
        except EscposError as error:
            return error.offset
        last = interpreter.uncut()
        return [paper.tobytes() for paper in interpreter.papers], last.tobytes() if last else None

    assert run([data]) == run([data[at : at + size] for at in range(0, len(data), size)])
