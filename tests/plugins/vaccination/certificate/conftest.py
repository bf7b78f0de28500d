"""A platform, an enrolled vaccination site and posts that exchange journals when the test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from plugins.upstream_sync.transport import Transport
from tests.support.appliance import Workshop
from tests.support.exchange import Kiosk, Platform
from tests.support.vaccination import SECTIONS

ON_THE_PLATFORM = ("qr_scanning", "citizen_id", "self_check_in", "health_certificate", "vaccination")
AT_THE_SITE = ("citizen_id", "self_check_in", "health_certificate", "vaccination")
AT_A_POST = ("citizen_id", "health_certificate", "vaccination", "checkpoint")
POST = """
[plugin.checkpoint]
policy = "public_place"
risk = { "01" = "red" }

[[plugin.checkpoint.posts]]
id = "north"
name_vi = "Chợ Đồng Xuân"
name_en = "Market"
area = "01"
lanes = ["A", "B"]
"""


@pytest.fixture
def platform(workshop: Workshop) -> Iterator[Platform]:
    made = Platform(workshop, ON_THE_PLATFORM, "[plugin.qr_scanning]\ncameras = []\n")
    yield made
    made.close()


@pytest.fixture
def transports() -> Iterator[list[Transport]]:
    made: list[Transport] = []
    yield made
    for one in made:
        one.close()


def exchange(platform: Platform, *devices: Kiosk) -> None:
    """Keys and journals go round until everybody has what concerns them."""
    for _ in range(2):
        for device in devices:
            device.appliance.signing.keeper.tick()
            device.exchange()
        platform.appliance.signing.keeper.tick()
    for device in devices:
        device.exchange()


@pytest.fixture
def site(workshop: Workshop, platform: Platform, transports: list[Transport]) -> Kiosk:
    """A vaccination site that may sign."""
    made = Kiosk(workshop, platform, "site", transports, AT_THE_SITE, SECTIONS.format(more=""))
    exchange(platform, made)
    return made


@pytest.fixture
def post_named(workshop: Workshop, platform: Platform, transports: list[Transport]) -> Callable[[str], Kiosk]:
    """A checkpoint of a public place in a red area, by name."""

    def make(name: str) -> Kiosk:
        made = Kiosk(workshop, platform, name, transports, AT_A_POST, POST)
        made.appliance.host.call_one("checkpoint", "startup")  # reads the policy
        return made

    return make
