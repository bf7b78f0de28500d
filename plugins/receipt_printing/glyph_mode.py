"""Text as text, with the accented letters that this receipt needs taught to the printer as user-defined characters (ESC &).

A receipt needs a few dozen of them; they take the places of signs that it does not use. When places run out, a letter that
the coming line does not need gives up its place.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np

from hardware.printers import commands
from plugins.receipt_printing.cells import Line
from plugins.receipt_printing.glyphs import glyph

# every code that ESC & can define, but the space: wrapped lines and padding rely on it
CODES = range(0x21, 0x7F)


class GlyphEncoder:
    """Turns lines into bytes 0x20 to 0x7E, and says which definitions must be sent before each."""

    begin = commands.INTERNATIONAL_USA + commands.USER_DEFINED_ON
    end = commands.USER_DEFINED_OFF

    def __init__(self, lines: Iterable[Line]) -> None:
        letters = OrderedDict((char, None) for line in lines for char in line.text if char != " ")
        plain = {ord(char) for char in letters if char.isascii()}
        self._taught: OrderedDict[str, int] = OrderedDict()  # letter -> code, least recently used first
        self._free = [code for code in CODES if code not in plain]
        self._waiting = [char for char in letters if not char.isascii()]

    def can(self, line: Line) -> bool:
        """Every letter can be taught."""
        return True

    def prepare(self, line: Line) -> bytes:
        """Definitions that must precede the line: at the first call as many as there are free places."""
        needed = OrderedDict((char, None) for char in line.text if not char.isascii())
        plain = {ord(char) for char in line.text if char.isascii()}
        new: dict[int, str] = {}
        untaught = b""
        for char in [char for char, code in self._taught.items() if code in plain]:
            code = self._taught.pop(char)  # the line prints the sign whose place this letter took
            untaught += commands.undefine_character(code)
        for char in [*needed, *self._waiting]:
            if char in self._taught:
                if char in needed:
                    self._taught.move_to_end(char)
                continue
            place = self._place(plain, needed, must=char in needed)
            if place is None:
                break
            new[place] = char
            self._taught[char] = place
        self._waiting = []  # later lines bring what is still missing
        return untaught + commands.define_characters({code: glyph(char) for code, char in new.items()})

    def _place(self, plain: set[int], needed: Iterable[str], must: bool) -> int | None:
        if self._free:
            return self._free.pop(0)
        if not must:
            return None
        keep = set(needed)
        for char, code in self._taught.items():
            if char not in keep:
                del self._taught[char]
                return code
        taken = set(self._taught.values()) | plain
        return next(code for code in CODES if code not in taken)

    def encode(self, text: str) -> bytes:
        """The codes of a prepared line's words."""
        return bytes(ord(char) if char.isascii() else self._taught[char] for char in text)


def text_picture(text: str) -> np.ndarray:
    """The words as dots, cell by cell: what the printer should show of them, and what is sent where it cannot."""
    if not text:
        return np.zeros((24, 0), dtype=bool)
    return np.concatenate([glyph(char) for char in text], axis=1)
