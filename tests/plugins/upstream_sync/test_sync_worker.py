"""What the one thread does by itself: each direction goes on where the other is refused, clocks are compared, people are heard."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.identity import nobodys_identity
from kiosk.record_kinds import RecordKinds
from plugins.self_check_in.models import AppointmentRow
from plugins.upstream_sync import backlog
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.messages import Reply
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.transport import Transport
from tests.plugins.upstream_sync import fake_platform as support
from tests.plugins.upstream_sync.conftest import FixedClock, add_records
from tests.plugins.upstream_sync.test_sync_pull import appointment, notices, publish, puller, stored
from tests.support.processes import eventually

Faults = list[Callable[[Any], bool]]


@pytest.fixture
def working(tmp_path: Path, device: Appliance, platform: Any, reopened: Any) -> Iterator[Callable[[], Appliance]]:
    """Starts the worker of the enrolled device, once its data are as a test wants them."""
    transport = Transport()
    enrol(
        tmp_path / "device", device.database, device.station, "kiosk", device.clock, transport, platform.url, "CODE-1"
    )
    transport.close()
    appliance = reopened(longest_pause_seconds=0.05)
    plugin = appliance.host.plugin("upstream_sync")

    def start() -> Appliance:
        plugin.startup()
        return appliance

    start.appliance = appliance  # type: ignore[attr-defined]
    yield start
    plugin.shutdown()


def on(path: str, fault: Callable[[Any], bool]) -> Faults:
    """The platform answers requests for this path so, and all others well."""
    return [lambda handler: path in handler.path and fault(handler)] * 10_000


def levels(appliance: Appliance) -> dict[str, str]:
    checks = appliance.host.plugin("upstream_sync").health_checks()
    return {check.name: check.level.value for check in checks}


def sent(platform: Any, appliance: Appliance) -> int:
    return len(platform.lines(appliance.identity.writer))


def test_what_the_platform_wrote_is_fetched_also_while_it_takes_no_record(
    working: Callable[[], Appliance], platform: Any
) -> None:
    appliance = working.appliance  # type: ignore[attr-defined]
    add_records(appliance, 2)
    publish(appliance, platform, "nation", notices(3))
    platform.faults = on("/batches", support.status(422, b'{"error": {"code": "malformed", "line": 1, "message": ""}}'))
    working()
    eventually(lambda: stored(appliance, "nation") == [1, 2, 3])
    eventually(lambda: levels(appliance)["sync.contact"] == "fault")
    assert sent(platform, appliance) == 0
    platform.faults = []
    eventually(lambda: sent(platform, appliance) == 2)
    eventually(lambda: levels(appliance)["sync.contact"] == "ok")


def test_records_are_sent_also_while_what_is_fetched_cannot_be_proved(
    working: Callable[[], Appliance], platform: Any
) -> None:
    appliance = working.appliance  # type: ignore[attr-defined]
    publish(appliance, platform, "nation", notices(3))
    right, platform.key = platform.key, Ed25519PrivateKey.generate()
    working()
    eventually(lambda: levels(appliance).get("sync.received") == "fault")
    add_records(appliance, 2)
    eventually(lambda: sent(platform, appliance) == 2)
    assert stored(appliance, "nation") == []
    assert levels(appliance)["sync.contact"] == "ok", "sending is not made to wait for it"
    platform.key = right
    appliance.host.plugin("upstream_sync")._worker.resend()
    eventually(lambda: stored(appliance, "nation") == [1, 2, 3])
    eventually(lambda: "sync.received" not in levels(appliance))


def test_a_person_who_asks_clears_an_alarm_and_the_journal_is_tried_again(
    working: Callable[[], Appliance], platform: Any
) -> None:
    appliance = working.appliance  # type: ignore[attr-defined]
    writer = appliance.identity.writer
    add_records(appliance, 2)
    with appliance.database.writing() as session:
        backlog.raise_alarm(session, writer, "fork", 1, 1)
    working()
    eventually(lambda: levels(appliance).get(f"sync.alarm.{writer}") == "fault")
    assert sent(platform, appliance) == 0
    appliance.host.plugin("upstream_sync")._worker.resend()
    eventually(lambda: sent(platform, appliance) == 2)
    eventually(lambda: f"sync.alarm.{writer}" not in levels(appliance))


def test_what_an_earlier_version_did_not_understand_is_used_at_the_start_also_without_a_platform(
    working: Callable[[], Appliance], platform: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    appliance = working.appliance  # type: ignore[attr-defined]
    publish(appliance, platform, "nation", [appointment("c" * 22)])
    with monkeypatch.context() as earlier:
        earlier.setattr(appliance.journal, "kinds", RecordKinds())
        puller(appliance, platform).pull_one()

    def booked() -> list[str]:
        with appliance.session() as session:
            return list(session.scalars(select(AppointmentRow.citizen)))

    assert (stored(appliance, "nation"), booked()) == ([1], [])
    platform.faults = [support.hang_up] * 10_000
    working()
    eventually(lambda: booked() == ["c" * 22])
    eventually(lambda: "sync.backlog" in levels(appliance))
    assert "sync.parked" not in levels(appliance)


def test_a_device_that_is_refused_for_its_clock_learns_how_wrong_it_is(
    working: Callable[[], Appliance], platform: Any, clock: FixedClock
) -> None:
    clock.ahead = timedelta(days=-400)
    appliance = working.appliance  # type: ignore[attr-defined]
    add_records(appliance, 1)
    refused = support.status(401, b'{"error": {"code": "clock", "message": "x"}}')
    platform.faults = on("/batches", refused)
    working()
    eventually(lambda: levels(appliance).get("sync.clock") == "warning")
    assert levels(appliance)["sync.contact"] == "fault"
    (said,) = [
        check.text.en for check in appliance.host.plugin("upstream_sync").health_checks() if check.name == "sync.clock"
    ]
    assert "behind" in said
    clock.ahead = timedelta()
    platform.faults = []
    eventually(lambda: sent(platform, appliance) == 1)
    eventually(lambda: levels(appliance)["sync.clock"] == "ok")


NOW = datetime(2021, 8, 15, 1, 0, tzinfo=UTC)


class Still:
    """A clock that stands still, ``ahead`` of the true time ``NOW``."""

    def __init__(self, ahead: timedelta) -> None:
        self._now = NOW + ahead

    def now(self) -> datetime:
        return self._now

    def trusted(self) -> bool:
        return True


class SlowLine:
    """Stands for a transport whose exchange ended ``NOW`` and took ``took`` seconds; ``back`` before its end the platform looked at
    its clock."""

    def __init__(self, took: float, back: float) -> None:
        self._took, self._back = took, back

    def exchange(self, *_arguments: Any, **_more: Any) -> Reply:
        looked_at = NOW.timestamp() - self._back
        return Reply(200, {}, json.dumps({"server_time_ms": int(looked_at * 1000)}).encode(), self._took)


@given(took=st.floats(0, 60), share=st.floats(0, 1), ahead=st.floats(-1e6, 1e6))
def test_the_drift_is_within_its_bounds_however_the_time_on_the_line_was_spent(
    took: float, share: float, ahead: float
) -> None:
    clock, line = Still(timedelta(seconds=ahead)), SlowLine(took, took * share)
    client = PlatformClient("http://p.example", nobodys_identity(Path("/nowhere")), clock, line)  # type: ignore[arg-type]
    timed = client.time()
    assert abs(timed.drift_ms - ahead * 1000) <= timed.uncertain_ms + 4, "but for what is lost to whole milliseconds"
    assert timed.uncertain_ms <= took * 500
