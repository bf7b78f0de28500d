"""Names as on a passport's machine-readable lines: ICAO Doc 9303-3, section 6, tables A and B. Pure; knows no person.

Vietnamese letters lose their marks (Đ is D, Ư is U, Ậ is A); letters of other Latin alphabets and Cyrillic are written as the tables say.
"""

from __future__ import annotations

import unicodedata

LONGEST = 80  # characters of a name's part in a certificate (EU DCC schema 1.3.0)
_LATIN = {
    "Đ": "D", "Ð": "D", "Æ": "AE", "Ø": "OE", "Œ": "OE", "ẞ": "SS", "ß": "SS", "Þ": "TH", "Ł": "L", "Ħ": "H",
    "ı": "I", "Ŀ": "L", "Ŋ": "N", "Ŧ": "T", "ĸ": "Q", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA",
}  # fmt: skip
_CYRILLIC = {
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ё": "E", "Ж": "ZH", "З": "Z", "И": "I", "Й": "I",
    "К": "K", "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U", "Ф": "F",
    "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "IE", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "IU",
    "Я": "IA", "І": "I", "Ї": "I", "Є": "IE",
}  # fmt: skip
_LEFT_OUT = frozenset("'’‘ʼ`´.")  # an apostrophe joins what it parts


def machine_readable(name: str) -> str:
    """``Nguyễn Thị Đào`` as ``NGUYEN<THI<DAO``: capital letters A to Z, one filler between parts. Letters that the tables do not have
    (Chinese, Arabic …) are left out, so the result may be empty."""
    out: list[str] = []
    for letter in unicodedata.normalize("NFC", name).upper():
        out.append(_written(letter))
    parts = "".join(out).replace("<", " ").split()
    return "<".join(parts)[:LONGEST].rstrip("<")


def _written(letter: str) -> str:
    if letter in _LEFT_OUT:
        return ""
    known = _LATIN.get(letter)
    if known is None:
        known = _CYRILLIC.get(letter)
    if known is not None:
        return known
    base = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one)).upper()
    base = "".join(_LATIN.get(one, one) for one in base)
    if base and all("A" <= one <= "Z" for one in base):
        return base
    return "" if unicodedata.category(letter).startswith(("L", "M")) else "<"


def parts_of(name: str) -> tuple[str, str]:
    """Family name, then given names: in Vietnam the first word, and the rest."""
    family, _, given = " ".join(unicodedata.normalize("NFC", name).split()).partition(" ")
    return family[:LONGEST], given[:LONGEST].strip()
