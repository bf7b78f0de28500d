"""Closed vials go to another site, or are counted; and a lot is stopped here at once. Serves no page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.models import MovementRow
from plugins.vaccination.records import Counted, Recall, Transferred
from plugins.vaccination.rules.consignment import Consignment, Line
from plugins.vaccination.site import Site
from plugins.vaccination.stock import balances, lots
from plugins.vaccination.stock.lots import Lot
from plugins.vaccination.stock.words import finding


def transfer(site: Site, key: UUID, product: str, lot: str, vials: int, to_site: str, note: str, operator: str) -> Done:
    """Send closed vials. Raises ``Refusal`` where there are fewer by the books or this site itself is to receive them, or
    ``NotRecorded``."""

    def check(session: Session) -> Sequence[Draft]:
        if site.is_called(to_site):
            raise Refusal([finding("own_site", receiver=to_site)])
        known = _known(session, site, product, lot)
        if known.expiry is None:
            raise Refusal([finding("expiry_missing", lot=known.lot)])
        closed = balances.closed(session, site.id, known.product, known.lot)
        if vials > closed:
            raise Refusal([finding("more_than_there", lot=known.lot, left=max(closed, 0))])
        body = Transferred(
            product=known.product,
            lot=known.lot,
            vials=vials,
            doses_per_vial=known.doses_per_vial or 1,
            to_site=to_site,
            consignment=f"T-{key.hex[:16]}",
            note=note,
        )
        return [Draft("vaccination.transferred", body)]

    return site.actions.act(key, check, operator)


def consignment_of(session: Session, site: Site, record: UUID) -> Consignment | None:
    """What travels with a transfer, as the receiver scans it; None where there is no such transfer here."""
    query = select(MovementRow).where(MovementRow.record == str(record), MovementRow.kind == "transferred")
    row = session.scalars(query).first()
    known = lots.of(lots.known(session, site.id), row.lot, row.product) if row else []
    if row is None or not known or known[0].expiry is None:
        return None
    line = Line(known[0].gtin, row.product, row.lot, known[0].expiry, -row.vials, row.doses_per_vial)
    sent = datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC).astimezone(site.zone).date()
    return Consignment(row.consignment, row.site, row.to_site, sent, (line,))


def receivers(session: Session, site: Site) -> list[str]:
    """Whom this site sent vaccine to before, each once, by name."""
    query = select(MovementRow.to_site).where(MovementRow.site == site.id, MovementRow.kind == "transferred")
    return sorted(set(session.scalars(query.distinct())))


def count(site: Site, key: UUID, product: str, lot: str, vials: int, note: str, operator: str) -> Done:
    """Write down how many closed vials somebody counted. Raises ``Refusal`` for a lot that the site has not, or ``NotRecorded``."""

    def check(session: Session) -> Sequence[Draft]:
        known = _known(session, site, product, lot)
        return [Draft("vaccination.counted", Counted(product=known.product, lot=known.lot, vials=vials, note=note))]

    return site.actions.act(key, check, operator)


def stop(site: Site, key: UUID, product: str, lot: str, reason: str, lifted: bool, operator: str) -> Done:
    """The supervisor stops a lot at this site, or lifts what this site stopped. Raises ``Refusal`` where only the platform may."""

    def check(session: Session) -> Sequence[Draft]:
        known = _known(session, site, product, lot)
        if lifted and any(_is(row, known) and lots.by_platform(row) for row in lots.recalls(session)):
            raise Refusal([finding("platform_recall")])
        body = Recall(product=known.product, lot=known.lot, lifted=lifted, reason=reason)
        return [Draft("vaccination.recall", body)]

    return site.actions.act(key, check, operator)


def _is(row: object, known: Lot) -> bool:
    return (getattr(row, "product", ""), getattr(row, "lot", "").upper()) == (known.product, known.lot.upper())


def _known(session: Session, site: Site, product: str, lot: str) -> Lot:
    found = lots.of(lots.known(session, site.id), lot, product)
    if not found:
        raise Refusal([finding("unknown_lot", lot=lot)])
    return found[0]
