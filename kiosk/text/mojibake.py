"""Undo UTF-8 that somebody (a scanner, a spreadsheet) read as Latin-1 or Windows-1252, once or twice. Never guesses at lost bytes."""

from __future__ import annotations

import re

_MOST_ROUNDS = 3

# Windows-1252 as scanners and browsers use it: the 27 signs of 0x80-0x9F, the five unassigned bytes unchanged. Latin-1
# differs from it there only, and the two cannot be confused: 0x80 is U+20AC or U+0080, and neither is anything else.
_BYTE_OF = {ord(bytes([byte]).decode("cp1252", "ignore") or chr(byte)): byte for byte in range(0x80, 0xA0)}

# A sign that no byte of those code pages shows: most Vietnamese letters are such, so most names need no further look.
_NO_BYTE = re.compile(f"[^\u0000-\u00ff{''.join(map(chr, _BYTE_OF))}]")

# What Vietnamese letters of two and three bytes leave behind when read so; no proper word holds such a pair.
_REMAINS = re.compile("[\u00c3-\u00c6][\u0080-\u009f\u00a1-\u00bf]|\u00e1[\u00ba\u00bb]|\ufffd")


def repair(text: str) -> tuple[str, bool]:
    """The text and whether it was repaired.

    Repaired only if every character is one byte of those code pages and all bytes together are strict UTF-8: reading
    the result as that code page gives the text back, so nothing is lost or invented. Proper Vietnamese never qualifies.
    """
    repaired = False
    for _ in range(_MOST_ROUNDS):
        before = undone_once(text)
        if before is None:
            break
        text, repaired = before, True
    return text, repaired


def undone_once(text: str) -> str | None:
    """The text whose UTF-8 bytes, shown as signs of those code pages, are ``text``; None where there is none."""
    if text.isascii() or _NO_BYTE.search(text):
        return None
    try:
        return text.translate(_BYTE_OF).encode("latin-1").decode()
    except UnicodeError:
        return None


def damaged(text: str) -> bool:
    """Whether letters were lost: replacement characters, or remains of UTF-8 that do not add up."""
    return _REMAINS.search(text) is not None
