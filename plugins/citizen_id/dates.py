"""Dates as the documents write them, turned into ISO 8601. An impossible date is refused, never rolled over."""

from __future__ import annotations

import re
from datetime import date

from plugins.citizen_id.refusals import Refused

# Nobody alive was born before, and no document is valid after; a year outside is a misread.
FIRST_YEAR, LAST_YEAR = 1880, 2150

_COMPACT = re.compile(r"[0-9]{8}")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")


def iso(year: int, month: int, day: int) -> str:
    """``YYYY-MM-DD`` of a day that exists between 1880 and 2150; ``Refused`` otherwise."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused("impossible_date")
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise Refused("impossible_date") from None


def compact(text: str) -> str | None:
    """``ddmmyyyy``; None where the text is not eight digits."""
    if not _COMPACT.fullmatch(text):
        return None
    return iso(int(text[4:]), int(text[2:4]), int(text[:2]))


def slashed(text: str) -> str | None:
    """``dd/mm/yyyy``, also with ``-`` or ``.`` between; None where the text has another form."""
    found = _DAY_FIRST.fullmatch(text)
    return iso(int(found[4]), int(found[3]), int(found[1])) if found else None


def year_first(text: str) -> str | None:
    """``yyyy-mm-dd``; None where the text has another form."""
    found = _YEAR_FIRST.fullmatch(text)
    return iso(int(found[1]), int(found[2]), int(found[3])) if found else None


def year_alone(text: str) -> str | None:
    """``yyyy``, for formats that allow it; None where the text has another form."""
    if not _YEAR.fullmatch(text):
        return None
    if not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise Refused("impossible_date")
    return text


def any_day(text: str) -> str | None:
    """A full date in any of the forms above; None where the text has none of them."""
    return compact(text) or slashed(text) or year_first(text)
