"""Which character a byte means: code pages (ESC t) and international sets (ESC R). Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping

_REPLACED = "#$@[\\]^`{|}~"
# ESC R n: what is printed in place of the twelve characters above; Epson's numbering
_INTERNATIONAL = {
    0: "#$@[\\]^`{|}~",  # United States
    1: "#$à°ç§^`éùè¨",  # France
    2: "#$§ÄÖÜ^`äöüß",  # Germany
    3: "£$@[\\]^`{|}~",  # United Kingdom
    4: "#$@ÆØÅ^`æøå~",  # Denmark I
    5: "#¤ÉÄÖÅÜéäöåü",  # Sweden
    6: "#$@°\\é^ùàòèì",  # Italy
    7: "₧$@¡Ñ¿^`¨ñ}~",  # Spain I
    8: "#$@[¥]^`{|}~",  # Japan
    9: "#¤ÉÆØÅÜéæøåü",  # Norway
    10: "#$ÉÆØÅÜéæøåü",  # Denmark II
    11: "#$á¡Ñ¿é`íñóú",  # Spain II
    12: "#$á¡Ñ¿éüíñóú",  # Latin America
    13: "#$@[₩]^`{|}~",  # Korea
    14: "#$ŽŠĐĆČžšđćč",  # Slovenia, Croatia
    15: "#¥@[\\]^`{|}~",  # China
    16: "#₫@[\\]^`{|}~",  # Vietnam
    17: "#$@[\\]^`{|}~",  # Arabia
}

# a code page: the 128 characters of bytes 0x80 to 0xFF
CodePage = str


def python_code_page(codec: str) -> CodePage:
    """The upper half of one of Python's codecs; undefined bytes are spaces."""
    return "".join(bytes([byte]).decode(codec, errors="replace").replace("\ufffd", " ") for byte in range(0x80, 0x100))


# the pages that practically every ESC/POS printer has under these numbers; makers add others
COMMON_CODE_PAGES: Mapping[int, CodePage] = {
    0: python_code_page("cp437"),
    2: python_code_page("cp850"),
    3: python_code_page("cp860"),
    4: python_code_page("cp863"),
    5: python_code_page("cp865"),
    16: python_code_page("cp1252"),
    17: python_code_page("cp866"),
    18: python_code_page("cp852"),
    19: python_code_page("cp858"),
}


def is_international_set(number: int) -> bool:
    """Whether ``ESC R number`` exists."""
    return number in _INTERNATIONAL


def printed_character(byte: int, page: CodePage, international: int) -> str:
    """The character that a byte from 0x20 on prints."""
    if byte >= 0x80:
        return page[byte - 0x80]
    char = chr(byte)
    place = _REPLACED.find(char)
    return _INTERNATIONAL[international][place] if place >= 0 else char
