"""A site's days and hours: they begin at its own midnight, not at UTC's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo


def day_number(at_ms: int, time_zone: str) -> int:
    """``yyyymmdd`` at the site for a Unix time in milliseconds."""
    # zones change their offset on whole quarter hours only, so a quarter has one date
    return _of_quarter(at_ms // 900_000, time_zone)


@lru_cache(maxsize=4096)
def _of_quarter(quarter: int, time_zone: str) -> int:
    try:
        local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=quarter * 900)).astimezone(ZoneInfo(time_zone))
    except (OverflowError, ValueError):
        return 0  # a clock gone wild; the record keeps its own time
    return local.year * 10_000 + local.month * 100 + local.day


def day_text(at: datetime, time_zone: str) -> str:
    """ISO date at the site."""
    return at.astimezone(ZoneInfo(time_zone)).date().isoformat()


def start_of_day_ms(at: datetime, time_zone: str) -> int:
    """The site's last midnight, Unix milliseconds."""
    local = at.astimezone(ZoneInfo(time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(local.timestamp() * 1000)


def local_time(at_ms: int, time_zone: str, pattern: str = "%H:%M %d/%m/%Y") -> str:
    """Unix milliseconds as people there write the time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone)).strftime(pattern)


def from_form(text: str, time_zone: str) -> int | None:
    """What a ``datetime-local`` field holds, at the site, as Unix milliseconds; None where it is no time."""
    try:
        return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(time_zone)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
