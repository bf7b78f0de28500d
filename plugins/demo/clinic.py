"""The demo's vaccination site: who has an appointment there, which vaccine it was allotted, and the codes on its boxes and vials.

Knows the records' kinds by name and their JSON alone, as any program does that publishes on a platform.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

from kiosk.synthetic import Citizen, citizens
from kiosk.text.names import mask_name
from plugins.demo import pictures
from plugins.demo.queue import Arrival

SITE = "demo-clinic"
ELSEWHERE = "demo-elsewhere"  # where first doses were given; no device of it is in the demo
ZONE = "Asia/Ho_Chi_Minh"  # whose day it is at the site: as profiles have it where they say nothing
EARLIER = {"product": "AstraZeneca", "lot": "DEMO-AZ-00"}
EXPECTED = 16
FIRST_DOSE_DAYS = 70  # ago, for every other one: the second AstraZeneca is due after 56
SEED_SHIFT = 7  # other people than at the kiosk


@dataclass(frozen=True, slots=True)
class Lot:
    """One lot of the demo. ``gtin``: of its vials, invented: the prefix 952 is GS1's for examples."""

    product: str
    gtin: str
    lot: str
    days_left: int
    vials: int
    doses_per_vial: int
    words_vi: str
    words_en: str

    def expiry(self, today: date) -> date:
        return today + timedelta(days=self.days_left)

    def element_string(self, today: date) -> str:
        """What a GS1 DataMatrix on the vial says, as people write it."""
        return f"(01){self.gtin}(17){self.expiry(today):%y%m%d}(10){self.lot}"


LOTS = (
    Lot("AstraZeneca", "09521234000013", "DEMO-AZ-01", 120, 20, 10, "lô dùng được", "a good lot"),
    Lot("Comirnaty", "09521234000020", "DEMO-PF-07", 60, 10, 6, "lô dùng được", "a good lot"),
    Lot("AstraZeneca", "09521234000013", "DEMO-AZ-99", -3, 2, 10, "đã hết hạn: máy từ chối", "expired: it is refused"),
)


def people(seed: int) -> list[Citizen]:
    """Who has an appointment today."""
    return list(islice(citizens(Random(seed + SEED_SHIFT)), EXPECTED))


def arrivals(seed: int) -> Iterator[Arrival]:
    """They come one after another, each with the identity card."""
    rng = Random(seed)
    for citizen in people(seed):
        picture = pictures.jpeg(pictures.held(pictures.card(citizen), rng))
        yield Arrival(picture, f"{mask_name(citizen.name, 'initials')} arrives at the vaccination site")


def today_at(now: datetime) -> date:
    """The site's own date at a moment (aware)."""
    return now.astimezone(ZoneInfo(ZONE)).date()


def seed_of(seed: int, first: date, today: date) -> int:
    """Other people come on every later day of one demo: those of the days before have had their doses."""
    return seed + 1000 * (today - first).days


def published(seed: int, today: date, first: date | None = None) -> Iterator[tuple[str, str, str]]:
    """What a platform says for the demo: audience, kind of record, and its lines for ``kiosk platform publish``. ``first``: the day
    on which this demo began, where that is not ``today``: its vaccine has been allotted since."""
    if first in (None, today):
        yield f"site:{SITE}", "vaccination.allocation", allocations(today)
    yield f"site:{SITE}", "vaccination.capacity", slots(today)
    yield f"site:{ELSEWHERE}", "vaccination.dose", earlier_doses(seed, today)
    yield f"site:{SITE}", "vaccination.expected", appointments(seed, today)


def allocations(today: date) -> str:
    """``vaccination.allocation`` bodies, one a line."""
    return _lines(
        {
            "consignment": "DEMO-1",
            "site": SITE,
            "product": lot.product,
            "gtin": lot.gtin,
            "lot": lot.lot,
            "expiry": lot.expiry(today).isoformat(),
            "vials": lot.vials,
            "doses_per_vial": lot.doses_per_vial,
            "sender": "demo-store",
        }
        for lot in LOTS
    )


def appointments(seed: int, today: date) -> str:
    """``vaccination.expected`` bodies, one a line: every other person has had a first dose elsewhere."""
    return _lines(_expected(number, citizen, today) for number, citizen in enumerate(people(seed)))


def slots(today: date) -> str:
    """``vaccination.capacity`` bodies, one a line: a quarter of an hour each, with room for one more than has an appointment."""
    return _lines(
        {"site": SITE, "day": today.isoformat(), "slot": _slot(number), "places": 2} for number in range(EXPECTED)
    )


def consignment(today: date) -> str:
    """The code on the delivery note of what ``allocations`` announces, as docs/vaccination-rules.md describes it."""
    lines = (
        f"{one.gtin}~{one.product}~{one.lot}~{one.expiry(today):%Y%m%d}~{one.vials}~{one.doses_per_vial}"
        for one in LOTS
    )
    text = "|".join(("VXC1", "DEMO-1", "demo-store", SITE, f"{today:%Y%m%d}", *lines))
    return f"{text}|{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def earlier_doses(seed: int, today: date) -> str:
    """``vaccination.dose`` bodies of these first doses: an official certificate counts what the platform has on record, not what a
    site was told with an appointment."""
    return _lines(
        {"national_id": citizen.national_id, **EARLIER, "number": 1, "total": 2, "given_on": _earlier(today)}
        for citizen in people(seed)[1::2]
    )


def _slot(number: int) -> str:
    """From eight o'clock on."""
    begins, ends = 8 * 60 + number * 15, 8 * 60 + number * 15 + 15
    return f"{begins // 60:02d}:{begins % 60:02d}-{ends // 60:02d}:{ends % 60:02d}"


def _earlier(today: date) -> str:
    return (today - timedelta(days=FIRST_DOSE_DAYS)).isoformat()


def _expected(number: int, citizen: Citizen, today: date) -> dict[str, object]:
    had = {**EARLIER, "on": _earlier(today), "site": ELSEWHERE}
    return {
        "national_id": citizen.national_id,
        "site": SITE,
        "day": today.isoformat(),
        "slot": _slot(number),
        "round": "demo",
        "product": "AstraZeneca",
        "name": citizen.name,
        "birth_date": citizen.birth_date.isoformat(),
        "sex": citizen.sex,
        "doses": [had] if number % 2 else [],
    }


def _lines(bodies: Iterator[dict[str, object]]) -> str:
    return "".join(json.dumps(body, ensure_ascii=False) + "\n" for body in bodies)
