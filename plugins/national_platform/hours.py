"""Counts records per journal, hour, kind and site: what the live page draws without reading the journals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import add_counts
from plugins.national_platform.models import RecordHour

HOUR_MS = 3_600_000


def project(records: Sequence[Record], session: Session) -> None:
    """Parked records are not counted (a replay meets them too); erased ones are: they happened."""
    counts = Counter(
        (record.writer, record.occurred_at_ms // HOUR_MS, record.kind, record.site)
        for record in records
        if record.data is not None or record.body is None
    )
    if counts:
        add_counts(session, RecordHour, RecordHour.records, counts)
