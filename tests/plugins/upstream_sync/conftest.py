"""An appliance with synthetic records, a fake platform, and what tests do with both."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.settings.profile import CoreSettings, Profile, SiteSettings
from tests.plugins.upstream_sync import fake_platform as fake


class FixedClock:
    """A clock that tests set. ``ahead``: how far it is from the true time."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self.is_trusted = True

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def trusted(self) -> bool:
        return self.is_trusted


def make_appliance(data_dir: Path, clock: FixedClock | None = None, **sync: Any) -> Appliance:
    """An opened kiosk whose journal accepts records and whose sync worker is not started."""
    settings = {
        "interval_seconds": 0.2,
        "gather_seconds": 0,
        "pull_seconds": 0.2,
        "longest_pause_seconds": 0.1,
        "answer_seconds": 2,
        "request_seconds": 3,
        **sync,
    }
    core = CoreSettings(site=SiteSettings(id="test-site", name="Điểm thử"), plugins=["self_check_in", "upstream_sync"])
    profile = Profile(path=Path("test"), core=core, sections={"upstream_sync": settings})
    appliance = Appliance(profile, data_dir, clock=clock or FixedClock())
    appliance.load_plugins()
    assert [state.status for state in appliance.host.states()] == ["loaded"] * 3
    appliance.open()
    appliance.journal.start()
    return appliance


def close(appliance: Appliance) -> None:
    appliance.journal.stop()
    appliance.database.close()


def add_records(appliance: Appliance, count: int) -> None:
    appliance.record([Draft("core.notice", Notice(title=f"Thông báo {n}", text="x")) for n in range(count)])


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def platform() -> Iterator[Any]:
    running = fake.FakePlatform()
    yield running
    running.close()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A device's directory with its tables made: bringing them up to date costs more than most tests."""
    folder = tmp_path_factory.mktemp("blank") / "device"
    close(make_appliance(folder))
    return folder


@pytest.fixture
def device(tmp_path: Path, clock: FixedClock, blank: Path) -> Iterator[Appliance]:
    shutil.copytree(blank, tmp_path / "device")
    appliance = make_appliance(tmp_path / "device", clock)
    yield appliance
    close(appliance)


@pytest.fixture
def reopened(tmp_path: Path, clock: FixedClock) -> Iterator[Callable[..., Appliance]]:
    """Opens the device's data directory (again): as after a restart."""
    running: list[Appliance] = []

    def reopen(**sync: Any) -> Appliance:
        while running:
            close(running.pop())
        running.append(make_appliance(tmp_path / "device", clock, **sync))
        return running[0]

    yield reopen
    while running:
        close(running.pop())
