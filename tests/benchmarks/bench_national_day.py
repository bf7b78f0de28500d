"""Measures a national day: doses of simulated devices into one PostgreSQL platform, conflicts planted and counted; and how fast one
citizen's doses are found among millions. Prints a table; asserts nothing.

The way in is the real one: enrolled devices, signed requests, zstd batches over HTTP to two platform processes, hash chains checked,
bodies validated, folded into every table, on a durable cluster (fsync on), with the load generator on the same cores. First doses
of weeks ago are sent before the clock runs, so that a third of the day's doses are second ones and every one of them is compared.
The yardstick writes the same rows of the two tables that have one row a record by COPY and INSERT … ON CONFLICT (bench_ingest.py).

Run ``python tests/benchmarks/bench_national_day.py`` from the project's root; needs PostgreSQL's programs and psycopg.
``KIOSK_BENCH_DOSES`` and ``KIOSK_BENCH_KNOWN``: how many doses a day brings, and among how many one citizen's are looked up.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import bench_ingest  # noqa: E402
import psycopg  # noqa: E402
import requests  # noqa: E402

from kiosk.domain import Draft  # noqa: E402
from kiosk.journal.append import Entry  # noqa: E402
from kiosk.record_kinds import RecordKinds  # noqa: E402
from plugins.national_platform.fleet import API, Load, SyntheticDevice  # noqa: E402
from plugins.vaccination.records import Dose  # noqa: E402
from tests.support.postgres import Cluster, NoPostgres  # noqa: E402

DOSES = int(os.environ.get("KIOSK_BENCH_DOSES", "600000"))
KNOWN = int(os.environ.get("KIOSK_BENCH_KNOWN", "10000000"))
PER_DEVICE = 10_000
BATCH = 5000
PUSHERS = 8
WANTED = 5_000_000 / 360
TABLES = ("journal_records", "vaccination_doses")
DAY = datetime(2021, 8, 10, 1, 0, tzinfo=UTC)
WEEKS_AGO = DAY - timedelta(days=70)
PLANTED = 400  # one dose in so many is a conflict

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


@dataclass(slots=True)
class Campaign:
    """Who is vaccinated, and which conflicts must be found: pairs of records' ids with the code."""

    rng: Random
    first_doses: list[tuple[str, uuid.UUID]] = field(default_factory=list)
    planted: dict[frozenset[uuid.UUID], str] = field(default_factory=dict)

    def citizen(self) -> str:
        return self.rng.randbytes(11).hex()


class VaccinationSite(SyntheticDevice):
    """A device of a vaccination site."""

    campaign: Campaign
    plan: Sequence[tuple[str, datetime, str, int, uuid.UUID]]

    def _entries(self, kinds: RecordKinds, people: Sequence[Any], records: int, now: datetime) -> Iterator[Entry]:
        draw = self.campaign.rng
        for citizen, at, product, number, key in self.plan:
            body = Dose(
                visit=str(_key(at, draw)),
                product=product,
                gtin="05000456070584",
                lot=f"ABV{draw.randrange(40):04d}",
                expiry="2021-12-31",
                vial=f"{draw.randrange(4000)}",
                number=number,
                total=2,
                given_on=at.date().isoformat(),
                table=str(draw.randint(1, 8)),
                screening=str(_key(at, draw)),
                consent=str(_key(at, draw)),
                next_on=(at + timedelta(days=56)).date().isoformat() if number == 1 else "",
            )
            yield Entry(key, Draft("vaccination.dose", body, citizen), at, True, operator="201")


def _key(at: datetime, rng: Random) -> uuid.UUID:
    value = int(at.timestamp() * 1000) << 80 | rng.getrandbits(80)
    return uuid.UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def rows() -> list[dict[str, Any]]:
    """One dictionary per measure. Empty where there is no PostgreSQL."""
    try:
        cluster = Cluster(durable=True, options=("shared_buffers=1GB", "max_wal_size=8GB", "checkpoint_timeout=15min"))
    except NoPostgres as missing:
        print(missing, file=sys.stderr)
        return []
    with ExitStack() as stack:
        stack.callback(cluster.stop)
        cluster.start()
        url = cluster.create_database()
        ingested = _national_day(url, stack)
        yardstick = bench_ingest.bare_copy(url, TABLES)
        found = _look_up(url)
    return [*_ingest_rows(ingested, yardstick), *found]


@dataclass(slots=True)
class Ingested:
    """``ended``: seconds after the start at which each batch was acknowledged."""

    doses: int
    seconds: float
    ended: list[float]
    wanted: int
    found: int
    wrong: int
    whole: bool


def _ingest_rows(day: Ingested, yardstick: float) -> list[dict[str, Any]]:
    rate = day.doses / day.seconds
    fifth = len(day.ended) // 5
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


def _national_day(url: str, stack: ExitStack) -> Ingested:
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
    _push(_devices(addresses, codes[:past], kinds, campaign, _weeks_ago(campaign, past)))
    work = _devices(addresses, codes[past:], kinds, campaign, _today(campaign, today))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    ended, seconds = _push(work)
    wanted, found, wrong = _conflicts(url, campaign)
    with psycopg.connect(url) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]
    whole = all(count == ((past + today) * PER_DEVICE,) for count in counts)
    return Ingested(today * PER_DEVICE, seconds, ended, wanted, found, wrong, whole)


