"""Accented letters as dots for the cells of a printer's font A, 12 wide and 24 high. Knows nothing of receipts or printers.

Letters keep the printer's own base line and heights, so that they stand level among its plain letters; only capitals
with two marks above them are one or two rows lower, and still two or three rows higher than small letters.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import numpy as np

from hardware.printers.dot_font import in_cell, letter, letter_box
from plugins.receipt_printing import marks
from plugins.receipt_printing.marks import Dots

WIDTH, HEIGHT = 12, 24
BASELINE = 20  # row below the letters' feet; font A of the common printers differs by a dot or so
EM = 22.5


@lru_cache(maxsize=512)
def glyph(char: str) -> Dots:
    """The cell of ``char``, 24 rows of 12 dots. Do not change the array: it is shared."""
    parts = unicodedata.normalize("NFD", char)
    base, signs = parts[0], parts[1:]
    if not signs or not set(signs) <= marks.ALL or not base.isascii():
        return in_cell(char, WIDTH, HEIGHT, BASELINE, EM)
    above = marks.above(signs, capital=base.isupper())
    room = BASELINE - sum(len(art) + 1 for art in above)  # a white row under each mark
    horn = marks.HORN in signs
    dots = np.zeros((HEIGHT, WIDTH), dtype=bool)
    x, top, width = _draw_base(dots, "ı" if base == "i" and above else base, room, horn)
    if horn:
        _put(dots, marks.HORN_DRAWN, x + width - 1, top - 1)
    centre = x + width / 2
    bottom = top - 1
    for art in above:
        _put(dots, art, round(centre - art.shape[1] / 2), bottom - len(art))
        bottom -= len(art) + 1
    if marks.DOT_BELOW in signs:
        # beside the tail of a y, below anything else
        _put(dots, marks.DOT_DRAWN, WIDTH if base == "y" else round(centre - 1.5), HEIGHT)
    return dots


def _draw_base(dots: Dots, base: str, room: int, horn: bool) -> tuple[int, int, int]:
    """Draw the letter itself, at most ``room`` rows above the base line; where it begins, its top row, and its width."""
    left, top, right, bottom = letter_box(base)
    width = min(round((right - left) * EM / 96), WIDTH - (3 if horn else 1))
    height = min(round(-top * EM / 96), room)
    descender = max(round(bottom * EM / 96), 0)
    first = BASELINE - height
    x = 0 if horn else (WIDTH - width) // 2
    ink = letter(base, width, height + descender)[: HEIGHT - first]
    dots[first : first + len(ink), x : x + width] |= ink
    return x, first, width


def _put(dots: Dots, art: Dots, x: int, y: int) -> None:
    """Add a mark, moved inside the cell where it would stick out."""
    rows, columns = art.shape
    x = min(max(x, 0), WIDTH - columns)
    y = min(max(y, 0), HEIGHT - rows)
    dots[y : y + rows, x : x + columns] |= art
