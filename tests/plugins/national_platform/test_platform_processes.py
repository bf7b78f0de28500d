"""Two real platform processes on one PostgreSQL: the same batches to both at once, and each record is there once."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from copy import copy
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from random import Random

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import func, select

from kiosk.identity import load_identity
from kiosk.synthetic import citizens
from plugins.national_platform.fleet import API, FleetFailed, Load, SyntheticDevice
from plugins.national_platform.fleet_command import simulate_fleet
from plugins.self_check_in.models import VisitRow
from tests.support.appliance import Workshop, assert_whole
from tests.support.platform_fixtures import PLUGINS
from tests.support.postgres import Cluster

ROOT = Path(__file__).resolve().parents[3]
pytestmark = [pytest.mark.postgres, pytest.mark.process]


@pytest.fixture
def profile(workshop: Workshop, cluster: Cluster) -> Path:
    section = f'[journal]\ndatabase = "{cluster.create_database()}"'
    return workshop.profile(PLUGINS, role="platform", sections=section)


@pytest.fixture
def addresses(profile: Path, workshop: Workshop) -> Iterator[list[str]]:
    """Started at the same moment on a database without tables. Each has its data directory; the identity is the
    platform's, not a process's, so all have the same."""
    folders = [workshop.folder / name for name in ("data", "second")]
    load_identity(folders[0])
    shutil.copytree(folders[0] / "identity", folders[1] / "identity")
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        yield list(pool.map(lambda data: start(profile, data, stack), folders))


def start(profile: Path, data: Path, stack: ExitStack) -> str:
    command = [sys.executable, "-m", "kiosk", "run", "--profile", str(profile), "--data", str(data), "--port", "0"]
    errors = stack.enter_context((data / "errors").open("w+"))
    process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT))
    stack.callback(end, process)
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://\S+:\d+", line)
        if found:
            return found.group()
    raise AssertionError((data / "errors").read_text("utf-8")[-2000:])


def end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()


def mint(profile: Path, data: Path, count: int) -> list[str]:
    command = [sys.executable, "-m", "kiosk", "platform", "code", "--count", str(count)]
    told = subprocess.run(
        [*command, "--profile", str(profile), "--data", str(data)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    return told.stdout.split()


def twin(device: SyntheticDevice) -> SyntheticDevice:
    """The same device with connections of its own, for another thread."""
    made = copy(device)
    made._http = requests.Session()
    return made


def push_all(device: SyntheticDevice, address: str, loads: list[Load], rng: Random) -> int:
    """Every batch in a shuffled order, each until it is taken; how often one came too early."""
    early = 0
    waiting = rng.sample(loads, len(loads))
    while waiting:
        late = []
        for load in waiting:
            try:
                device.push([load], to=address)
            except FleetFailed as refused:
                if '"gap"' not in str(refused):
                    raise
                late.append(load)
        early += len(late)
        waiting = late
    return early


def test_the_same_batches_to_both_are_taken_once(addresses: list[str], profile: Path, workshop: Workshop) -> None:
    kinds = workshop.build(PLUGINS, role="platform", name="kinds").kinds
    rng = Random(11)
    people = list(islice(citizens(rng), 50))
    work = []
    for number, code in enumerate(mint(profile, workshop.folder / "data", 3)):
        device = SyntheticDevice(addresses[number % 2], Random(number), number, f"site-{number}")
        device.enrol(code)
        work.append((device, device.journal(kinds, people, 300, 25, datetime.now(UTC))))
    with ThreadPoolExecutor(6) as pool:
        done = [
            pool.submit(push_all, twin(device), address, loads, Random(f"{device.device}{address}"))
            for device, loads in work
            for address in addresses
        ]
        early = sum(one.result() for one in done)
    assert early > 0  # else nothing was tried
    for address in addresses:
        told = requests.get(f"{address}/national_platform/live.json", timeout=120).json()
        assert sum(hour["count"] for hour in told["hours"]) == 900
        assert requests.get(f"{address}{API}/time", timeout=120).status_code == 200

    appliance = workshop.open(PLUGINS, role="platform", text=profile.read_text("utf-8"))
    assert_whole(appliance)
    with appliance.session() as session:
        assert session.scalar(select(func.count()).select_from(VisitRow)) == 900


@pytest.mark.parametrize("minted", [True, False], ids=["codes of a file", "codes minted meanwhile"])
def test_the_load_generator_tells_what_it_measured(
    addresses: list[str], profile: Path, workshop: Workshop, minted: bool
) -> None:
    data, codes = workshop.folder / "data", workshop.folder / "codes"
    if minted:
        codes.write_text("\n".join(mint(profile, data, 2)))
    told = CliRunner().invoke(
        simulate_fleet,
        [
            "--devices",
            "2",
            "--records",
            "400",
            "--batch",
            "150",
            "--platform",
            addresses[0],
            *(["--codes", str(codes)] if minted else ["--profile", str(profile), "--data", str(data)]),
            "--json",
        ],
    )
    assert told.exit_code == 0, told.output
    result = json.loads(told.stdout)
    assert (result["records"], result["batches"], result["parked"], result["duplicates"]) == (800, 6, 0, 0)
    assert 20 < result["bytes_per_record"] < 100
    answer = requests.get(f"{addresses[1]}/national_platform/live.json", timeout=120).json()
    assert answer["devices"] == {"enrolled": 2, "online": 2}
