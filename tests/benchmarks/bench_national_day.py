"""Measures a national day: doses of simulated devices into one PostgreSQL platform, conflicts planted and counted. Prints a
table; asserts nothing.

The way in is the real one: enrolled devices, signed requests, zstd batches over HTTP to two platform processes, hash chains checked,
bodies validated, folded into every table, on a durable cluster (fsync on), with the load generator on the same cores. First doses
of weeks ago are sent before the clock runs, so that a third of the day's doses are second ones and every one of them is compared.
The yardstick writes the same rows of the two tables that have one row a record by COPY and INSERT … ON CONFLICT (bench_ingest.py).

Run ``python tests/benchmarks/bench_national_day.py`` from the project's root; needs PostgreSQL's programs and psycopg.
``KIOSK_BENCH_DOSES``: how many doses a day brings. The campaign is national_campaign.py's.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import bench_ingest  # noqa: E402
import processor  # noqa: E402
import psycopg  # noqa: E402
import requests  # noqa: E402
from database import LARGE, own_database  # noqa: E402
from national_campaign import DAY, PER_DEVICE, Campaign, Plan, VaccinationSite, days_doses, weeks_ago  # noqa: E402  # fmt: skip

from kiosk.record_kinds import RecordKinds  # noqa: E402
from plugins.national_platform.fleet import API, Load, SyntheticDevice  # noqa: E402
from tests.support.postgres import Cluster  # noqa: E402

DOSES = int(os.environ.get("KIOSK_BENCH_DOSES", "600000"))
BATCH = 5000
PUSHERS = 8
WANTED = 5_000_000 / 360
TABLES = ("journal_records", "vaccination_doses")

PROFILE = """role = "platform"
plugins = ["vaccination", "national_platform"]
[site]
id = "national-platform"
name = "Benchmark"
[journal]
database = "{url}"
[server]
threads = 8
"""


def rows() -> list[dict[str, Any]]:
    """One dictionary per measure. Empty where there is no PostgreSQL."""
    with own_database(*LARGE) as found, ExitStack() as stack:
        if found is None:
            return []
        cluster, url = found
        ingested = _national_day(cluster, url, stack)
        yardstick = bench_ingest.bare_copy(url, TABLES)
    return _ingest_rows(ingested, yardstick)


@dataclass(slots=True)
class Ingested:
    """``processor``: seconds of it, of platform, database and load generator; ``ended``: seconds after the start at which each
    batch was acknowledged."""

    doses: int
    seconds: float
    processor: float
    ended: list[float]
    wanted: int
    found: int
    wrong: int
    whole: bool


def _ingest_rows(day: Ingested, yardstick: float) -> list[dict[str, Any]]:
    rate = day.doses / day.seconds
    fifth = max(1, len(day.ended) // 5)
    first, last = fifth / day.ended[fifth - 1], fifth / (day.ended[-1] - day.ended[-fifth - 1])
    return [
        {
            "what": f"national day: {day.doses:,} doses over HTTP, PostgreSQL, 2 processes, batches of {BATCH}",
            "value": round(rate, 1),
            "unit": "doses/s",
            "yardstick": round(yardstick, 1),
            "goal": f"≥ {WANTED:,.0f} (5,000,000 in 6 min)",
            "met": rate >= WANTED and day.whole,
        },
        {
            "what": "the same: processor time of platform, database and load generator for each dose",
            "value": round(day.processor / day.doses * 1e6, 1),
            "unit": f"µs: two cores of their own carry {2 * day.doses / day.processor:,.0f} doses/s",
            "yardstick": None,
            "goal": f"≤ {2e6 / WANTED:.0f} µs (two cores)",
            "met": day.processor / day.doses <= 2 / WANTED,
        },
        {
            "what": "the same: rate of the last fifth by that of the first",
            "value": round(last / first, 3),
            "unit": "",
            "yardstick": None,
            "goal": "≥ 0.8",
            "met": last / first >= 0.8,
        },
        {
            "what": f"the same: of {day.wanted:,} planted conflicts found",
            "value": day.found,
            "unit": f"found, {day.wrong} that are none",
            "yardstick": None,
            "goal": "all, and no other",
            "met": day.found == day.wanted and not day.wrong,
        },
    ]


def _national_day(cluster: Cluster, url: str, stack: ExitStack) -> Ingested:
    from kiosk.cli.loading import everything_installed

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    profile, data = folder / "platform.toml", folder / "data"
    profile.write_text(PROFILE.format(url=url))
    kiosk, at = [sys.executable, "-m", "kiosk"], ["--profile", str(profile), "--data", str(data)]
    past, today = max(1, DOSES // 3 // PER_DEVICE), max(2, DOSES // PER_DEVICE)
    minted = [*kiosk, "platform", "code", *at, "--count", str(past + today)]
    codes = subprocess.run(minted, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    addresses = []
    for number in range(bench_ingest.PROCESSES):
        own = folder / f"data-{number}"
        shutil.copytree(data / "identity", own / "identity")
        command = [*kiosk, "run", "--profile", str(profile), "--data", str(own), "--port", "0"]
        addresses.append(_ready(bench_ingest.start(command, stack)))
    kinds, campaign = everything_installed().kinds, Campaign(Random(11))
    _push(_devices(addresses, codes[:past], kinds, campaign, weeks_ago(campaign, past)))
    work = _devices(addresses, codes[past:], kinds, campaign, days_doses(campaign, today))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    before = processor.seconds(os.getpid(), cluster.pid())
    ended, seconds = _push(work)
    spent = processor.seconds(os.getpid(), cluster.pid()) - before
    wanted, found, wrong = _conflicts(url, campaign)
    with psycopg.connect(url) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES]
    whole = all(count >= (past + today) * PER_DEVICE for count in counts)
    return Ingested(today * PER_DEVICE, seconds, spent, ended, wanted, found, wrong, whole)


def _ready(address: str, seconds: float = 120) -> str:
    """The socket is served before the plugins are there."""
    until = time.monotonic() + seconds
    while requests.get(f"{address}{API}/time", timeout=20).status_code != 200:
        if time.monotonic() > until:
            raise RuntimeError("the platform did not come up")
        time.sleep(0.2)
    return address


Work = list[tuple[SyntheticDevice, list[Load]]]


def _devices(addresses: list[str], codes: list[str], kinds: RecordKinds, campaign: Campaign, plans: list[Plan]) -> Work:
    work: Work = []
    for number, (code, plan) in enumerate(zip(codes, plans, strict=True)):
        device = VaccinationSite(
            addresses[number % len(addresses)], Random(campaign.rng.getrandbits(64)), number, f"site-{number}"
        )
        device.campaign, device.plan = campaign, plan
        device.enrol(code)
        work.append((device, device.journal(kinds, [], len(plan), BATCH, DAY)))
    return work


def _push(work: Work) -> tuple[list[float], float]:
    """All devices, ``PUSHERS`` at once; when each batch was acknowledged, and how long it took in all."""
    ended: list[float] = []

    def push(device: SyntheticDevice, loads: list[Load]) -> None:
        for load in loads:
            device.push([load])
            ended.append(time.perf_counter() - began)

    began = time.perf_counter()
    with ThreadPoolExecutor(PUSHERS) as pool:
        list(pool.map(lambda pair: push(*pair), work))
    return sorted(ended), time.perf_counter() - began


def _conflicts(url: str, campaign: Campaign) -> tuple[int, int, int]:
    """Planted, found with their code, and found though nobody planted them."""
    with psycopg.connect(url) as connection:
        told = connection.execute("SELECT first_record, second_record, code FROM vaccination_conflicts").fetchall()
    found = {(frozenset((uuid.UUID(first), uuid.UUID(second))), code) for first, second, code in told}
    planted = set(campaign.planted.items())
    return len(planted), len(found & planted), len(found - planted)


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
