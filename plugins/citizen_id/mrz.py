"""The machine-readable zone of passports (TD3, two lines of 44) and cards (TD1, three of 30), after ICAO Doc 9303.

Checks every check digit and corrects nothing. Vietnam's card (``IDVNM``) carries the last nine digits as its number,
and all twelve with a check digit of their own in the optional field.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from kiosk.domain import Claim, Credential
from plugins.citizen_id import id_number, mrz_fields
from plugins.citizen_id.mrz_fields import require_check_digit
from plugins.citizen_id.refusals import Refused

KIND = "mrz"
SYMBOLOGY = "MRZ"

_ALLOWED = re.compile(r"[A-Z0-9<]+")
_DOCUMENTS = "ACIP"  # the first letter: cards A, C, I; passports P. Visas (V) are no identity documents
_FEWEST_CHARACTERS = 60
_TD1, _TD2, _TD3 = 90, 72, 88
_TWELVE_AND_CHECK = re.compile(r"([0-9]{12})<<([0-9<])")


def read(text: str, today: date, provinces: Mapping[str, str], symbology: str = "") -> Credential | None:
    """The document, or None for another format; ``Refused`` where a line or a check digit is wrong.

    Lines may be joined or parted by any line ending. From a source that reads nothing else (``symbology`` "MRZ")
    whatever is not well formed is refused.
    """
    if symbology != SYMBOLOGY and "|" in text:
        return None  # as in most codes; no zone has this sign
    zone = "".join(line.strip() for line in re.split(r"[\r\n]+", text))
    allowed = _ALLOWED.fullmatch(zone) is not None
    if symbology == SYMBOLOGY and not allowed:
        raise Refused("wrong_characters")
    if not allowed or len(zone) == _TD2 or zone[0] not in _DOCUMENTS:
        return None
    if symbology != SYMBOLOGY and (len(zone) < _FEWEST_CHARACTERS or "<<" not in zone):
        return None
    if len(zone) == _TD1 and zone[0] != "P":
        return _td1(zone, today, provinces)
    if len(zone) == _TD3 and zone[0] == "P":
        return _td3(zone, today, provinces)
    raise Refused("wrong_length")


def _td1(zone: str, today: date, provinces: Mapping[str, str]) -> Credential:
    first, second, names = zone[:30], zone[30:60], zone[60:]
    number, optional = mrz_fields.td1_number(first)
    require_check_digit(second[:6], second[6])
    require_check_digit(second[8:14], second[14])
    require_check_digit(first[5:] + second[:7] + second[8:15] + second[18:29], second[29])

    warnings: list[str] = []
    national_id = None
    if first.startswith("IDVNM") and (twelve := _TWELVE_AND_CHECK.fullmatch(optional)):
        require_check_digit(twelve[1], twelve[2])
        national_id = twelve[1]
        if number != national_id[3:]:
            warnings.append("mrz.number_differs")
    claims = {
        "document_type": Claim("identity_card"),
        "document_number": Claim(number),
        "issuing_state": Claim(mrz_fields.state(first[2:5])),
        "nationality": Claim(mrz_fields.state(second[15:18])),
    }
    claims |= _person(names, second[:6], second[7], second[8:14], national_id, first[2:5], today, warnings)
    return _credential("mrz_td1", claims, warnings, today, provinces)


def _td3(zone: str, today: date, provinces: Mapping[str, str]) -> Credential:
    first, second = zone[:44], zone[44:]
    require_check_digit(second[:9], second[9])
    require_check_digit(second[13:19], second[19])
    require_check_digit(second[21:27], second[27])
    personal = second[28:42].rstrip("<")
    if personal or second[42] != "<":  # an empty field may leave its check digit out
        require_check_digit(second[28:42], second[42])
    require_check_digit(second[:10] + second[13:20] + second[21:43], second[43])

    warnings: list[str] = []
    vietnamese = first[2:5] == "VNM"
    national_id = personal if vietnamese and id_number.is_id_number(personal) else None
    claims = {
        "document_type": Claim("passport"),
        "document_number": Claim(second[:9].rstrip("<")),
        "issuing_state": Claim(mrz_fields.state(first[2:5])),
        "nationality": Claim(mrz_fields.state(second[10:13])),
    }
    if vietnamese and len(personal) == 9 and personal.isdigit():
        claims["old_national_id"] = Claim(personal)
    claims |= _person(first[5:], second[13:19], second[20], second[21:27], national_id, first[2:5], today, warnings)
    return _credential("mrz_td3", claims, warnings, today, provinces)


def _person(
    names: str,
    birth: str,
    sex: str,
    expiry: str,
    national_id: str | None,
    issuing_state: str,
    today: date,
    warnings: list[str],
) -> dict[str, Claim]:
    """What both sizes say of the holder; ``national_id`` settles the century of birth."""
    claims = {"name": Claim(mrz_fields.name(names), 0.7)}  # no accents, and no check digit covers it
    if not names.endswith("<"):
        warnings.append("mrz.name_cut")
    if national_id:
        claims["national_id"] = Claim(national_id)
    birth_year = id_number.read(national_id).birth_year if national_id else None
    if birth_date := mrz_fields.birth_date(birth, today, birth_year):
        claims["birth_date"] = Claim(birth_date, 1.0 if national_id else 0.9)
    if found := mrz_fields.sex(sex):
        claims["sex"] = Claim(found, 0.9)  # not covered by a check digit either
    if expires_on := mrz_fields.expiry_date(expiry, issuing_state, today):
        claims["expires_on"] = Claim(expires_on)
    return claims


def _credential(
    kind: str, claims: dict[str, Claim], warnings: list[str], today: date, provinces: Mapping[str, str]
) -> Credential:
    said = {name: claim.value for name, claim in claims.items()}
    if "national_id" in said:
        warnings += id_number.check(said["national_id"], provinces, today, said.get("birth_date"), said.get("sex"))
    if said.get("birth_date", "") > today.isoformat():
        warnings.append("birth_date.in_future")
    if "expires_on" in said and said["expires_on"] < today.isoformat():
        warnings.append("document.expired")
    return Credential(kind, claims, warnings=tuple(warnings))
