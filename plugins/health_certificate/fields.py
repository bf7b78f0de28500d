"""Single fields of foreign content: text, numbers, dates, each as it should be or empty. Raises nothing."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

LONGEST_TEXT = 200  # characters kept of a name or code
_PARTIAL_DATE = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?")
_EARLIEST, _LATEST = -62_135_596_800, 253_402_300_799  # the years 1 and 9999, Unix seconds
_SEXES = {"m": "male", "f": "female", "male": "male", "female": "female"}


def text(value: Any) -> str:
    """A text in NFC on one line, cut to ``LONGEST_TEXT``; empty for anything else."""
    if not isinstance(value, str):
        return ""
    if len(value) > LONGEST_TEXT:
        value = value[: LONGEST_TEXT * 4]  # letters that are put together become fewer
    if not value.isprintable():
        value = _visible(value)
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return value[:LONGEST_TEXT].strip()


def _visible(value: str) -> str:
    """Without control characters and halves of surrogate pairs, which can neither be shown nor stored."""
    return "".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") else letter for letter in value)


def mapping(value: Any) -> Mapping[Any, Any]:
    """A map, or an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> Sequence[Any]:
    """A list, or an empty one."""
    return value if isinstance(value, list | tuple) else ()


def count(value: Any) -> int | None:
    """A small whole number such as a dose's, also where it came as text or as 2.0."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 3:
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1000:
        return None
    return int(value) if value == int(value) else None


def day(value: Any) -> date | None:
    """The day of an ISO 8601 date or time; None where the calendar does not have it or it is not whole."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def birth_date(value: Any) -> str:
    """An ISO 8601 date, a year and month, or a year; empty for anything else."""
    if not isinstance(value, str) or not _PARTIAL_DATE.fullmatch(value[:10]):
        return ""
    whole = value[:10]
    try:
        date.fromisoformat(whole + "-01-01"[len(whole) - 4 :])
    except ValueError:
        return ""
    return whole


def moment(value: Any) -> datetime | None:
    """An ISO 8601 time; without an offset it is taken as UTC."""
    if not isinstance(value, str) or not 10 <= len(value) <= 40:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def unix_time(value: Any) -> datetime | None:
    """Seconds since 1970 (a CWT's or JWT's NumericDate). None where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return datetime.fromtimestamp(value, UTC) if _EARLIEST <= value <= _LATEST else None


def sex(value: Any) -> str:
    """``male``, ``female`` or empty."""
    return _SEXES.get(value.lower(), "") if isinstance(value, str) else ""
