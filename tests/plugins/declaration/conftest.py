"""A platform and enrolled kiosks that exchange journals over HTTP, and a declaration as the form would send it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from waitress.server import create_server

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from plugins.declaration import declaring
from plugins.national_platform import enrolment as platform_enrolment
from plugins.upstream_sync import enrolment
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.pull import Puller
from plugins.upstream_sync.push import Pusher
from plugins.upstream_sync.transport import Limits, Transport
from tests.support.appliance import SetClock, Workshop

LIMITS = Limits(5, 10, 20)
KIOSK = ("citizen_id", "declaration", "upstream_sync")
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


class Platform:
    """A real platform, served."""

    def __init__(self, workshop: Workshop) -> None:
        self.clock = SetClock()
        self.appliance = workshop.open(
            ["national_platform", "declaration"],
            data="platform",
            role="platform",
            clock=self.clock,
            name="platform",
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

    def __init__(self, workshop: Workshop, platform: Platform, name: str, transports: list[Transport]) -> None:
        self.clock = SetClock()
        given = {"data": name, "name": name, "clock": self.clock}
        first = workshop.open(KIOSK, **given)
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
        self.appliance = workshop.open(KIOSK, **given)
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


def plugin(appliance: Appliance) -> Any:
    return appliance.host.plugin("declaration")


def tick(appliance: Appliance) -> None:
    """Look after keys and withdrawals once, as the threads do."""
    appliance.signing.keeper.tick()
    if appliance.signing.ring.authority:
        plugin(appliance)._teller.tick()


def declare(appliance: Appliance, replaces: str = "", **more: Any) -> declaring.Issued:
    return declaring.declare(plugin(appliance)._context, {**DECLARED, **more}, replaces)


def code_of(appliance: Appliance, issued: declaring.Issued) -> str:
    """The pass as it is shown now."""
    with appliance.session() as session:
        return declaring.pass_of(issued.record, appliance.signing.ring, session)


@pytest.fixture
def platform(workshop: Workshop) -> Iterator[Platform]:
    made = Platform(workshop)
    yield made
    made.close()


@pytest.fixture
def kiosk_named(workshop: Workshop, platform: Platform) -> Iterator[Callable[[str], Kiosk]]:
    transports: list[Transport] = []
    yield lambda name: Kiosk(workshop, platform, name, transports)
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
