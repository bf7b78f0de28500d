"""How a self check-in is built for tests: a kiosk of these plugins whose clock stands at noon."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop
from tests.support.self_check_in import Start


@pytest.fixture
def clock() -> SetClock:
    """Noon at the site, so that no test runs over midnight."""
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    return SetClock(now.replace(hour=12, minute=0) - now)


@pytest.fixture
def start(workshop: Workshop, clock: SetClock) -> Start:
    def make(settings: str = "", direction: str = "in", **more: Any) -> Appliance:
        sections = f"[plugin.self_check_in]\n{settings}"
        appliance = workshop.build(["citizen_id", "self_check_in"], sections=sections, clock=clock, **more)
        appliance.station = replace(appliance.station, direction=direction)
        workshop._made.append(appliance)
        appliance.open()
        appliance.start()
        return appliance

    return make
