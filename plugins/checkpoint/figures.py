"""Today's numbers of passages, for dashboards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain import Figure, Text
from kiosk.site_days import start_of_day_ms
from plugins.checkpoint.lookups import COUNTS
from plugins.checkpoint.models import PassageRow

LABELS = {
    "admit": Text("Qua chốt hôm nay", "Let through today"),
    "refer": Text("Kiểm tra riêng hôm nay", "Referred at posts today"),
    "refuse": Text("Không cho qua hôm nay", "Stopped at posts today"),
}


def today(session: Session, site: str | None, now: datetime, time_zone: str) -> list[Figure]:
    """Passages since midnight, by decision; of one site, or of all."""
    query = select(PassageRow.decision, func.sum(PassageRow.people)).where(
        PassageRow.occurred_at_ms >= start_of_day_ms(now, time_zone), *COUNTS
    )
    if site is not None:
        query = query.where(PassageRow.site == site)
    counted = {decision: int(people) for decision, people in session.execute(query.group_by(PassageRow.decision))}
    return [Figure(f"passages.{name}", label, counted.get(name, 0)) for name, label in LABELS.items()]
