"""A platform and enrolled devices that exchange journals over HTTP, when the test says so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.web.app import create_app
from plugins.national_platform import enrolment as platform_enrolment
from plugins.upstream_sync import enrolment
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.pull import Puller
from plugins.upstream_sync.push import Pusher
from plugins.upstream_sync.transport import Limits, Transport
from tests.support.appliance import SetClock, Workshop
from tests.support.serving import Served

LIMITS = Limits(60, 120, 120)


class Platform:
    """A real platform, served."""

    def __init__(self, workshop: Workshop, plugins: Sequence[str], sections: str = "") -> None:
        self.clock = SetClock()
        self.appliance = workshop.open(
            ["national_platform", *plugins],
            data="platform",
            role="platform",
            clock=self.clock,
            name="platform",
            sections=sections,
        )
        self._served = Served(create_app(self.appliance))
        self.url = self._served.url

    def code(self) -> str:
        now_ms = int(self.appliance.clock.now().timestamp() * 1000)
        with self.appliance.database.writing() as session:
            return platform_enrolment.mint(session, self.appliance.identity, now_ms, 1).code

    def close(self) -> None:
        self._served.close()


class Kiosk:
    """An enrolled kiosk that is synchronised when the test says so."""

    def __init__(
        self,
        workshop: Workshop,
        platform: Platform,
        name: str,
        transports: list[Transport],
        plugins: Sequence[str],
        sections: str = "",
    ) -> None:
        self.clock = SetClock()
        given: dict[str, Any] = {"data": name, "name": name, "clock": self.clock, "sections": sections}
        chosen = [*plugins, "upstream_sync"]
        first = workshop.open(chosen, **given)
        self._transport = Transport(LIMITS)
        transports.append(self._transport)
        arguments = (
            first.database,
            first.station,
            "kiosk",
            first.clock,
            self._transport,
            platform.url,
            platform.code(),
        )
        enrol(first.data_dir, *arguments)
        workshop.stop(first)
        self.appliance = workshop.open(chosen, **given)
        client = PlatformClient(platform.url, self.appliance.identity, self.appliance.clock, self._transport)
        known = enrolment.load(self.appliance.data_dir)
        assert known
        self._pusher = Pusher(self.appliance.database, client, self.appliance.clock, 100)
        self._puller = Puller(
            self.appliance.database,
            self.appliance.journal,
            client,
            self.appliance.clock,
            self.appliance.identity,
            known.platform_key(),
            known.epoch,
        )

    def exchange(self) -> None:
        """Push all, pull all."""
        while self._pusher.push_one():
            pass
        while self._puller.pull_one():
            pass
