"""Two real platform processes, one of them killed in the middle: every dose is there once, every conflict found, each site told once."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.domain import Draft
from kiosk.identity import load_identity
from kiosk.journal.append import Entry
from kiosk.journal.audiences import audiences_of
from kiosk.record_kinds import RecordKinds
from plugins.national_platform import fleet
from plugins.national_platform.announcing import announce
from plugins.national_platform.fleet import FleetFailed, Load, SyntheticDevice
from plugins.vaccination.models import ConflictRow, DayRow, DoseRow, FindingRow
from tests.support.appliance import Workshop, assert_whole
from tests.support.postgres import Cluster
from tests.support.vaccination_nation import AT, dose, person

ROOT = Path(__file__).resolve().parents[4]
PLUGINS = ("vaccination", "national_platform")
DEVICES, DOSES = 6, 600
pytestmark = [pytest.mark.postgres, pytest.mark.process]


class Site(SyntheticDevice):
    """Gives everybody a dose, and those with the smallest numbers are given one at every site."""

    everywhere = 20

    def _entries(self, kinds: RecordKinds, people: Sequence[Any], records: int, now: datetime) -> Iterator[Entry]:
        for number in range(records):
            citizen = person(number if number < self.everywhere else 1000 * (self._number + 1) + number)
            at = AT + timedelta(seconds=number)
            yield Entry(uuid4(), Draft("vaccination.dose", dose(), citizen), at, True)


def start(profile: Path, data: Path, processes: list[subprocess.Popen[str]]) -> str:
    command = [sys.executable, "-m", "kiosk", "run", "--profile", str(profile), "--data", str(data), "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    processes.append(process)
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://\S+:\d+", line)
        if found:
            return found.group()
    raise AssertionError("it did not start")


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[str]]]:
    made: list[subprocess.Popen[str]] = []
    yield made
    for process in made:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_killed_in_the_middle_of_taking_doses(
    workshop: Workshop, cluster: Cluster, processes: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    section = f'[journal]\ndatabase = "{cluster.create_database()}"'
    appliance = workshop.open(PLUGINS, role="platform", sections=section)
    profile = workshop.profile(PLUGINS, role="platform", sections=section)
    addresses = []
    for name in ("first", "second"):
        folder = workshop.folder / name
        copytree(appliance.data_dir / "identity", folder / "identity")
        assert load_identity(folder).device == appliance.identity.device
        addresses.append(start(profile, folder, processes))
    minted = [sys.executable, "-m", "kiosk", "platform", "code", "--count", str(DEVICES), "--profile", str(profile)]
    told = subprocess.run(
        [*minted, "--data", str(workshop.folder / "second")], check=True, capture_output=True, text=True, cwd=ROOT
    )
    devices = []
    for number, code in enumerate(told.stdout.split()):
        device = Site(addresses[1], Random(number), number, f"site-{number}")
        device.enrol(code)
        devices.append((device, device.journal(appliance.kinds, [], DOSES, 100, AT)))

    def push(pair: tuple[Site, list[Load]]) -> None:
        device, loads = pair
        for place, load in enumerate(loads):
            try:  # the first process is killed after some batches: what it did not acknowledge is sent to the other
                device.push([load], addresses[place % 2])
            except FleetFailed:
                device.push([load], addresses[1])
            if device is devices[0][0] and place == 1:
                processes[0].send_signal(signal.SIGKILL)

    monkeypatch.setattr(fleet, "TRIES", 4)  # a process that is gone does not come back here
    with ThreadPoolExecutor(DEVICES) as pool:
        list(pool.map(push, devices))
    with appliance.session() as session:
        assert session.scalar(select(func.count()).select_from(DoseRow)) == DEVICES * DOSES
        assert session.scalar(select(func.sum(DayRow.doses))) == DEVICES * DOSES
        pairs = session.scalar(select(func.count()).select_from(ConflictRow))
    assert pairs == Site.everywhere * DEVICES * (DEVICES - 1) // 2
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda number: announce(
                    appliance.journal, appliance.hooks, audiences_of(f"site-{number % DEVICES}"), AT, True
                ),
                range(24),
            )
        )
    with appliance.session() as session:
        found = session.execute(select(FindingRow.writer, FindingRow.first, FindingRow.second)).all()
    assert len(found) == len(set(found)) == 2 * pairs
    assert_whole(appliance, ["vaccination"])
