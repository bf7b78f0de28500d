"""A platform and enrolled devices that exchange journals over HTTP, when the test says so."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from waitress.server import create_server

from kiosk.web.app import create_app
from plugins.national_platform import enrolment as platform_enrolment
from plugins.upstream_sync import enrolment
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.pull import Puller
from plugins.upstream_sync.push import Pusher
from plugins.upstream_sync.transport import Limits, Transport
from tests.support.appliance import SetClock, Workshop

LIMITS = Limits(5, 10, 20)


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
        self._server = create_server(create_app(self.appliance), host="127.0.0.1", port=0, threads=4)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        try:
            self._server.run()
        except OSError:
            return  # closed

    def code(self) -> str:
        now_ms = int(self.appliance.clock.now().timestamp() * 1000)
        with self.appliance.database.writing() as session:
            return platform_enrolment.mint(session, self.appliance.identity, now_ms, 1).code

    def close(self) -> None:
        self._server.close()
        self._thread.join(5)
        self._server.task_dispatcher.shutdown()


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
