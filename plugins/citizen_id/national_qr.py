"""The national personal QR code (Decision 1405/QĐ-BTTTT of 11 September 2021). Reads the text; judges nobody.

``SoGiayTo|HoTen|NgaySinh|LoaiDinhDanh|QID|EXT``: six characters of the number may be ``*``, the name is in capitals
without accents, the birth date ``YYYY-MM-DD`` may be masked. How EXT is divided is not published: the profile says it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from kiosk.domain import Claim, Credential
from plugins.citizen_id import dates, fields, id_number
from plugins.citizen_id.refusals import Refused

KIND = "national_qr"

_MASKABLE_DAY = re.compile(r"[0-9*]{4}-[0-9*]{2}-[0-9*]{2}")
_NUMBER = re.compile(r"[0-9A-Z*]{6,15}")
_MASK = "*"


def read(
    text: str, today: date, provinces: Mapping[str, str], ext_separator: str = "", ext_fields: tuple[str, ...] = ()
) -> Credential | None:
    """The code, or None for another format.

    ``ext_fields`` names the parts of EXT between ``ext_separator`` in order; an empty name skips a part. Without names
    EXT is one claim, ``ext``. A separator of ``|`` is understood too.
    """
    parts = text.split("|")
    if len(parts) < 5 or not _MASKABLE_DAY.fullmatch(parts[2].strip()):
        return None
    if len(parts) < 6:
        raise Refused("field_count")
    if len(parts) > 6 and ext_separator != "|":
        raise Refused("field_count")
    number, name, birth, identity_kind, qid = fields.clean(parts[:5])
    ext = "|".join(fields.clean(parts[5:]))
    warnings: list[str] = []
    claims = _number(number, warnings)
    if not name:
        raise Refused("no_name")
    claims["name"] = Claim(name, 0.8)  # accents are lost
    birth_date = _birth_date(birth, warnings)
    if birth_date:
        claims["birth_date"] = Claim(birth_date)
    if identity_kind:
        claims["identity_kind"] = Claim(identity_kind)
    if qid:
        claims["qid"] = Claim(qid)
    claims = _ext(ext, ext_separator, ext_fields) | claims  # EXT never overwrites what the grammar says
    if "national_id" in claims:
        warnings += id_number.check(number, provinces, today, birth_date)
    if birth_date and birth_date > today.isoformat():
        warnings.append("birth_date.in_future")
    return Credential(KIND, claims, warnings=tuple(warnings))


def _number(number: str, warnings: list[str]) -> dict[str, Claim]:
    """The document's number under the name that fits: a masked number identifies nobody."""
    if not _NUMBER.fullmatch(number):
        raise Refused("look_alike_digits" if id_number.looks_like_id_number(number) else "wrong_number")
    if _MASK in number:
        if _MASK in number[6:]:
            raise Refused("wrong_number")
        warnings.append("national_qr.masked_number")
        return {"masked_number": Claim(number)}
    if id_number.is_id_number(number):
        return {"national_id": Claim(number)}
    if number.isdigit() and len(number) == 9:
        return {"old_national_id": Claim(number)}
    if number.isdigit() and len(number) > 9:
        raise Refused("not_12_digits")
    return {"document_number": Claim(number)}


def _birth_date(text: str, warnings: list[str]) -> str | None:
    """The date, or the year alone where day and month are masked, or nothing where the year is."""
    if _MASK not in text:
        return dates.year_first(text)
    warnings.append("national_qr.masked_birth_date")
    month, day = text[5:7], text[8:]
    if (_MASK not in month and not 1 <= int(month) <= 12) or (_MASK not in day and not 1 <= int(day) <= 31):
        raise Refused("impossible_date")
    return dates.year_alone(text[:4])


def _ext(ext: str, separator: str, names: tuple[str, ...]) -> dict[str, Claim]:
    if not ext:
        return {}
    if not names:
        return {"ext": Claim(ext, 0.5)}
    parts = ext.split(separator) if separator else [ext]
    return {name: Claim(part.strip(), 0.8) for name, part in zip(names, parts, strict=False) if name and part.strip()}
