"""Who got a lot: the people to be called when it is recalled. Reads, never writes; whoever shows the list records that."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.site_days import local_time
from plugins.vaccination import lookups
from plugins.vaccination.models import DoseRow
from plugins.vaccination.people import known
from plugins.vaccination.rules.gs1 import lot_key
from plugins.vaccination.site import Site


@dataclass(frozen=True, slots=True)
class Recipient:
    """One dose that counts, and whom to call. ``given``: day and time at the site."""

    citizen: str
    name: str
    birth_date: str
    phone: str
    address: str
    number: int
    given: str
    table: str
    vial: str


def recipients(session: Session, site: Site, product: str, lot: str) -> list[Recipient]:
    """Everybody who got this lot here, in the order of the doses."""
    query = select(DoseRow).where(
        func.upper(DoseRow.lot) == lot_key(lot),
        DoseRow.product == product,
        DoseRow.site == site.id,
        *lookups.counting(),
    )
    rows = session.scalars(query.order_by(DoseRow.occurred_at_ms, DoseRow.seq)).all()
    return [_recipient(session, site, row) for row in rows]


def _recipient(session: Session, site: Site, row: DoseRow) -> Recipient:
    day = f"{row.given_on // 10_000}-{row.given_on // 100 % 100:02}-{row.given_on % 100:02}"
    who = known(session, row.citizen, site.id, day) if row.citizen else None
    return Recipient(
        row.citizen or "",
        who.said("name") if who else "",
        "/".join(reversed(who.said("birth_date").split("-"))) if who else "",
        who.said("phone") if who else "",
        who.person.address if who and who.person else "",
        row.number,
        local_time(row.occurred_at_ms, site.context.time_zone),
        row.table_name,
        row.vial,
    )
