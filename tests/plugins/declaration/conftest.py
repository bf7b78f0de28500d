"""A platform and enrolled kiosks, and a declaration as the form would send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.appliance import Appliance
from plugins.declaration import declaring
from plugins.upstream_sync.transport import Transport
from tests.plugins.declaration.form_visits import client, clock, kiosk, tab
from tests.support.appliance import Workshop
from tests.support.exchange import Kiosk, Platform

__all__ = ["client", "clock", "kiosk", "tab"]  # of the form

KIOSK = ("citizen_id", "declaration")
HOME = {"province": "01", "district": "001", "ward": "00001"}
DECLARED: dict[str, Any] = {
    "kind": "movement",
    "name": "Nguyễn Văn An",
    "document": "001090012345",
    "birth_year": 1990,
    "sex": "male",
    "home": HOME,
    "address": "Số 1, phố Hàng Bài",
    "phone": "0912345678",
    "journey": {
        "vehicle": "motorbike",
        "plate": "29A-123.45",
        "origin": HOME,
        "departs_at": "2021-08-20T08:00",
        "destination": {"province": "79"},
        "purpose": "work",
        "companions": [{"name": "Trần Thị Bình", "birth_year": 1992}],
    },
}


def plugin(appliance: Appliance) -> Any:
    return appliance.host.plugin("declaration")


def tick(appliance: Appliance) -> None:
    """Look after keys and withdrawals once, as the threads do."""
    appliance.signing.keeper.tick()
    if appliance.signing.ring.authority:
        plugin(appliance)._teller.tick()


def declare(appliance: Appliance, replaces: str = "", **more: Any) -> declaring.Issued:
    return declaring.declare(plugin(appliance)._context, plugin(appliance)._validity, {**DECLARED, **more}, replaces)


def code_of(appliance: Appliance, issued: declaring.Issued) -> str:
    """The pass as it is shown now."""
    with appliance.session() as session:
        return declaring.pass_of(issued.record, appliance.signing.ring, session)


@pytest.fixture
def platform(workshop: Workshop) -> Iterator[Platform]:
    made = Platform(workshop, ["declaration"])
    yield made
    made.close()


@pytest.fixture
def kiosk_named(workshop: Workshop, platform: Platform) -> Iterator[Callable[[str], Kiosk]]:
    transports: list[Transport] = []
    yield lambda name: Kiosk(workshop, platform, name, transports, KIOSK)
    for one in transports:
        one.close()


@pytest.fixture
def delegated(platform: Platform, kiosk_named: Callable[[str], Kiosk]) -> Kiosk:
    """A kiosk that the platform has delegated."""
    kiosk = kiosk_named("kiosk")
    tick(kiosk.appliance)
    tick(platform.appliance)
    kiosk.exchange()
    tick(platform.appliance)
    kiosk.exchange()
    return kiosk
