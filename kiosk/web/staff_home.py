"""The first page after sign-in: what is wrong now, what the platform says, and where one may go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_models import NoticeRow
from kiosk.domain import HealthCheck, HealthLevel
from kiosk.operators.register import Role
from kiosk.web.access import require_role

ROLES = (Role.OFFICER, Role.MEDICAL_STAFF, Role.TECHNICIAN, Role.ADMINISTRATOR)
RANK = {HealthLevel.FAULT: 0, HealthLevel.WARNING: 1, HealthLevel.INFO: 2, HealthLevel.OK: 3}
NOTICES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """One notice with its time at the site."""

    title: str
    text: str
    at: datetime


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/``."""

    @pages.get("/")
    @require_role(*ROLES)
    def home() -> ResponseReturnValue:
        checks = worst_first(appliance.health())
        return render_template(
            "staff/home.html",
            troubles=[
                check
                for check in checks
                if check.level in (HealthLevel.FAULT, HealthLevel.WARNING)
                and not (appliance.safe and check.name.startswith("plugin."))  # safe mode says it once for all
            ],
            safe=appliance.safe,
            tickets=tickets(appliance),
            notices=notices(appliance),
        )


def worst_first(checks: list[HealthCheck]) -> list[HealthCheck]:
    """Faults, then warnings, then the rest; within a level as they came."""
    return sorted(checks, key=lambda check: RANK[check.level])


def tickets(appliance: Appliance) -> dict[str, int]:
    """How many tickets wait for the printer, and how many it gave up on."""
    return {"waiting": appliance.prints.waiting(), "failed": len(appliance.prints.failed())}


def notices(appliance: Appliance) -> list[ShownNotice]:
    """The newest words from the platform."""
    zone = ZoneInfo(appliance.settings.site.time_zone)
    with appliance.database.reading() as session:
        rows = session.scalars(select(NoticeRow).order_by(NoticeRow.occurred_at_ms.desc()).limit(NOTICES_SHOWN)).all()
    return [
        ShownNotice(row.title, row.text, datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC).astimezone(zone))
        for row in rows
    ]
