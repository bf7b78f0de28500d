"""Fields of the machine-readable zone (ICAO Doc 9303 part 3): check digits, two-digit years, names. Knows no layout."""

from __future__ import annotations

import re
from datetime import date

from plugins.citizen_id import dates
from plugins.citizen_id.refusals import Refused

_WEIGHTS = (7, 3, 1)
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_DAY = re.compile(r"[0-9]{6}")
_PARTLY_KNOWN = re.compile(r"[0-9]{2}[0-9<]{2}<<|[0-9]{2}<<[0-9<]{2}")
_NAME = re.compile(r"[A-Z<]+")
_SEX = {"M": "male", "F": "female", "<": None, "X": None}

# A clock that woke up in the past must not move people into another century: it is at least this year.
_NOT_BEFORE = 2021
_LONGEST_VALIDITY = 50  # years
_NO_TERM = "991231"  # as read on Vietnamese cards without a term; no public text of the authority confirms it


def check_digit(field: str) -> str:
    """The check digit of a field: values times 7, 3, 1 in turn, modulo 10; letters from 10, the filler 0."""
    return str(sum(_VALUES[character] * _WEIGHTS[i % 3] for i, character in enumerate(field)) % 10)


def require_check_digit(field: str, digit: str) -> None:
    """Raise ``Refused`` unless the digit fits."""
    if check_digit(field) != digit:
        raise Refused("wrong_check_digit")


def td1_number(first: str) -> tuple[str, str]:
    """The document number of a TD1's first line, checked, and the optional field.

    Numbers longer than nine characters run on into the optional field (part 5, note j): a filler stands in place of the
    check digit, which follows the rest of the number.
    """
    number, digit, optional = first[5:14], first[14], first[15:]
    if digit != "<":
        require_check_digit(number, digit)
        return number.rstrip("<"), optional
    rest, _, remaining = optional.partition("<")
    if len(rest) < 2:
        raise Refused("wrong_check_digit")
    require_check_digit(number + rest[:-1], rest[-1])
    return number + rest[:-1], remaining


def name(field: str) -> str:
    """Family name and given names with single spaces. ``Refused`` for digits (a misread letter) or no name."""
    if not _NAME.fullmatch(field):
        raise Refused("wrong_characters")
    words = field.replace("<", " ").split()
    if not words:
        raise Refused("no_name")
    return " ".join(words)


def state(field: str) -> str:
    """The state's code (ISO 3166 alpha-3, or ``D``) without fillers. ``Refused`` for digits."""
    if not _NAME.fullmatch(field):
        raise Refused("wrong_characters")
    return field.rstrip("<")


def sex(letter: str) -> str | None:
    """ "male", "female", or None where it is left open."""
    if letter not in _SEX:
        raise Refused("wrong_characters")
    return _SEX[letter]


def birth_date(field: str, today: date, birth_year: int | None) -> str | None:
    """ISO date; the year alone where month or day is unknown; None where all is.

    ``birth_year`` from the twelve digits settles the century; without it nobody is born in a year still to come.
    """
    if field == "<<<<<<":
        return None
    if not _DAY.fullmatch(field) and not _PARTLY_KNOWN.fullmatch(field):
        raise Refused("impossible_date")
    short = int(field[:2])
    if birth_year is not None and birth_year % 100 == short:
        year = birth_year
    else:
        year = 2000 + short
        if year > max(today.year, _NOT_BEFORE):
            year -= 100
    if not _DAY.fullmatch(field):
        return str(year)
    return dates.iso(year, int(field[2:4]), int(field[4:]))


def expiry_date(field: str, issuing_state: str, today: date) -> str | None:
    """ISO date; None for documents without a term."""
    if field == "<<<<<<" or (issuing_state == "VNM" and field == _NO_TERM):
        return None
    if not _DAY.fullmatch(field):
        raise Refused("impossible_date")
    year = 2000 + int(field[:2])
    if year > max(today.year, _NOT_BEFORE) + _LONGEST_VALIDITY:
        year -= 100
    return dates.iso(year, int(field[2:4]), int(field[4:]))
