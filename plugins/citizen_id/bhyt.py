"""The QR code of the health insurance card (thẻ bảo hiểm y tế). Reads the text; does not check cover.

Fields: 0 number, 1 name (hex of UTF-8), 2 birth ``dd/MM/yyyy`` or year, 3 sex 1/2, 4 address (hex), 5 facility, 6 and
7 validity, 8 issued, 9 managing code, 10 parent (hex), 11 benefit code, 12 five-year date, 13 check, 15 issuing place
(hex), closed by ``$``; ``-`` is empty. Old cards stop after 8.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from kiosk.domain import Claim, Credential
from plugins.citizen_id import dates, fields
from plugins.citizen_id.refusals import Refused

KIND = "bhyt"

_NUMBER = re.compile(r"[0-9]{10}|[A-Z]{2}[0-9]{13}")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_SEX = {"1": "male", "2": "female"}
_FEWEST_FIELDS, _MOST_FIELDS = 9, 17  # without and with the closing sign
_EMPTY = ("", "-")

_TEXTS = {"address": 4, "parent_names": 10, "issuing_place": 15}
_CODES = {"facility": 5, "managing_code": 9, "benefit_code": 11}
_DAYS = {"valid_from": 6, "expires_on": 7, "issued_on": 8, "five_years_on": 12}


def read(text: str, today: date, provinces: Mapping[str, str]) -> Credential | None:
    """The card, or None for another format; ``Refused`` for a card whose content breaks the grammar."""
    parts = text.split("|")
    if not _recognised(parts):
        return None
    if parts[-1].strip() == "$":
        parts.pop()
    if not _FEWEST_FIELDS <= len(parts) <= _MOST_FIELDS:
        raise Refused("field_count")
    parts = fields.clean(parts)
    if not _NUMBER.fullmatch(parts[0]):
        raise Refused("wrong_number")
    birth_date = dates.slashed(parts[2]) or dates.year_alone(parts[2])
    if birth_date is None:
        raise Refused("no_birth_date")
    if parts[3] not in _SEX:
        raise Refused("no_sex")
    name = _hex_text(parts[1])
    if not name:
        raise Refused("no_name")
    claims = {
        "insurance_number": Claim(parts[0]),
        "name": Claim(name),
        "birth_date": Claim(birth_date),
        "sex": Claim(_SEX[parts[3]]),
    }
    for claim, value in _others(parts).items():
        claims[claim] = Claim(value)
    warnings = []
    if "expires_on" in claims and claims["expires_on"].value < today.isoformat():
        warnings.append("document.expired")
    if birth_date > today.isoformat():
        warnings.append("birth_date.in_future")
    return Credential(KIND, claims, warnings=tuple(warnings))


def _recognised(parts: list[str]) -> bool:
    """At least two of the card's three marks: its number, a hex text next, the closing sign. A phone number has one."""
    if len(parts) < 4:
        return False
    number = _NUMBER.fullmatch(parts[0].strip()) is not None
    name = _HEX.fullmatch(parts[1].strip()) is not None
    return number + name + (parts[-1].strip() == "$") >= 2


def _others(parts: list[str]) -> dict[str, str]:
    """Everything that this card fills in beyond the four fields that all cards have."""
    found: dict[str, str] = {}
    for claim, place in _TEXTS.items():
        if place < len(parts) and parts[place] not in _EMPTY:
            found[claim] = _hex_text(parts[place])
    for claim, place in _CODES.items():
        if place < len(parts) and parts[place] not in _EMPTY:
            found[claim] = parts[place]
    for claim, place in _DAYS.items():
        if place < len(parts) and parts[place] not in _EMPTY:
            day = dates.slashed(parts[place])
            if day is None:
                raise Refused("impossible_date")
            found[claim] = day
    return found


def _hex_text(text: str) -> str:
    """The text behind the hex; ``Refused`` where it is no hex, no UTF-8, or holds what does not print."""
    if not _HEX.fullmatch(text):
        raise Refused("bad_hex")
    try:
        decoded = bytes.fromhex(text).decode()
    except UnicodeDecodeError:
        raise Refused("bad_hex") from None
    return fields.clean([unicodedata.normalize("NFC", decoded.replace("\0", ""))])[0]
