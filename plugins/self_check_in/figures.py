"""Today's numbers of visits, for dashboards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain import Figure, Text
from kiosk.site_days import start_of_day_ms
from plugins.self_check_in.models import VisitHour
from plugins.self_check_in.projecting import HOUR_MS

LABELS = {
    "admit": Text("Đã vào hôm nay", "Admitted today"),
    "refer": Text("Chuyển nhân viên hôm nay", "Referred to staff today"),
    "refuse": Text("Từ chối hôm nay", "Refused today"),
}


def today(session: Session, site: str | None, now: datetime, time_zone: str) -> list[Figure]:
    """Visits since the site's midnight, by decision; of one site, or of all."""
    query = select(VisitHour.decision, func.sum(VisitHour.visits)).where(
        VisitHour.hour >= start_of_day_ms(now, time_zone) // HOUR_MS
    )
    if site is not None:
        query = query.where(VisitHour.site == site)
    counted = {decision: int(count) for decision, count in session.execute(query.group_by(VisitHour.decision))}
    return [Figure(f"visits.{name}", label, counted.get(name, 0)) for name, label in LABELS.items()]
