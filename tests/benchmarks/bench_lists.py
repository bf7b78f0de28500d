"""Deny list of a million keyed hashes: size on disk, look-up, and a delta, beside a plain table with a row for each."""

from __future__ import annotations

import base64
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from sqlalchemy import text

from kiosk.domain import Record
from kiosk.storage.database import Base, Database, sqlite_url
from plugins.checkpoint import lists
from plugins.checkpoint.models import ListBucket
from plugins.checkpoint.records import HASH_BYTES, ListDelta

ENTRIES, DELTA, LOOKUPS = 1_000_000, 20_000, 2_000


def rows() -> list[dict[str, Any]]:
    random = Random(7)
    hashes = [random.randbytes(HASH_BYTES) for _ in range(ENTRIES)]
    with tempfile.TemporaryDirectory() as directory:
        ours, plain = (Path(directory) / name for name in ("ours", "plain"))
        ours_bytes, filled = _filled(ours, hashes)
        plain_bytes, plain_lookup = _plain(plain, hashes)
        database = Database(sqlite_url(ours))
        with database.sessions() as session:
            asked = [_citizen(random.choice(hashes)) for _ in range(LOOKUPS // 2)]
            asked += [_citizen(random.randbytes(HASH_BYTES)) for _ in range(LOOKUPS // 2)]
            random.shuffle(asked)
            found: list[bool] = []
            lookup = _median(lambda citizen: found.append(bool(lists.listed(session, citizen))), asked)
            assert sum(found) == LOOKUPS // 2, "a look-up was wrong"
        delta = _delta(database, [random.randbytes(HASH_BYTES) for _ in range(DELTA)], hashes[:DELTA])
        database.close()
    return [
        _row(
            "deny list of 1,000,000 hashes: on disk", ours_bytes / 1e6, "MB", f"a row each {plain_bytes / 1e6:.1f}", 40
        ),
        _row("deny list of 1,000,000 hashes: look-up", lookup * 1e3, "ms", f"a row each {plain_lookup * 1e3:.3f}", 0.1),
        {
            "what": f"deny list: a delta of {DELTA:,} on and {DELTA:,} off",
            "value": delta,
            "unit": "s",
            "yardstick": f"the whole list anew {filled:.1f} s",
            "goal": "less than anew",
            "met": delta < filled,
        },
    ]


def _row(what: str, value: float, unit: str, yardstick: str, most: float) -> dict[str, Any]:
    goal = f"≤ {most:g} {unit}"
    return {"what": what, "value": value, "unit": unit, "yardstick": yardstick, "goal": goal, "met": value <= most}


def _filled(folder: Path, hashes: list[bytes]) -> tuple[int, float]:
    """Size on disk, and seconds, of a list that came in deltas as the platform publishes them."""
    folder.mkdir()
    database = Database(sqlite_url(folder))
    Base.metadata.create_all(database.engine, [ListBucket.__table__])  # type: ignore[list-item]
    begun = time.perf_counter()
    for start in range(0, len(hashes), DELTA):
        _write(database, hashes[start : start + DELTA], [])
    seconds = time.perf_counter() - begun
    return _size(database, folder), seconds


def _write(database: Database, add: list[bytes], remove: list[bytes]) -> None:
    packed = [base64.b64encode(b"".join(some)).decode() for some in (add, remove)]
    body = ListDelta(list_name="deny", add=packed[0], remove=packed[1])
    with database.writing() as session:
        lists.project([_record(body)], session, "")


def _record(body: ListDelta) -> Record:
    from uuid import uuid4

    return Record("nation", 1, uuid4(), "checkpoint.list_delta", 1, 0, True, "", None, None, "", body, b"", b"")


def _delta(database: Database, add: list[bytes], remove: list[bytes]) -> float:
    begun = time.perf_counter()
    _write(database, add, remove)
    return time.perf_counter() - begun


def _plain(folder: Path, hashes: list[bytes]) -> tuple[int, float]:
    """The same list in the plainest table that could hold it: one row a hash, keyed by the citizen's 22 characters."""
    folder.mkdir()
    database = Database(sqlite_url(folder))
    with database.writing() as session:
        session.execute(text("CREATE TABLE plain (citizen TEXT, list TEXT, PRIMARY KEY (citizen, list)) WITHOUT ROWID"))
        rows = [{"citizen": _citizen(one), "list": "deny"} for one in hashes]
        session.connection().execute(text("INSERT INTO plain VALUES (:citizen, :list)"), rows)
    query = text("SELECT list FROM plain WHERE citizen = :citizen")
    with database.sessions() as session:
        asked = [row["citizen"] for row in Random(8).sample(rows, LOOKUPS)]
        taken = _median(lambda citizen: session.execute(query, {"citizen": citizen}).all(), asked)
    return _size(database, folder), taken


def _size(database: Database, folder: Path) -> int:
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return sum(os.path.getsize(path) for path in folder.iterdir())


def _median(call: Callable[[str], Any], asked: list[str]) -> float:
    taken = []
    for one in asked:
        begun = time.perf_counter()
        call(one)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def _citizen(entry: bytes) -> str:
    return base64.urlsafe_b64encode(entry + b"\0" * (16 - HASH_BYTES)).decode().rstrip("=")


if __name__ == "__main__":
    for row in rows():
        print(row)