def _ready(address: str, seconds: float = 120) -> str:
    """The socket is served before the plugins are there."""
    until = time.monotonic() + seconds
    while requests.get(f"{address}{API}/time", timeout=20).status_code != 200:
        if time.monotonic() > until:
            raise RuntimeError("the platform did not come up")
        time.sleep(0.2)
    return address


Plan = list[tuple[str, datetime, str, int, uuid.UUID]]


def _weeks_ago(campaign: Campaign, devices: int) -> list[Plan]:
    plans: list[Plan] = []
    for _ in range(devices):
        plan: Plan = []
        for number in range(PER_DEVICE):
            at = WEEKS_AGO + timedelta(seconds=3 * number)
            citizen, key = campaign.citizen(), _key(at, campaign.rng)
            campaign.first_doses.append((citizen, key))
            plan.append((citizen, at, "AstraZeneca", 1, key))
        plans.append(plan)
    return plans


def _today(campaign: Campaign, devices: int) -> list[Plan]:
    """First doses, second ones of people of weeks ago, and now and then what does not go together with a dose elsewhere."""
    rng = campaign.rng
    second = list(campaign.first_doses)
    rng.shuffle(second)
    plans: list[Plan] = []
    seen: list[tuple[str, uuid.UUID]] = []  # of other devices, so that conflicts cross journals
    for _ in range(devices):
        plan: Plan = []
        mine: list[tuple[str, uuid.UUID]] = []
        for number in range(PER_DEVICE):
            at = DAY + timedelta(seconds=3 * number)
            key = _key(at, rng)
            if seen and number % PLANTED == 7:
                citizen, other = seen.pop(rng.randrange(len(seen)))
                campaign.planted[frozenset((key, other))] = "dose_twice"
                plan.append((citizen, at, "AstraZeneca", 1, key))
            elif second and number % PLANTED == 9:
                citizen, other = second.pop()
                campaign.planted[frozenset((key, other))] = "not_allowed_mix"
                plan.append((citizen, at, "Vero Cell", 2, key))
            elif second and number % 3 == 0:
                citizen, _ = second.pop()
                plan.append((citizen, at, "AstraZeneca", 2, key))
            else:
                citizen = campaign.citizen()
                plan.append((citizen, at, "AstraZeneca", 1, key))
                if number % 16 == 1:
                    mine.append((citizen, key))
        seen += mine
        plans.append(plan)
    return plans


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


def _look_up(url: str) -> list[dict[str, Any]]:
    """One citizen's doses by the slice's own look-up, random citizens, among ``KNOWN`` rows; the yardstick is the bare statement."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    from plugins.vaccination import lookups

    _fill(url)
    rng = Random(5)
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
    with psycopg.connect(url) as connection:
        (known,) = connection.execute("SELECT count(*) FROM vaccination_doses").fetchone() or (0,)
        asked = [f"f{rng.randrange(KNOWN // 2):021d}" for _ in range(600)]
        bare, own = [], []
        with Session(engine) as session:
            for citizen in asked:
                began = time.perf_counter()
                plain = connection.execute("SELECT * FROM vaccination_doses WHERE citizen = %s", (citizen,)).fetchall()
                bare.append(time.perf_counter() - began)
            for citizen in reversed(asked):
                began = time.perf_counter()
                doses = lookups.doses(session, lookups.named(session, citizen))
                own.append(time.perf_counter() - began)
                assert len(doses) == 2
        assert len(plain) == 2
    engine.dispose()
    return [
        {
            "what": f"one citizen's doses among {known:,}: names, doses, corrections; {part}",
            "value": round(of(own) * 1000, 3),
            "unit": "ms",
            "yardstick": f"bare SELECT {of(bare) * 1000:.3f} ms",
            "goal": "≤ 5 ms",
            "met": of(own) <= 0.005,
        }
        for part, of in (
            ("median", statistics.median),
            ("slowest of a hundred", lambda times: sorted(times)[int(len(times) * 0.99)]),
        )
    ]


def _fill(url: str) -> None:
    """Made-up doses, two a citizen, straight into the table: indexes are made afterwards, as they would be at a restore."""
    with psycopg.connect(url, autocommit=True) as connection:
        made = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'vaccination_doses' AND indexname LIKE 'ix_%'"
        ).fetchall()
        for name, _ in made:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(
            """INSERT INTO vaccination_doses (writer, seq, record, occurred_at_ms, site, day, operator, citizen, product, lot,
                 vial, number, total, given_on, table_name, next_on, observation_minutes, amends, void, body_site)
               SELECT 'filler.1', one, md5(one::text)::uuid::text, 1628557200000, 'site-' || one %% 3000, 20210810, '201',
                 'f' || lpad((one %% (%(known)s / 2))::text, 21, '0'), 'AstraZeneca', 'ABV' || one %% 40, '', 1, 2, 20210810, '1',
                 '', 30, '', false, ''
               FROM generate_series(0, %(known)s - 1) AS one""",
            {"known": KNOWN},
        )
        for _, definition in made:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE vaccination_doses")


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
