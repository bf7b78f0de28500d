"""Draws single letters into small fields of dots, for fonts that a thermal head prints. Places no text on paper."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Dots = NDArray[np.bool_]

_DRAWN_AT = 96  # pixels per em; letters are drawn large and brought down, which keeps stems even


def roboto(weight: str = "Regular") -> Path:
    """The file of a Roboto face: "Regular", "Medium", "Bold" …"""
    return Path(str(resources.files("font_roboto"))) / "files" / f"Roboto-{weight}.ttf"


@lru_cache(maxsize=8)
def _font(path: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


@lru_cache(maxsize=4)
def _missing_glyph(path: str) -> bytes:
    return bytes(_font(path, _DRAWN_AT).getmask("\U0010fffd", mode="L"))


def has_glyph(char: str, weight: str = "Regular") -> bool:
    """Whether the face can draw ``char`` (white space counts)."""
    if char.isspace():
        return True
    path = str(roboto(weight))
    return bytes(_font(path, _DRAWN_AT).getmask(char, mode="L")) != _missing_glyph(path)


@lru_cache(maxsize=1024)
def letter_box(char: str, weight: str = "Medium") -> tuple[int, int, int, int]:
    """Ink of ``char`` in 1/96 em from the pen position on the base line: left, top (up is negative), right, bottom."""
    left, top, right, bottom = _font(str(roboto(weight)), _DRAWN_AT).getbbox(char, anchor="ls")
    return round(left), round(top), round(right), round(bottom)


@lru_cache(maxsize=1024)
def in_cell(char: str, width: int, height: int, baseline: int, em: float) -> Dots:
    """``char`` in a cell of a fixed-width font, narrowed where it is too wide and flattened where it is too tall.

    ``baseline`` is the row below the letters' feet, ``em`` the height of the face's em square; all in dots.
    Do not change the array: it is shared.
    """
    dots = np.zeros((height, width), dtype=bool)
    left, top, right, bottom = (round(edge * em / _DRAWN_AT) for edge in letter_box(char))
    if right <= left or bottom <= top:
        return dots
    inked = min(right - left, width - 1)
    first, last = max(baseline + top, 0), min(baseline + bottom, height)
    x = (width - inked) // 2
    dots[first:last, x : x + inked] = letter(char, inked, last - first)
    return dots


@lru_cache(maxsize=1024)
def letter(char: str, width: int, height: int, weight: str = "Medium") -> Dots:
    """The ink of ``char`` fitted to exactly ``width`` by ``height`` dots. Do not change the array: it is shared."""
    left, top, right, bottom = letter_box(char, weight)
    if right <= left or bottom <= top or width < 1 or height < 1:
        return np.zeros((max(height, 0), max(width, 0)), dtype=bool)
    large = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(large).text((-left, -top), char, font=_font(str(roboto(weight)), _DRAWN_AT), fill=255, anchor="ls")
    grey = np.asarray(large.resize((width, height), Image.Resampling.BOX))
    # as many black dots as there is ink, so that narrowed letters are as dark as others
    black = min(max(round(float(grey.sum()) / 255), 1), grey.size)
    threshold = np.partition(grey.ravel(), grey.size - black)[grey.size - black]
    return grey >= max(threshold, 48)
