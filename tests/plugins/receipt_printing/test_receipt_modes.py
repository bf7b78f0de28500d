"""Receipts as bytes and drawn again: raster, glyph and text mode, on both papers."""

from __future__ import annotations

from itertools import combinations
from unicodedata import normalize

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from hardware.virtual.escpos import draw
from hardware.virtual.escpos.interpreter import MARGIN
from hardware.virtual.escpos.rom_font import FONT_A, cell
from kiosk.domain import BigNumber, Field, Heading, Logo, Paragraph, QrCode, Rule
from plugins.receipt_printing.cells import Line, balanced, set_in_cells, wrap
from plugins.receipt_printing.code_pages import DrawnCodePages
from plugins.receipt_printing.glyph_mode import GlyphEncoder
from plugins.receipt_printing.glyphs import glyph
from plugins.receipt_printing.job import JobOptions, compose_job, seconds_at
from plugins.receipt_printing.raster import STYLES, draw_receipt, font
from plugins.receipt_printing.raster import wrap as wrap_pixels
from plugins.receipt_printing.sample import sample_ticket, vietnamese_letters

SITE = "Điểm tiêm Trường THCS Nguyễn Du"
LETTERS = "".join(row.replace(" ", "").replace("|", "") for row in vietnamese_letters())
ALL = [(width, mode, native) for width in (58, 80) for mode in ("raster", "glyph", "text") for native in (False, True)]


def papers(job: bytes, options: JobOptions) -> list[Image.Image]:
    return draw(job, options.dots, DrawnCodePages(options.profile))


def dots(paper: Image.Image) -> np.ndarray:
    return ~np.asarray(paper)[MARGIN:-MARGIN]


@pytest.mark.parametrize(("width", "mode", "native"), ALL)
def test_a_ticket_is_one_paper_with_a_readable_qr(width, mode, native):
    options = JobOptions(width=width, mode=mode, native_qr=native)
    ticket = sample_ticket(SITE)
    drawn = papers(compose_job(ticket, options), options)
    assert len(drawn) == 1
    assert drawn[0].width == options.dots
    found = zxingcpp.read_barcodes(drawn[0].convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    (payload,) = [block.payload for block in ticket if isinstance(block, QrCode)]
    assert [code.text for code in found] == [payload]


@pytest.mark.parametrize("width", [58, 80])
def test_a_ticket_in_glyph_mode_is_small_enough_for_a_slow_line(width):
    job = compose_job(sample_ticket(SITE), JobOptions(width=width, mode="glyph"))
    assert len(job) <= 4096
    native = compose_job(sample_ticket(SITE), JobOptions(width=width, mode="glyph", native_qr=True))
    assert seconds_at(9600, len(native)) <= 2.1
    assert seconds_at(9600, len(job)) <= 3.0
    marked = (
        "Ở LẠI THEO DÕI ÍT NHẤT 30 PHÚT SAU KHI TIÊM. Nếu thấy khó thở, hãy báo ngay cho nhân viên y tế ở cửa số 3."
    )
    assert len(compose_job([*sample_ticket(SITE), Paragraph(marked)], JobOptions(width=width, mode="glyph"))) <= 4096


# --- raster


def test_what_is_drawn_is_what_the_printer_prints():
    options = JobOptions(width=58)
    ticket = sample_ticket(SITE)
    picture = ~np.asarray(draw_receipt(ticket, 384))
    paper = dots(papers(compose_job(ticket, options), options)[0])
    assert (paper[: len(picture)] == picture).all()
    assert not paper[len(picture) :].any()


def test_raster_text_is_large_enough_for_diacritics_and_stays_inside():
    assert all(min(style.small, style.body) >= 22 for style in STYLES.values())
    words = "Nghiêng " * 40
    picture = ~np.asarray(draw_receipt([Paragraph(words), Field("Nhãn", words), Heading(words)], 384))
    assert not picture[:, :2].any()
    assert not picture[:, -2:].any()


def test_long_words_are_cut_and_nothing_is_lost():
    face = font("Regular", 25)
    lines = wrap_pixels("x" * 100 + " abc", face, 376)
    assert "".join(lines).replace(" ", "") == "x" * 100 + "abc"
    assert all(face.getlength(line) <= 376 for line in lines)


def test_a_field_stands_on_one_line_where_it_fits_and_below_where_not():
    one = draw_receipt([Field("Cửa", "1")], 384).height
    assert draw_receipt([Field("Bước tiếp theo", "Khám sàng lọc tại bàn số 3, tầng trệt")], 384).height == 3 * one


def test_a_logo_is_printed_where_there_is_one():
    logo = Image.new("1", (80, 40), 1)
    ImageDraw.Draw(logo).rectangle((0, 0, 79, 39), fill=0)
    assert (~np.asarray(draw_receipt([Logo()], 384, logo)))[:40, 152:232].all()
    assert draw_receipt([Logo()], 384).height == 1
    for native in (False, True):
        raster = JobOptions(logo=logo, native_qr=native)
        blocks = [Logo(), *([QrCode("A042")] if native else [])]
        assert dots(papers(compose_job(blocks, raster), raster)[0])[:40, 152:232].all(), "raster is the default"
    options = JobOptions(mode="glyph", logo=logo)
    job = compose_job([Logo()], options)
    assert dots(papers(job, options)[0]).sum() > 500
    assert len(job) < 900


# --- glyph mode


def glyph_paper(text: str) -> np.ndarray:
    options = JobOptions(mode="glyph")
    return dots(papers(compose_job([Paragraph(text)], options), options)[0])


def test_accented_letters_come_out_dot_for_dot_among_the_printers_own():
    text = "Nguyễn Thị Hằng Ở mũi 2"
    paper = glyph_paper(text)
    for place, char in enumerate(text):
        expected = cell(char, FONT_A) if char.isascii() else glyph(char)
        assert (paper[:24, 12 * place : 12 * place + 12] == expected).all(), char


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(st.sampled_from(LETTERS + " abcxyzABCXYZ0129#{}~"), min_size=1, max_size=80), max_size=8))
def test_any_vietnamese_text_is_drawn_right_however_often_letters_must_be_taught_anew(texts):
    options = JobOptions(mode="glyph")
    blocks = [Paragraph(text) for text in texts]
    lines = [line for line in set_in_cells(blocks, 32) if isinstance(line, Line)]
    drawn = papers(compose_job(blocks, options), options)
    assert len(drawn) == 1
    paper = dots(drawn[0])
    for row, line in enumerate(lines):
        for place, char in enumerate(line.text):
            expected = cell(char, FONT_A) if char.isascii() else glyph(char)
            assert (paper[30 * row : 30 * row + 24, 12 * place : 12 * place + 12] == expected).all(), (line.text, char)


