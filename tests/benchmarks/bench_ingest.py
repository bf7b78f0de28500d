"""Measures the platform's ingest over HTTP on PostgreSQL against bare COPY of the same rows. Prints a table; asserts nothing.

Two real platform processes on one durable cluster (fsync on), a load generator in this process, all on the same cores. The
yardstick, in the same run and on the same cluster, writes the very rows that the ingest had written: COPY into a staging
table, INSERT … ON CONFLICT DO NOTHING into a table with the same indexes, batch by batch, over as many connections.

Run ``python tests/benchmarks/bench_ingest.py`` from the project's root; needs PostgreSQL's programs and psycopg.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import psycopg  # noqa: E402
from database import own_database  # noqa: E402

from plugins.national_platform.fleet import Sent  # noqa: E402

PROCESSES = 2
DEVICES = 16
RECORDS = 10_000  # of each device
BATCH = int(os.environ.get("KIOSK_BENCH_BATCH", "5000"))
PUSHERS = 4  # devices that each process hears at once; the yardstick has as many connections
TABLES = ("journal_records", "self_check_in_visits")

PROFILE = """role = "platform"
plugins = ["self_check_in", "national_platform"]
[site]
id = "national-platform"
name = "Benchmark"
[journal]
database = "{url}"
[server]
threads = 8
"""


def rows() -> list[dict[str, Any]]:
    """One dictionary per measure: what, value, unit, yardstick, goal, met. Empty where there is no PostgreSQL."""
    with own_database("shared_buffers=512MB", "max_wal_size=4GB") as found, ExitStack() as stack:
        if found is None:
            return []
        _, url = found
        sent = _ingest(url, stack)
        verified = _whole(url, sent)
        yardstick = bare_copy(url, TABLES)
    rate = sent.records / sent.seconds
    wire = sent.bytes_on_the_wire / sent.records
    return [
        _row(
            f"ingest over HTTP, PostgreSQL, 2 processes, batches of {BATCH}",
            rate,
            "records/s",
            yardstick,
            "≥ 50 % of COPY + INSERT … ON CONFLICT",
            rate >= yardstick / 2 and verified,
        ),
        _row("the same, least", rate, "records/s", None, "≥ 8,000", rate >= 8000 and verified),
        _row("bytes on the wire per record", wire, "bytes", None, "≤ 60", wire <= 60),
    ]


def _row(what: str, value: float, unit: str, yardstick: float | None, goal: str, met: bool) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(value, 1),
        "unit": unit,
        "yardstick": None if yardstick is None else round(yardstick, 1),
        "goal": goal,
        "met": met,
    }


def _ingest(url: str, stack: ExitStack) -> Sent:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    profile, data = folder / "platform.toml", folder / "data"
    profile.write_text(PROFILE.format(url=url))
    kiosk = [sys.executable, "-m", "kiosk"]
    at = ["--profile", str(profile), "--data", str(data)]
    codes = subprocess.run(
        [*kiosk, "platform", "code", *at, "--count", str(DEVICES)], check=True, capture_output=True, text=True, cwd=ROOT
    )
    addresses = []
    for number in range(PROCESSES):  # each has a data directory of its own, all the same identity
        own = folder / f"data-{number}"
        shutil.copytree(data / "identity", own / "identity")
        command = [*kiosk, "run", "--profile", str(profile), "--data", str(own), "--port", "0"]
        addresses.append(start(command, stack))
    shares = [codes.stdout.split()[one::PROCESSES] for one in range(PROCESSES)]
    return _together(addresses, shares, folder)


def _together(addresses: list[str], shares: list[list[str]], folder: Path) -> Sent:
    """A generator per platform process; both make their journals first, then begin to push at the same moment."""
    from datetime import UTC, datetime
    from itertools import islice
    from random import Random

    from kiosk.cli.loading import everything_installed
    from kiosk.synthetic import citizens
    from plugins.national_platform.fleet import SyntheticDevice

    kinds = everything_installed().kinds
    rng = Random(7)
    people = list(islice(citizens(rng), 20_000))
    work = []
    for number, (address, code) in enumerate(
        (address, code) for address, codes in zip(addresses, shares, strict=True) for code in codes
    ):
        device = SyntheticDevice(address, Random(number), number, f"site-{number}")
        device.enrol(code)
        work.append((device, device.journal(kinds, people, RECORDS, BATCH, datetime.now(UTC))))
    total = Sent()
    with ThreadPoolExecutor(PUSHERS * PROCESSES) as pool:
        began = time.perf_counter()
        # alternate, so that every process always has work
        for sent in pool.map(lambda pair: pair[0].push(pair[1]), [*work[::2], *work[1::2]]):
            total.add(sent)
        total.seconds = time.perf_counter() - began
    return total


def start(command: list[str], stack: ExitStack) -> str:
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT)
    stack.callback(_end, process)
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"http://\S+:\d+", line)
        if found:
            return found.group()
    raise RuntimeError("the platform did not start")


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _whole(url: str, sent: Sent) -> bool:
    """Every record is in the journal and in its table, once."""
    with psycopg.connect(url) as connection:
        counts = [connection.execute(f"SELECT count(*) FROM {table}").fetchone() for table in TABLES]
    return all(count == (sent.records,) for count in counts) and not sent.parked and not sent.duplicates


def bare_copy(url: str, tables: Sequence[str]) -> float:
    """Records a second by COPY into a staging table and INSERT … ON CONFLICT, of the rows that are there by now."""
    batches = []
    with psycopg.connect(url, autocommit=True) as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE target_{table} (LIKE {table} INCLUDING ALL)")
        writers = connection.execute(
            "SELECT writer, max(seq) FROM journal_records GROUP BY writer ORDER BY 1"
        ).fetchall()
        for writer, last in writers:
            for first in range(1, last + 1, BATCH):
                batches.append([_rows_of(connection, table, writer, first) for table in tables])
    chunks = [batches[one :: PUSHERS * PROCESSES] for one in range(PUSHERS * PROCESSES)]
    with ExitStack() as stack:
        connections = [stack.enter_context(psycopg.connect(url)) for _ in chunks]
        for connection in connections:
            for table in tables:
                connection.execute(f"CREATE TEMPORARY TABLE staging_{table} (LIKE {table}) ON COMMIT DELETE ROWS")
            connection.commit()
        with ThreadPoolExecutor(len(chunks)) as pool:
            began = time.perf_counter()
            list(pool.map(_copy_all, connections, chunks, [tables] * len(chunks)))
            seconds = time.perf_counter() - began
    return sum(last for _, last in writers) / seconds


def _rows_of(connection: psycopg.Connection[Any], table: str, writer: str, first: int) -> bytes:
    """Some rows of one table in COPY's own text form, made before the clock runs."""
    query = (
        f"COPY (SELECT * FROM {table} WHERE writer = '{writer}' AND seq >= {first} AND seq < {first + BATCH}) TO STDOUT"
    )
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(bytes(block) for block in copy)


def _copy_all(connection: psycopg.Connection[Any], batches: list[list[bytes]], tables: Sequence[str]) -> None:
    for batch in batches:
        with connection.transaction(), connection.cursor() as cursor:
            for table, block in zip(tables, batch, strict=True):
                with cursor.copy(f"COPY staging_{table} FROM STDIN") as copy:
                    copy.write(block)
                cursor.execute(f"INSERT INTO target_{table} SELECT * FROM staging_{table} ON CONFLICT DO NOTHING")


if __name__ == "__main__":
    for row in rows():
        print(json.dumps(row, ensure_ascii=False))
