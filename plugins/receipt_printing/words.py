"""Makes words safe and fit for paper. What a person is called must never act as a printer's command."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from hardware.printers.dot_font import has_glyph

MAX_CHARACTERS = 600  # of one block: more is a mistake or an attack, and would empty the roll
UNPRINTABLE = "?"


def clean(text: str) -> str:
    """NFC, on one line, without control and formatting characters.

    Letters that the font lacks become plain ones, or "?".
    """
    composed = unicodedata.normalize("NFC", text[: 2 * MAX_CHARACTERS])
    kept = "".join(_printable(char) for char in composed)
    return " ".join(kept.split())[:MAX_CHARACTERS]


@lru_cache(maxsize=4096)
def _printable(char: str) -> str:
    category = unicodedata.category(char)
    if category in ("Cc", "Zl", "Zp", "Zs"):
        return " "
    if category == "Cf":
        return ""  # direction marks and joiners: on paper they mean nothing, and they can hide words
    if category.startswith("C"):
        return UNPRINTABLE
    if category == "Mn":
        return ""  # a mark that NFC could not join to a letter of Vietnamese
    if has_glyph(char):
        return char
    plain = unicodedata.normalize("NFKD", char)[0]
    return plain if plain.isprintable() and has_glyph(plain) else UNPRINTABLE