def test_all_letters_and_all_signs_on_one_ticket_need_more_places_than_there_are():
    signs = "".join(map(chr, range(0x21, 0x7F)))
    lines = [Line(((text, False),)) for text in wrap(" ".join((LETTERS, signs, LETTERS)), 32)]
    encoder = GlyphEncoder(lines)
    taught = [encoder.prepare(line) for line in lines]
    assert sum(map(bool, taught)) > 5
    for line in lines:
        encoder.prepare(line)
        codes = encoder.encode(line.text)
        assert len(set(zip(codes, line.text, strict=True))) == len(set(codes)) == len(set(line.text))


def test_a_sign_whose_place_a_letter_took_is_printed_as_itself_again():
    signs = "".join(map(chr, range(0x21, 0x7F)))  # with all of them on the ticket no place is free
    options = JobOptions(mode="glyph")
    blocks = [Paragraph(" ".join(wrap(text, 32))) for text in (LETTERS, signs, LETTERS, signs)]
    lines = [line for line in set_in_cells(blocks, 32) if isinstance(line, Line)]
    assert {char for line in lines for char in line.text} >= set(signs + LETTERS)
    paper = dots(papers(compose_job(blocks, options), options)[0])
    for row, line in enumerate(lines):
        for place, char in enumerate(line.text):
            expected = cell(char, FONT_A) if char.isascii() else glyph(char)
            assert (paper[30 * row : 30 * row + 24, 12 * place : 12 * place + 12] == expected).all(), (line.text, char)


def printed(char: str) -> np.ndarray:
    """The cell as it comes out on paper: the printer's own letter, or the one it was taught."""
    return cell(char, FONT_A) if char.isascii() else glyph(char)


def letter_rows(char: str) -> int:
    """Rows above the base line of the ink that hangs together with the letter's foot: no mark, but the horn."""
    ink = printed(char)
    joined = np.zeros_like(ink)
    joined[19] = ink[19]
    while True:
        around = np.pad(joined, 1)
        grown = ink & np.max([around[y : y + 24, x : x + 12] for y in range(3) for x in range(3)], axis=0)
        if (grown == joined).all():
            return 20 - int(np.flatnonzero(joined.any(axis=1))[0])
        joined = grown


def signs(char: str) -> str:
    return normalize("NFD", char)[1:]


