"""Today's numbers of declarations, for dashboards."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain import Figure, Text
from plugins.declaration.models import DeclaredHour
from plugins.declaration.projecting import HOUR_MS

PLACE = Text("Tờ khai tại điểm hôm nay", "Declarations for places today")
MOVEMENT = Text("Tờ khai di chuyển hôm nay", "Declarations for journeys today")
SYMPTOMS = Text("Tờ khai có triệu chứng hôm nay", "Declarations with symptoms today")


def today(session: Session, site: str | None, now: datetime, time_zone: str) -> list[Figure]:
    """Declarations since the site's midnight, by kind; of one site, or of all."""
    midnight = now.astimezone(ZoneInfo(time_zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    query = select(DeclaredHour.kind, DeclaredHour.symptoms, func.sum(DeclaredHour.declared)).where(
        DeclaredHour.hour >= int(midnight.timestamp() * 1000) // HOUR_MS
    )
    if site is not None:
        query = query.where(DeclaredHour.site == site)
    rows = [
        (kind, ill, int(count))
        for kind, ill, count in session.execute(query.group_by(DeclaredHour.kind, DeclaredHour.symptoms))
    ]
    return [
        Figure("declaration.place", PLACE, sum(count for kind, _, count in rows if kind == "place")),
        Figure("declaration.movement", MOVEMENT, sum(count for kind, _, count in rows if kind == "movement")),
        Figure("declaration.symptoms", SYMPTOMS, sum(count for _, ill, count in rows if ill)),
    ]
