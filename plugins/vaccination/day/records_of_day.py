"""The records of a site's day, as its journals have them, for what no table holds. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from plugins.vaccination.site import Site


def records_of(session: Session, site: Site, day: int, *kinds: str) -> Iterator[Any]:
    """The records of some kinds of this slice, of a day (yyyymmdd) at the site, in their journals' order."""
    return every(session, site, day, [f"vaccination.{kind}" for kind in kinds])


def every(session: Session, site: Site, day: int, kinds: list[str]) -> Iterator[Any]:
    """The same of any slice's kinds, by their whole names."""
    zone = ZoneInfo(site.context.time_zone)
    begins = datetime(day // 10_000, day // 100 % 100, day % 100, tzinfo=zone)
    ends = begins + timedelta(days=1)
    query = select(JournalRecord).where(
        JournalRecord.kind.in_(kinds),
        JournalRecord.site == site.id,
        JournalRecord.occurred_at_ms >= int(begins.timestamp() * 1000),
        JournalRecord.occurred_at_ms < int(ends.timestamp() * 1000),
    )
    for row in session.scalars(query.order_by(JournalRecord.writer, JournalRecord.seq)):
        found = record_of_row(row, site.context.services.journal.kinds)
        if found.data is not None:
            yield found


def iso(day: int) -> str:
    """20210810 in ISO 8601."""
    return f"{day // 10_000}-{day // 100 % 100:02d}-{day % 100:02d}"