@pytest.mark.parametrize("char", [char for char in LETTERS if signs(char) and char.islower()])
def test_a_capital_is_taller_than_its_small_letter_and_no_mark_touches_either(char):
    capital, horn = char.upper(), "\u031b" in signs(char)
    two_above = len(set(signs(char)) - {"\u031b", "\u0323"}) == 2
    assert letter_rows(char) == letter_rows(normalize("NFD", char)[0]) + horn
    lower_by = (2 if "\u0303" in signs(char) or "\u0306" in signs(char) else 1) if two_above else 0
    assert letter_rows(capital) == letter_rows(normalize("NFD", capital)[0]) + horn - lower_by
    assert letter_rows(capital) == letter_rows(char) + 4 - lower_by
    assert (glyph(char) ^ glyph(capital)).sum() >= 12


def test_letters_differ_from_each_other_by_more_than_a_few_dots():
    assert len(set(LETTERS)) == 146
    for one, other in combinations(LETTERS, 2):
        assert (printed(one) ^ printed(other)).sum() >= 6, (one, other)


@pytest.mark.parametrize("char", list(LETTERS + "ñ°€"))
def test_every_glyph_fits_font_a(char):
    assert glyph(char).shape == (24, 12)
    assert glyph(char).any()


# --- cells


def test_layout_in_cells():
    items = set_in_cells(
        [Heading("Điểm tiêm"), Rule(), Field("Họ tên", "An"), BigNumber("Số", "A-0127"), QrCode("x", "Giữ")], 32
    )
    assert items[0] == Line((("Điểm tiêm", False),), 2, 2, centred=True)
    assert items[1] == "rule"
    assert items[2].text == "Họ tên" + " " * 24 + "An"
    number = next(item for item in items if isinstance(item, Line) and item.text == "A-0127")
    assert (number.width_factor, number.height_factor) == (5, 5)


@given(st.text(st.sampled_from("ab cđ "), max_size=120), st.integers(1, 40))
def test_wrapping_loses_nothing_and_keeps_the_width(text, columns):
    for lines in (wrap(text, columns), balanced(text, columns)):
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(len(line) <= columns for line in lines)
    assert len(balanced(text, columns)) == len(wrap(text, columns))


def test_a_number_longer_than_the_paper_is_wrapped():
    options = JobOptions(mode="glyph")
    assert len(papers(compose_job([BigNumber("Số", "9" * 70)], options), options)) == 1


# --- text mode


def test_text_mode_uses_the_pages_of_the_confirmed_printer():
    options = JobOptions(mode="text", profile="TM-T20II")
    job = compose_job([Paragraph("Nguyễn Thị Hằng")], options)
    assert b"\x1bt\x1e" in job  # page 30, TCVN-3
    paper = dots(papers(job, options)[0])
    for place, char in enumerate("Nguyễn Thị Hằng"):
        assert (paper[:24, 12 * place : 12 * place + 12] == cell(char, FONT_A)).all()


def test_a_line_that_no_page_can_print_is_sent_as_a_picture():
    options = JobOptions(mode="text", profile="ZJ-5870")
    paper = dots(papers(compose_job([Paragraph("Nguyễn")], options), options)[0])
    for place, char in enumerate("Nguyễn"):
        assert (paper[:24, 12 * place : 12 * place + 12] == glyph(char)).all()


def test_an_unknown_profile_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"known are .*TM-T20II"):
        compose_job([Paragraph("x")], JobOptions(mode="text", profile="no such printer"))


# --- injection


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.sampled_from(ALL))
def test_words_from_people_never_act_as_commands(text, how):
    width, mode, native = how
    options = JobOptions(width=width, mode=mode, native_qr=native)
    blocks = [Heading(text), Field(text, text), BigNumber(text, text), Paragraph(text, centred=True), QrCode("x", text)]
    assert len(papers(compose_job(blocks, options), options)) == 1


@pytest.mark.parametrize("mode", ["raster", "glyph", "text"])
def test_a_name_that_is_a_cut_command_cuts_nothing(mode):
    options = JobOptions(mode=mode)
    plain = papers(compose_job([Field("Tên", "An V Bình @")], options), options)
    evil = papers(compose_job([Field("Tên", "An\x1dV\x00Bình\x1b@\x10\x14\x08")], options), options)
    assert len(evil) == len(plain) == 1
    assert evil[0].tobytes() == plain[0].tobytes()


@pytest.mark.parametrize("mode", ["raster", "glyph"])
def test_a_qr_payload_too_long_for_any_code_is_a_value_error(mode):
    with pytest.raises(ValueError, match=r"."):
        compose_job([QrCode("x" * 5000)], JobOptions(mode=mode))
