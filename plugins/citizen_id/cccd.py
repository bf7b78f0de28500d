"""The QR code of the citizen identity card (căn cước công dân). Reads the text; judges nobody.

2021: ``number12|old number9?|name|ddmmyyyy|Nam/Nữ|address|ddmmyyyy``.
Cards of July 2024 and later are in ``cccd_by_type``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from kiosk.domain import Claim, Credential
from plugins.citizen_id import cccd_by_type, dates, fields, id_number
from plugins.citizen_id.refusals import Refused

KIND = "cccd"

_MOST_FIELDS, _FEWEST_FIELDS = 12, 6
_OLD_NUMBER = re.compile(r"([0-9]{9})?")
_NEARLY_A_DATE = re.compile(r"[0-9]{8}|[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}")


def read(text: str, today: date, provinces: Mapping[str, str]) -> Credential | None:
    """The card, or None for another format; ``Refused`` for a card whose content breaks the grammar."""
    if "|" not in text:
        return None
    parts = text.split("|")
    if not _recognised(parts):
        return None
    if len(parts) > _MOST_FIELDS:
        raise Refused("field_count")
    parts = fields.clean(parts)
    if not id_number.is_id_number(parts[0]):
        raise Refused("look_alike_digits" if id_number.looks_like_id_number(parts[0]) else "not_12_digits")
    if len(parts) < _FEWEST_FIELDS:
        raise Refused("field_count")
    found = _layout_2021(parts)
    claims, warnings = (found, []) if found else cccd_by_type.read(parts, today)
    claims = {"national_id": Claim(parts[0], 1.0 if found else cccd_by_type.SURE)} | claims
    birth = claims["birth_date"].value
    warnings += id_number.check(parts[0], provinces, today, birth, claims["sex"].value)
    if "issued_on" in claims and claims["issued_on"].value < birth:
        warnings.append("cccd.issued_before_birth")
    if birth > today.isoformat():
        warnings.append("birth_date.in_future")
    if "expires_on" in claims and claims["expires_on"].value < today.isoformat():
        warnings.append("document.expired")
    return Credential(KIND, claims, warnings=tuple(warnings))


def _recognised(parts: list[str]) -> bool:
    """Twelve digits come first; or they are garbled, but a sex and a date stand where a card has them."""
    if id_number.is_id_number(parts[0].strip()):
        return True
    return (
        _FEWEST_FIELDS <= len(parts) <= _MOST_FIELDS
        and any(fields.sex(part.strip()) for part in parts[2:6])
        and any(_NEARLY_A_DATE.fullmatch(part.strip()) for part in parts[2:6])
    )


def _layout_2021(parts: list[str]) -> dict[str, Claim] | None:
    """The claims of the seven fields, or None where their types are not those of 2021."""
    if len(parts) != 7 or not _OLD_NUMBER.fullmatch(parts[1]):
        return None
    _, old_number, name, birth, sex_word, address, issued = parts
    sex = fields.sex(sex_word)
    if sex is None or not (len(birth) == len(issued) == 8):
        return None
    birth_date, issued_on = dates.compact(birth), dates.compact(issued)
    if birth_date is None or issued_on is None:
        return None
    if not name:
        raise Refused("no_name")
    claims = {
        "name": Claim(name),
        "birth_date": Claim(birth_date),
        "sex": Claim(sex),
        "issued_on": Claim(issued_on),
    }
    if address:
        claims["address"] = Claim(address)
    if old_number:
        claims["old_national_id"] = Claim(old_number)
    return claims
