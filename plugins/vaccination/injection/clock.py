"""Whether the site's date may be relied on: the clock is kept right by the network, or the supervisor looked at it since the start.

Expiry, intervals and “screened today” mean nothing under a wrong date, so without either no dose is given.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.storage.lookups import Rows, given
from plugins.vaccination.models import ClockRow
from plugins.vaccination.site import Site

BOOT = Path("/proc/sys/kernel/random/boot_id")  # Linux: another one after each start of the computer


def relied_on(session: Session, site: Site, today: date) -> bool:
    """Whether ``today`` may be taken for today."""
    return site.context.clock.trusted() or confirmed(session, site, today) is not None


def confirmed(session: Session, site: Site, today: date) -> ClockRow | None:
    """Who said that it is today, since the computer was started."""
    day = today.year * 10_000 + today.month * 100 + today.day
    return _CONFIRMED.first(session, site=site.id, day=day, boot=boot())


def boot() -> str:
    """The kernel's name of this start; empty where it gives none."""
    try:
        return BOOT.read_text("ascii").strip()[:64]
    except OSError:
        return ""


_CONFIRMED = Rows(
    select(ClockRow)
    .where(ClockRow.site == given("site"), ClockRow.confirmed_day == given("day"), ClockRow.boot == given("boot"))
    .order_by(ClockRow.seq.desc())
    .limit(1)
)
