"""Appliances that are served with the lane for plain scans, and ended with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import Workshop
from tests.support.scan_lane import Served


@pytest.fixture
def serve() -> Iterator[Callable[[Appliance], Served]]:
    made: list[Served] = []

    def build(appliance: Appliance) -> Served:
        made.append(Served(appliance))
        return made[-1]

    yield build
    for one in made:
        one.close()


@pytest.fixture
def appliance(workshop: Workshop) -> Appliance:
    return workshop.start(["citizen_id", "self_check_in"])


@pytest.fixture
def served(serve: Callable[[Appliance], Served], appliance: Appliance) -> Served:
    return serve(appliance)
