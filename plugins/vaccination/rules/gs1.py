"""What the code on a vial or box says: GTIN, lot, expiry, serial number. Reads; whether the lot may be used is not its business.

GS1 General Specifications: (01) GTIN, (10) lot, (17) expiry as YYMMDD, (21) serial number. Taken as a DataMatrix, Code 128 or QR code
delivers it (separators as GS, a symbology prefix such as ``]d2``), in the bracketed form that people read, or as a lot alone that
was typed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from kiosk.domain import Text
from plugins.vaccination.rules.gs1_elements import SEPARATOR, ElementError, bracketed, checks, elements

LONGEST = 400  # characters of a code; the largest GS1 DataMatrix in use on vials holds far fewer
_SYMBOLOGY = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_OF_ELEMENTS = ("]C1", "]d2", "]Q3", "]e0", "]J1")  # figure 5.1.3-1: these hold elements, and so no number alone
# scanners can be set to send something that may stand in no element for the separator
_WRITTEN_SEPARATORS = re.compile(r"<GS>|\{GS\}|\u241d|[|^~]")
_LOT = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
_SWALLOWED = re.compile(r".*17(\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]))(?:21.*)?")

_SCAN_AGAIN = Text("Quét lại, hoặc gõ số lô in trên lọ.", "Scan again, or type the lot that is printed on the vial.")
_SCANNER = Text(
    "Gõ số lô in trên lọ; báo kỹ thuật chỉnh máy quét.",
    "Type the lot that is printed on the vial; have the technician set the scanner.",
)
_WORDS = {
    "empty": (Text("Chưa có mã nào.", "There is no code."), _SCAN_AGAIN),
    "too_long": (
        Text("Mã quá dài, không phải mã trên lọ vắc xin.", "The code is too long to be a vial's."),
        _SCAN_AGAIN,
    ),
    "not_gs1": (
        Text("Đây không phải mã GS1 trên lọ hay hộp vắc xin.", "This is not the GS1 code of a vial or box."),
        _SCAN_AGAIN,
    ),
    "characters": (Text("Mã có ký tự không được phép.", "The code has characters that it must not have."), _SCANNER),
    "separator_missing": (
        Text(
            "Máy quét làm mất dấu ngăn giữa các phần của mã.",
            "The scanner lost the separator between the code's parts.",
        ),
        _SCANNER,
    ),
    "check_digit": (
        Text("Số kiểm tra của mã sản phẩm (GTIN) sai.", "The product code's (GTIN) check digit is wrong."),
        _SCAN_AGAIN,
    ),
    "impossible_date": (
        Text("Hạn dùng trong mã không phải ngày có thật.", "The expiry in the code is no real day."),
        _SCAN_AGAIN,
    ),
    "said_twice": (
        Text("Mã nói hai điều khác nhau về cùng một thứ.", "The code says two different things of one."),
        _SCAN_AGAIN,
    ),
    "lot": (
        Text("Số lô không hợp lệ.", "This is no lot number."),
        Text("Gõ đúng như in trên lọ.", "Type it as it is printed on the vial."),
    ),
}


@dataclass(frozen=True, slots=True)
class Gs1:
    """What a code says. ``gtin``: 14 digits or empty. ``expiry``: the last day of use. ``others``: (identifier, data) as they came."""

    gtin: str = ""
    lot: str = ""
    expiry: date | None = None
    serial: str = ""
    others: tuple[tuple[str, str], ...] = ()


class Gs1Error(ValueError):
    """A code that cannot be used. ``code``: ``empty``, ``too_long``, ``not_gs1``, ``characters``, ``separator_missing``,
    ``check_digit``, ``impossible_date``, ``said_twice`` or ``lot``; ``text`` and ``next_step`` say it to a person."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.text, self.next_step = _WORDS[code]


def parse(text: str, today: date) -> Gs1:
    """The code's elements. ``today`` gives the two digits of a year their century (section 7.12: 49 years back to 50 ahead).

    Digits alone, 13 or 14 of them with a right check digit, are a GTIN (a box's bar code). Raises ``Gs1Error``."""
    if len(text) > LONGEST:
        raise Gs1Error("too_long")
    code = text.strip(" \t\r\n\0")
    symbology = _SYMBOLOGY.match(code)
    if symbology:
        code = code[symbology.end() :]
    if not code.strip(SEPARATOR):
        raise Gs1Error("empty")
    if not (symbology and symbology.group() in _OF_ELEMENTS) and _is_gtin(code):
        return Gs1(gtin=code.zfill(14))
    code = _WRITTEN_SEPARATORS.sub(SEPARATOR, code)
    try:
        found = list(bracketed(code) if code.startswith("(") else elements(code))
    except ElementError as error:
        raise Gs1Error(error.code) from None
    return _read(found, today, sure=SEPARATOR in code or code.startswith("("))


def parse_or_lot(text: str, today: date) -> Gs1:
    """What stands in a field that takes both: a scanned code, or a lot that was typed. Raises ``Gs1Error``."""
    code = text.strip()
    if code.startswith(("(", "]", SEPARATOR)) or SEPARATOR in code or re.match(r"01\d{14}", code):
        return parse(text, today)
    return Gs1(gtin=code.zfill(14)) if _is_gtin(code) else Gs1(lot=typed_lot(text))


def typed_lot(text: str) -> str:
    """A lot as somebody typed it, without the blanks: 1 to 20 of the characters that a lot may have. Raises ``Gs1Error``."""
    lot = "".join(text.split())
    if not _LOT.fullmatch(lot):
        raise Gs1Error("lot")
    return lot


def lot_key(lot: str) -> str:
    """Under which lots are compared: people type small letters and blanks that the print has not."""
    return "".join(lot.split()).upper()


def _is_gtin(code: str) -> bool:
    return len(code) in (13, 14) and code.isascii() and code.isdigit() and checks(code)


def _read(found: list[tuple[str, str]], today: date, sure: bool) -> Gs1:
    said: dict[str, str] = {}
    for ai, data in found:
        if said.setdefault(ai, data) != data:
            raise Gs1Error("said_twice")
    gtin, lot, serial = said.get("01", ""), said.get("10", ""), said.get("21", "")
    if gtin and not (gtin.isdigit() and checks(gtin)):
        raise Gs1Error("check_digit")
    if not sure and "17" not in said and _SWALLOWED.fullmatch(lot):
        raise Gs1Error("separator_missing")  # the lot ends in an expiry that the code does not have otherwise
    return Gs1(
        gtin,
        lot,
        _expiry(said["17"], today) if "17" in said else None,
        serial,
        tuple((ai, data) for ai, data in said.items() if ai not in ("01", "10", "17", "21")),
    )


def _expiry(digits: str, today: date) -> date:
    """YYMMDD; day 00 is the month's last (section 3.4.7)."""
    if not digits.isdigit():
        raise Gs1Error("impossible_date")
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    year += today.year - today.year % 100
    if year - today.year > 50:
        year -= 100
    elif year - today.year < -49:
        year += 100
    try:
        return date(year, month, day or monthrange(year, month)[1])
    except ValueError:
        raise Gs1Error("impossible_date") from None
