"""What every room's folding shares: a batch by its bodies, and the columns that all rows have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from kiosk.domain import Record
from kiosk.site_days import day_number

CERTIFICATES = (
    "certificates"  # the journal of what the platform's signer issues: no audience, so that no device pulls it
)


Bodies = Mapping[type, list[Record]]


def by_body(records: Iterable[Record]) -> Bodies:
    """A batch's records by the type of their body, in their order; of what is not there, none."""
    found: dict[type, list[Record]] = defaultdict(list)
    for record in records:
        found[type(record.data)].append(record)
    return found


def of_record(record: Record) -> dict[str, Any]:
    """See ``models.columns.OfOneRecord``."""
    return {
        "writer": record.writer,
        "seq": record.seq,
        "record": str(record.id),
        "occurred_at_ms": record.occurred_at_ms,
        "site": record.site,
    }


def of_a_day(record: Record, time_zone: str) -> dict[str, Any]:
    """See ``models.columns.OfADay``."""
    return of_record(record) | {"day": day_number(record.occurred_at_ms, time_zone), "operator": record.operator}


def of_a_person(record: Record, time_zone: str) -> dict[str, Any]:
    """See ``models.columns.OfAPerson``."""
    return of_a_day(record, time_zone) | {"citizen": record.citizen}


def said(record: Record) -> dict[str, Any]:
    """The columns by which ``keep_latest`` tells which of several words is the newest."""
    return {"said_at_ms": record.occurred_at_ms, "said_by": record.writer, "said_seq": record.seq}


def says(writer: str, own: str) -> bool:
    """Whether this journal may say whom to expect and what to stop: the platform's, and the own one where there is no platform.
    Never another site's: whoever owns a device can write into its journal what they like."""
    return writer in ("nation", CERTIFICATES) or writer.startswith(("site:", "province:", own))


@lru_cache(maxsize=4096)
def number_of(day: str) -> int:
    """``2021-08-10`` as 20210810."""
    return int(day.replace("-", ""))
