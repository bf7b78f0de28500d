"""The twelve digits typed at the keypad by someone without a card or a phone. Says what the number says, no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from kiosk.domain import Claim, Credential
from plugins.citizen_id import id_number
from plugins.citizen_id.refusals import Refused

KIND = "typed_id"
SYMBOLOGY = "typed"

_TYPED, _DERIVED = 0.4, 0.3  # anybody can type anybody's number


def read(text: str, today: date, provinces: Mapping[str, str]) -> Credential:
    """The number, and the sex and birth year that it tells; ``Refused`` for anything but twelve digits 0-9.

    Spaces between groups are allowed, as on the card.
    """
    number = text.replace(" ", "")
    if not id_number.is_id_number(number):
        raise Refused("look_alike_digits" if id_number.looks_like_id_number(number) else "not_12_digits")
    said = id_number.read(number)
    claims = {
        "national_id": Claim(number, _TYPED),
        "sex": Claim(said.sex, _DERIVED),
        "birth_date": Claim(str(said.birth_year), _DERIVED),
    }
    return Credential(KIND, claims, warnings=tuple(id_number.check(number, provinces, today)))
