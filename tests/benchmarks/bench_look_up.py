"""Measures how fast one citizen's doses are found among millions, by the slice's own look-up. Prints a table; asserts nothing.

The yardstick is the bare statement on the same rows. Run ``python tests/benchmarks/bench_look_up.py`` from the project's root; needs
PostgreSQL's programs and psycopg. ``KIOSK_BENCH_KNOWN``: among how many doses.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import psycopg  # noqa: E402
from database import LARGE, own_database  # noqa: E402

KNOWN = int(os.environ.get("KIOSK_BENCH_KNOWN", "10000000"))


def rows() -> list[dict[str, Any]]:
    """One dictionary per measure. Empty where there is no PostgreSQL."""
    from sqlalchemy import create_engine

    from kiosk.storage.database import Base
    from plugins.vaccination.models import DoseRow, MergeRow

    with own_database(*LARGE) as found:
        if found is None:
            return []
        _, url = found
        engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://", 1))
        Base.metadata.create_all(engine, tables=[DoseRow.__table__, MergeRow.__table__])
        engine.dispose()
        return look_up(url)


def look_up(url: str) -> list[dict[str, Any]]:
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
