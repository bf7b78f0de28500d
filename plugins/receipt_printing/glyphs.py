"""Accented letters as dots for the cells of a printer's font A, 12 wide and 24 high.

The marks are drawn by hand, because at this size an outline font's marks run into each other and into the letter.
Letters keep the printer's own base line and small-letter height; capitals that carry marks are made lower.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hardware.printers.dot_font import in_cell, letter, letter_box

Dots = NDArray[np.bool_]

WIDTH, HEIGHT = 12, 24
BASELINE = 20  # row below the letters' feet; font A of the common printers differs by a dot or so
EM = 22.5
CAPITAL = 16  # rows of a capital without marks
GRAVE, ACUTE, TILDE, HOOK, DOT_BELOW = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
TONES = (GRAVE, ACUTE, TILDE, HOOK)
SHAPES = (CIRCUMFLEX, BREVE)


def _art(*rows: str) -> Dots:
    return np.array([[char == "#" for char in row] for row in rows], dtype=bool)


# alone above a letter there is room for four rows, together with another mark for three
_ALONE = {
    GRAVE: _art("##...", "###..", ".###.", "..###"),
    ACUTE: _art("...##", "..###", ".###.", "###.."),
    TILDE: _art(".###..##", "########", "##..###."),
    HOOK: _art("####.", "...##", ".###.", ".##.."),
    CIRCUMFLEX: _art("...##...", "..####..", ".##..##.", "##....##"),
    BREVE: _art("##....##", "##....##", ".######.", "..####.."),
}
_STACKED = {
    GRAVE: _art("##..", ".##.", "..##"),
    ACUTE: _art("..##", ".##.", "##.."),
    TILDE: _art(".##...#", "#######", "#...##."),
    HOOK: _art("###.", "..##", ".##."),
    CIRCUMFLEX: _art("...##...", ".######.", "##....##"),
    BREVE: _art("##....##", ".##..##.", "..####.."),
}
_HORN = _art(".##", ".##", "##.")


@lru_cache(maxsize=512)
def glyph(char: str) -> Dots:
    """The cell of ``char``, 24 rows of 12 dots. Do not change the array: it is shared."""
    parts = unicodedata.normalize("NFD", char)
    base, marks = parts[0], parts[1:]
    if not marks or not set(marks) <= {*TONES, *SHAPES, HORN, DOT_BELOW} or not base.isascii():
        return in_cell(char, WIDTH, HEIGHT, BASELINE, EM)
    above = [mark for mark in marks if mark in SHAPES] + [mark for mark in marks if mark in TONES]
    dots = np.zeros((HEIGHT, WIDTH), dtype=bool)
    x, top, width = _draw_base(dots, base, len(above), horn=HORN in marks)
    if HORN in marks:
        _put(dots, _HORN, x + width - 1, top - 1)
    centre = x + width / 2
    bottom = top - 1  # a white row between letter and mark
    for mark in above:
        art = (_ALONE if len(above) == 1 else _STACKED)[mark]
        _put(dots, art, round(centre - art.shape[1] / 2), bottom - art.shape[0])
        bottom -= art.shape[0] + 1
    if DOT_BELOW in marks:
        # beside the tail of a y, below anything else
        _put(dots, _art("##", "##"), WIDTH - 3 if base == "y" else round(centre) - 1, HEIGHT - 2)
    return dots


def _draw_base(dots: Dots, base: str, marks_above: int, horn: bool) -> tuple[int, int, int]:
    """Draw the letter itself; where it begins, its top row, and its width."""
    shown = "ı" if base == "i" and marks_above else base
    left, top, right, bottom = letter_box(shown)
    width = min(round((right - left) * EM / 96), WIDTH - 1)
    height = round(-top * EM / 96)
    if base.isupper():
        height = {0: CAPITAL, 1: CAPITAL - 1 - marks_above, 2: CAPITAL - 4}[marks_above]
    if horn:
        width = min(width, WIDTH - 3)
    descender = max(round(bottom * EM / 96), 0)
    first = BASELINE - height
    x = 0 if horn else (WIDTH - width) // 2
    ink = letter(shown, width, height + descender)[: HEIGHT - first]
    dots[first : first + len(ink), x : x + width] |= ink
    return x, first, width


def _put(dots: Dots, art: Dots, x: int, y: int) -> None:
    """Add a mark, moved inside the cell where it would stick out."""
    rows, columns = art.shape
    x = min(max(x, 0), WIDTH - columns)
    y = min(max(y, 0), HEIGHT - rows)
    dots[y : y + rows, x : x + columns] |= art
