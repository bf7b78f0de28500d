"""Refrigerators and cold boxes: what each must hold, whether a reading is due, and writing readings down. Reads no thermometer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.models import TemperatureRow
from plugins.vaccination.records import Temperature
from plugins.vaccination.site import Site
from plugins.vaccination.stock.words import finding

_RANGE = re.compile(r"(.+?)\s*=\s*(-?\d{1,3})\s*\.\.\s*(-?\d{1,3})")
REFRIGERATOR = (2, 8)  # degrees Celsius: what every vaccine in a site's refrigerator is kept at
RECENT = 100  # of a day as yyyymmdd: about a month back
NOON = 12  # readings are written down twice a day, one before and one after


@dataclass(frozen=True, slots=True)
class Store:
    """``name`` as it stands on the door; degrees Celsius, both included."""

    name: str
    least: int
    most: int

    def holds(self, celsius: float) -> bool:
        return self.least <= celsius <= self.most


def stores(names: Sequence[str]) -> list[Store]:
    """Of the settings: ``TL1`` is a refrigerator, ``TĐ1 = -25..-15`` says its own range."""
    found = []
    for name in names:
        own = _RANGE.fullmatch(name.strip())
        least, most = (int(own[2]), int(own[3])) if own else REFRIGERATOR
        found.append(Store(own[1] if own else name.strip(), min(least, most), max(least, most)))
    return found


def readings(session: Session, site: Site) -> list[TemperatureRow]:
    """Today's, the newest first."""
    query = select(TemperatureRow).where(TemperatureRow.site == site.id, TemperatureRow.day == site.today())
    return list(session.scalars(query.order_by(TemperatureRow.occurred_at_ms.desc(), TemperatureRow.seq.desc())))


def outside(session: Session, site: Site, language: str) -> list[Finding]:
    """The stores whose last reading was out of range: said until one is within again, also on a later day."""
    last: dict[str, TemperatureRow] = {}
    query = select(TemperatureRow).where(TemperatureRow.site == site.id, TemperatureRow.day >= site.today() - RECENT)
    for row in session.scalars(query.order_by(TemperatureRow.occurred_at_ms, TemperatureRow.seq)):
        last[row.store] = row
    warm = [(one, last[one.name]) for one in stores(site.settings.stores) if one.name in last]
    return [
        finding("still_warm", store=one.name, celsius=degrees(read.celsius, language), least=one.least, most=one.most)
        for one, read in warm
        if not read.within
    ]


def degrees(celsius: float, language: str) -> str:
    """Vietnamese has a decimal comma."""
    text = f"{celsius:g}"
    return text.replace(".", ",") if language == "vi" else text


def due(session: Session, site: Site) -> list[Store]:
    """The stores that nobody has looked at yet in this half of the day."""
    now = site.context.clock.now().astimezone(site.zone)
    noon_ms = int(now.replace(hour=NOON, minute=0, second=0, microsecond=0).timestamp() * 1000)
    seen = {row.store for row in readings(session, site) if (row.occurred_at_ms >= noon_ms) == (now.hour >= NOON)}
    return [store for store in stores(site.settings.stores) if store.name not in seen]


def write_down(site: Site, key: UUID, name: str, celsius: float, note: str, operator: str) -> Done:
    """One reading. Raises ``Refusal`` for a store that the site has not, or ``NotRecorded``."""

    def check(_session: Session) -> Sequence[Draft]:
        store = next((one for one in stores(site.settings.stores) if one.name == name), None)
        if store is None:
            raise Refusal([finding("unknown_store", store=name)])
        body = Temperature(store=store.name, celsius=celsius, within=store.holds(celsius), note=note)
        return [Draft("vaccination.temperature", body)]

    return site.actions.act(key, check, operator)
