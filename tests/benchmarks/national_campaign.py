"""The campaign that bench_national_day.py sends: who is vaccinated where and when, and which conflicts are planted. Invented."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from kiosk.domain import Draft
from kiosk.journal.append import Entry
from kiosk.record_kinds import RecordKinds
from plugins.national_platform.fleet import SyntheticDevice
from plugins.vaccination.records import Dose

PER_DEVICE = 10_000
DAY = datetime(2021, 8, 10, 1, 0, tzinfo=UTC)
WEEKS_AGO = DAY - timedelta(days=70)
PLANTED = 400  # one dose in so many is a conflict
Plan = list[tuple[str, datetime, str, int, uuid.UUID]]


@dataclass(slots=True)
class Campaign:
    """Who is vaccinated, and which conflicts must be found: pairs of records' ids with the code."""

    rng: Random
    first_doses: list[tuple[str, uuid.UUID]] = field(default_factory=list)
    planted: dict[frozenset[uuid.UUID], str] = field(default_factory=dict)

    def citizen(self) -> str:
        return self.rng.randbytes(11).hex()


class VaccinationSite(SyntheticDevice):
    """A device of a vaccination site."""

    campaign: Campaign
    plan: Plan

    def _entries(self, kinds: RecordKinds, people: Sequence[Any], records: int, now: datetime) -> Iterator[Entry]:
        draw = self.campaign.rng
        for citizen, at, product, number, key in self.plan:
            body = Dose(
                visit=str(_key(at, draw)),
                product=product,
                gtin="05000456070584",
                lot=f"ABV{draw.randrange(40):04d}",
                expiry="2021-12-31",
                vial=f"{draw.randrange(4000)}",
                number=number,
                total=2,
                given_on=at.date().isoformat(),
                table=str(draw.randint(1, 8)),
                screening=str(_key(at, draw)),
                consent=str(_key(at, draw)),
                next_on=(at + timedelta(days=56)).date().isoformat() if number == 1 else "",
            )
            yield Entry(key, Draft("vaccination.dose", body, citizen), at, True, operator="201")


def _key(at: datetime, rng: Random) -> uuid.UUID:
    value = int(at.timestamp() * 1000) << 80 | rng.getrandbits(80)
    return uuid.UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def weeks_ago(campaign: Campaign, devices: int) -> list[Plan]:
    plans: list[Plan] = []
    for _ in range(devices):
        plan: Plan = []
        for number in range(PER_DEVICE):
            at = WEEKS_AGO + timedelta(seconds=3 * number)
            citizen, key = campaign.citizen(), _key(at, campaign.rng)
            campaign.first_doses.append((citizen, key))
            plan.append((citizen, at, "AstraZeneca", 1, key))
        plans.append(plan)
    return plans


def days_doses(campaign: Campaign, devices: int) -> list[Plan]:
    """First doses, second ones of people of weeks ago, and now and then what does not go together with a dose elsewhere."""
    rng = campaign.rng
    second = list(campaign.first_doses)
    rng.shuffle(second)
    plans: list[Plan] = []
    seen: list[tuple[str, uuid.UUID]] = []  # of other devices, so that conflicts cross journals
    for _ in range(devices):
        plan: Plan = []
        mine: list[tuple[str, uuid.UUID]] = []
        for number in range(PER_DEVICE):
            at = DAY + timedelta(seconds=3 * number)
            key = _key(at, rng)
            if seen and number % PLANTED == 7:
                citizen, other = seen.pop(rng.randrange(len(seen)))
                campaign.planted[frozenset((key, other))] = "dose_twice"
                plan.append((citizen, at, "AstraZeneca", 1, key))
            elif second and number % PLANTED == 9:
                citizen, other = second.pop()
                campaign.planted[frozenset((key, other))] = "not_allowed_mix"
                plan.append((citizen, at, "Vero Cell", 2, key))
            elif second and number % 3 == 0:
                citizen, _ = second.pop()
                plan.append((citizen, at, "AstraZeneca", 2, key))
            else:
                citizen = campaign.citizen()
                plan.append((citizen, at, "AstraZeneca", 1, key))
                if number % 16 == 1:
                    mine.append((citizen, key))
        seen += mine
        plans.append(plan)
    return plans
