"""How long after a refusal at one lane the next lane knows of it, without a platform: two appliances that fetch each other's journals."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import func, select

from plugins.checkpoint.models import PassageRow
from tests.support.appliance import Workshop, people
from tests.support.checkpoint_lanes import Lanes
from tests.support.checkpoint_post import Officer, declared

TIMES = 20


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as directory:
        workshop = Workshop(Path(directory))
        lanes = Lanes(workshop, settings="")  # the shipped settings
        north, south = lanes.appliances["north"], lanes.appliances["south"]
        officer, taken = Officer(north), []
        for number, person in zip(range(1, TIMES + 1), people(3), strict=False):
            officer.show(declared(person, declaration__symptoms="yes"))
            begun = time.perf_counter()
            while _known(south) < number:
                time.sleep(0.005)
            taken.append((time.perf_counter() - begun) * 1000)
            officer.do("next")
        lanes.close()
        workshop.close()
    return [
        {
            "what": "refused at lane 1 → known at lane 2, no platform (slowest of 20)",
            "value": max(taken),
            "unit": "ms",
            "yardstick": f"median {statistics.median(taken):.0f} ms; asks every 500 ms",
            "goal": "≤ 2000 ms",
            "met": max(taken) <= 2000,
        }
    ]


def _known(appliance: Any) -> int:
    with appliance.session() as session:
        return int(session.scalar(select(func.count()).select_from(PassageRow)) or 0)


if __name__ == "__main__":
    for row in rows():
        print(row)
