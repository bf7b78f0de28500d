"""Closing a day: its figures become a record, and what changes afterwards shows. A day may be closed again; the newest counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity, Text
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.day.figures import figures, report
from plugins.vaccination.day.records_of_day import iso
from plugins.vaccination.day.signing import SignedReport, sign
from plugins.vaccination.models import DayClosedRow
from plugins.vaccination.records import DayClosed
from plugins.vaccination.site import Site

CLOSED = "vaccination.day_closed"
LONGEST = 60_000
TOO_LONG = Finding(
    "vaccination.report_too_long",
    Severity.BAR,
    Text("Báo cáo ngày quá dài để ghi vào sổ.", "The day's report is too long to be recorded."),
    Text("Xuất CSV và báo kỹ thuật.", "Export the CSV and tell a technician."),
)
NOT_YET = Finding(
    "vaccination.day_to_come",
    Severity.BAR,
    Text("Ngày này chưa tới.", "This day is still to come."),
    Text("Kiểm tra ngày, và đồng hồ của máy.", "Check the day, and the computer's clock."),
)


def close(site: Site, key: UUID, day: int, note: str, operator: str) -> Done:
    """Put the day's figures on record. Raises ``Refusal``, ``NotRecorded``."""

    def check(session: Session) -> Sequence[Draft]:
        if day > site.today():
            raise Refusal([NOT_YET])
        text, digest = report(figures(session, site, day))
        if len(text) > LONGEST:
            raise Refusal([TOO_LONG])
        return [Draft(CLOSED, DayClosed(day=iso(day), report=text, digest=digest, note=note))]

    return site.actions.act(key, check, operator)


def closed(session: Session, site: Site, day: int) -> DayClosedRow | None:
    """The newest closing of a day."""
    query = select(DayClosedRow).where(DayClosedRow.site == site.id, DayClosedRow.closed_day == day)
    of_each = {row.writer: row for row in session.scalars(query.order_by(DayClosedRow.writer, DayClosedRow.seq))}
    return max(of_each.values(), key=lambda row: (row.occurred_at_ms, row.writer), default=None)


def signed(site: Site, row: DayClosedRow) -> SignedReport:
    """The closed day under this device's signature; the same every time, as Ed25519 is."""
    return sign(row.report, row.writer, row.occurred_at_ms, site.context.services.journal.identity.signing_key)


def changes(before: Any, after: Any, at: str = "") -> list[tuple[str, str, str]]:
    """Where two reports differ: (place, before, after). Lots and tables are told apart by their names, not by their places."""
    before, after = _named(before), _named(after)
    if isinstance(before, dict) and isinstance(after, dict):
        found: list[tuple[str, str, str]] = []
        for name in sorted(before.keys() | after.keys()):
            found += changes(before.get(name), after.get(name), f"{at} › {name}" if at else name)
        return found
    if before is None and isinstance(after, dict):
        return changes({}, after, at)
    if after is None and isinstance(before, dict):
        return changes(before, {}, at)
    return [] if before == after else [(at, _shown(before), _shown(after))]


def changed_after(session: Session, site: Site, row: DayClosedRow) -> list[tuple[str, str, str]]:
    """What was recorded about this day after it was closed."""
    return changes(json.loads(row.report), figures(session, site, row.closed_day))


def day_of(text: str) -> int | None:
    """``2021-08-10`` as yyyymmdd; None for anything else."""
    try:
        return int(f"{date.fromisoformat(text):%Y%m%d}")
    except ValueError:
        return None


def _named(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return {
        " ".join(str(one[name]) for name in ("product", "lot", "step", "table", "store") if name in one): one
        for one in value
    }


def _shown(value: Any) -> str:
    return "–" if value is None else str(value)
