"""The marks of Vietnamese letters as dots, drawn by hand for cells 12 dots wide. Puts nothing on a letter.

At this size an outline font's marks run into each other and into the letter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Dots = NDArray[np.bool_]

GRAVE, ACUTE, TILDE, HOOK, DOT_BELOW = "\u0300", "\u0301", "\u0303", "\u0309", "\u0323"
CIRCUMFLEX, BREVE, HORN = "\u0302", "\u0306", "\u031b"
TONES = (GRAVE, ACUTE, TILDE, HOOK)
SHAPES = (CIRCUMFLEX, BREVE)
ALL = {*TONES, *SHAPES, HORN, DOT_BELOW}


def _art(*rows: str) -> Dots:
    return np.array([[char == "#" for char in row] for row in rows], dtype=bool)


# above a small letter there are eight rows: a mark that is alone takes up to four
_ALONE_ABOVE_SMALL = {
    GRAVE: _art("##...", "###..", ".###.", "..###"),
    ACUTE: _art("...##", "..###", ".###.", "###.."),
    TILDE: _art(".###..##", "########", "##..###."),
    HOOK: _art("####.", "...##", "..##.", "..##."),
    CIRCUMFLEX: _art("...##...", "..####..", ".##..##.", "##....##"),
    BREVE: _art("##....##", "##....##", ".######.", "..####.."),
}
# two marks stacked above a small letter, or one above a capital of full height, which leaves four rows
_LOW = {
    GRAVE: _art("##..", ".##.", "..##"),
    ACUTE: _art("..##", ".##.", "##.."),
    TILDE: _art(".##...#", "#######", "#...##."),
    HOOK: _art("####", "..##", ".##."),
    CIRCUMFLEX: _art("...##...", ".######.", "##....##"),
    BREVE: _art("##....##", ".##..##.", "..####.."),
}
# Two marks above a capital share four or five rows, or it would be as low as a small letter. The tone stands beside
# the circumflex, as in faces made for Vietnamese, or above the bowl of a flat breve; the tilde is too wide to stand beside.
_PAIR_ABOVE_CAPITAL = {
    CIRCUMFLEX + GRAVE: _art(
        "##..........",
        ".##....##...",
        "..##..####..",
        ".....##..##.",
    ),
    CIRCUMFLEX + ACUTE: _art(
        "..........##",
        "...##....##.",
        "..####..##..",
        ".##..##.....",
    ),
    CIRCUMFLEX + HOOK: _art(
        "........####",
        "...##.....##",
        "..####...##.",
        ".##..##.....",
    ),
    CIRCUMFLEX + TILDE: _art(".###..##", "##..###.", "........", "..####..", "###..###"),
    BREVE + GRAVE: _art(".##.....", "..##....", "...##...", "##....##", ".######."),
    BREVE + ACUTE: _art(".....##.", "....##..", "...##...", "##....##", ".######."),
    BREVE + HOOK: _art("..####..", ".....##.", "...##...", "##....##", ".######."),
    BREVE + TILDE: _art(".###..##", "##..###.", "........", "##....##", ".######."),
}
HORN_DRAWN = _art(".##", ".##", "##.")
DOT_DRAWN = _art("###", "###", "###")


def above(signs: str, capital: bool) -> list[Dots]:
    """What stands above a letter with these combining ``signs``, from the letter upwards."""
    shown = [mark for mark in (*SHAPES, *TONES) if mark in signs]  # no letter has two of either
    if len(shown) == 2:
        return [_PAIR_ABOVE_CAPITAL["".join(shown)]] if capital else [_LOW[mark] for mark in shown]
    low = capital or HORN in signs  # the large marks are wide enough to run into a horn
    return [(_LOW if low else _ALONE_ABOVE_SMALL)[mark] for mark in shown]
