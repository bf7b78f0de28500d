"""The printer's built-in fonts: A in cells of 12 by 24 dots, B in cells of 9 by 17. Draws single cells only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from hardware.printers.dot_font import letter, letter_box
from hardware.virtual.escpos.paper import Dots


@dataclass(frozen=True, slots=True)
class RomFont:
    """Measures in dots. ``em`` is the height of Roboto's em square, chosen so that capitals and accents fit."""

    width: int
    height: int
    baseline: int  # row below the letters' feet
    em: float


FONT_A = RomFont(width=12, height=24, baseline=20, em=22.5)
FONT_B = RomFont(width=9, height=17, baseline=14, em=16.0)


@lru_cache(maxsize=1024)
def cell(char: str, font: RomFont) -> Dots:
    """The cell of ``char``; letters too wide for it are narrowed. Do not change the array: it is shared."""
    dots = np.zeros((font.height, font.width), dtype=bool)
    left, top, right, bottom = (round(edge * font.em / 96) for edge in letter_box(char))
    if right <= left or bottom <= top:
        return dots
    width = min(right - left, font.width - 1)
    ink = letter(char, width, bottom - top)
    x = (font.width - width) // 2
    y = font.baseline + top
    skip = max(-y, 0)
    ink = ink[skip : skip + font.height - max(y, 0)]
    dots[max(y, 0) : max(y, 0) + len(ink), x : x + width] = ink
    return dots
