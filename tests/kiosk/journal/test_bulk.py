"""Folding many rows at once: the order of arrival never decides."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.journal.bulk import add_counts, insert_rows, keep_latest
from kiosk.storage.database import Base, Database
from plugins.self_check_in.models import DenyRow, VisitHour, VisitRow

said = st.builds(
    lambda citizen, name, active, at, by, seq: {
        "citizen": citizen, "list_name": name, "active": active, "said_at_ms": at, "said_by": by, "said_seq": seq,
    },
    st.sampled_from("ab"), st.sampled_from("xy"), st.booleans(), st.integers(0, 3), st.sampled_from("ABa"),
    st.integers(1, 3),
)  # fmt: skip


def unique(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One writer says one thing under one number."""
    return list({(row["said_by"], row["said_seq"]): row for row in rows}.values())


def folded(batches: list[list[dict[str, Any]]], yielding: str = "") -> list[tuple[Any, ...]]:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'x.sqlite3'}")
        Base.metadata.create_all(database.engine, tables=[Base.metadata.tables["self_check_in_deny"]])
        for batch in batches:
            with database.writing() as session:
                keep_latest(session, DenyRow, batch, yielding)
        with database.reading() as session:
            rows = session.execute(select(Base.metadata.tables["self_check_in_deny"])).all()
        database.close()
    return sorted(tuple(row) for row in rows)


@settings(max_examples=20, deadline=None)
@given(st.lists(said, max_size=10), st.integers(0, 10), st.integers())
def test_the_latest_word_stands_in_whatever_batches_it_comes(rows: list[dict[str, Any]], cut: int, seed: int) -> None:
    rows = unique(rows)
    expected: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda one: (one["said_at_ms"], one["said_by"], one["said_seq"])):
        expected[row["citizen"], row["list_name"]] = row
    wanted = sorted(tuple(row.values()) for row in expected.values())
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)
    assert folded([rows]) == wanted
    assert folded([shuffled[:cut], shuffled[cut:]]) == wanted


@settings(max_examples=20, deadline=None)
@given(st.lists(said, max_size=10), st.integers(0, 10), st.integers())
def test_who_yields_stands_only_where_nobody_else_spoke(rows: list[dict[str, Any]], cut: int, seed: int) -> None:
    rows = unique(rows)
    expected: dict[tuple[str, str], dict[str, Any]] = {}
    for row in sorted(
        rows, key=lambda one: (one["said_by"] != "a", one["said_at_ms"], one["said_by"], one["said_seq"])
    ):
        expected[row["citizen"], row["list_name"]] = row
    wanted = sorted(tuple(row.values()) for row in expected.values())
    shuffled = list(rows)
    Random(seed).shuffle(shuffled)
    assert folded([rows], "a") == wanted  # writers are "A", "B" and "a": letter case tells them apart
    assert folded([shuffled[:cut], shuffled[cut:]], "a") == wanted


def test_counts_add_up_and_rows_are_inserted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    Base.metadata.create_all(
        database.engine, tables=[Base.metadata.tables[name] for name in ("self_check_in_hours", "self_check_in_visits")]
    )
    counts = [
        Counter({("w", 1, "s", "in", "admit"): 2, ("w", 2, "s", "in", "admit"): 1}),
        Counter({("w", 1, "s", "in", "admit"): 3}),
    ]
    row = {
        "writer": "w", "site": "s", "day": 20210815, "occurred_at_ms": 1, "citizen": None, "direction": "in",
        "decision": "admit", "ticket": "A001", "number": 1,
    }  # fmt: skip
    for number, count in enumerate(counts):
        with database.writing() as session:
            add_counts(session, VisitHour, VisitHour.visits, count)
            insert_rows(session, VisitRow, [row | {"seq": number * 40 + one} for one in range(40)])
            insert_rows(session, VisitRow, [])
    with database.reading() as session:
        assert sorted(session.execute(select(VisitHour.hour, VisitHour.visits)).all()) == [(1, 5), (2, 1)]
        assert len(session.scalars(select(VisitRow)).all()) == 80
    database.close()
