"""The printer's built-in fonts: A in cells of 12 by 24 dots, B in cells of 9 by 17. Draws single cells only."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.printers.dot_font import in_cell
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


def cell(char: str, font: RomFont) -> Dots:
    """The cell of ``char``. Do not change the array: it is shared."""
    return in_cell(char, font.width, font.height, font.baseline, font.em)
