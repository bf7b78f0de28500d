"""CertLogic's dates: the allowed formats, partial dates, and the arithmetic of ``plusTime``. Knows no clock.

CertLogic 1.3.3, "Dates and date-times": everything becomes a moment in UTC with milliseconds.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.explained import Explained

UNITS = ("year", "month", "day", "hour")
_FORM = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:Z|([+-])(\d{1,2})(?::?(\d{2}))?)?)?"
    r")?)?",
    re.ASCII,
)


def parse(text: str) -> datetime:
    """The moment that ``text`` names, in UTC. A year or a month alone is its last day. Raises ``ValueError``."""
    found = _FORM.fullmatch(text)
    if found is None:
        forms = "YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ"
        raise Explained(
            f"{text[:40]!r} không phải ngày hoặc ngày giờ ({forms})",
            f"{text[:40]!r} is not a date or a date and time ({forms})",
        )
    year, month, day, hour, minute, second, decimals, sign, zone_hours, zone_minutes = found.groups()
    try:
        if month is None:
            return datetime(int(year), 12, 31, tzinfo=UTC)
        if day is None:
            return _plus_months(datetime(int(year), int(month), 1, tzinfo=UTC), 1) - timedelta(days=1)
        moment = datetime(
            int(year),
            int(month),
            int(day),
            int(hour or 0),
            int(minute or 0),
            int(second or 0),
            int((decimals or "0")[:3].ljust(3, "0")) * 1000,  # the rest of the decimals is left away: rounded down
            tzinfo=UTC,
        )
        ahead = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
        return moment + ahead if sign == "-" else moment - ahead
    except OverflowError:
        raise Explained(f"{text[:40]!r} nằm ngoài lịch", f"{text[:40]!r} is out of the calendar") from None


def plus(moment: datetime, amount: int, unit: str) -> datetime:
    """``amount`` (may be negative) units later. A day that the month does not have runs over into the next, as JavaScript's
    ``setUTCMonth`` does. Raises ``ValueError`` out of the years 1 to 9999."""
    try:
        if unit == "day":
            return moment + timedelta(days=amount)
        if unit == "hour":
            return moment + timedelta(hours=amount)
        return _plus_months(moment, amount * 12 if unit == "year" else amount)
    except OverflowError:
        raise Explained("nằm ngoài lịch", "out of the calendar") from None


def _plus_months(moment: datetime, amount: int) -> datetime:
    months = moment.year * 12 + moment.month - 1 + amount
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    return first + timedelta(days=moment.day - 1)


def moment_of(value: Any) -> datetime:
    """What ``plusTime`` starts from: a text in an allowed format, or a moment. Raises ``ValueError``."""
    if isinstance(value, str):
        return parse(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    raise Explained("không phải chữ ghi một ngày", "not the text of a date")
