"""The twelve digits of a personal identification number: what they say, and whether the document agrees.

Circular 07/2016/TT-BCA: three digits place of birth registration, one for century and sex, two for the year, six at
random. There is no check digit, so nothing here proves that a number was ever issued.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_TWELVE = re.compile(r"[0-9]{12}")
_FIRST_COUNTRY = 100  # provinces stay below; countries are coded from here up


@dataclass(frozen=True, slots=True)
class IdNumber:
    """What the digits say. ``place`` is the three-digit code of a province or, from 100 on, of a country."""

    place: str
    sex: str
    birth_year: int


def is_id_number(text: str) -> bool:
    """Whether the text is twelve ASCII digits (digits of other scripts do not count)."""
    return _TWELVE.fullmatch(text) is not None


def looks_like_id_number(text: str) -> bool:
    """Twelve characters that Unicode calls digits, not all of them ASCII: a look-alike, never to be accepted."""
    return len(text) == 12 and text.isdigit() and not text.isascii()


def read(number: str) -> IdNumber:
    """Take a valid number apart. The fourth digit counts centuries from 1900 by two: even is male, odd female."""
    century_and_sex = int(number[3])
    return IdNumber(
        place=number[:3],
        sex="female" if century_and_sex % 2 else "male",
        birth_year=1900 + 100 * (century_and_sex // 2) + int(number[4:6]),
    )


def check(
    number: str, provinces: Mapping[str, str], today: date, birth_date: str | None = None, sex: str | None = None
) -> list[str]:
    """Warnings where the number contradicts the document, or says something that cannot be.

    ``birth_date`` is ISO 8601 or a year alone; ``provinces`` are the codes that are in use.
    """
    said = read(number)
    warnings = []
    if int(said.place) < _FIRST_COUNTRY and said.place not in provinces:
        warnings.append("id_number.unknown_province")
    if birth_date and int(birth_date[:4]) != said.birth_year:
        warnings.append("id_number.birth_year_differs")
    if sex and sex != said.sex:
        warnings.append("id_number.sex_differs")
    if said.birth_year > today.year:
        warnings.append("id_number.birth_year_in_future")
    return warnings
