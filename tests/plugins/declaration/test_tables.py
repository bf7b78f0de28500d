"""The declaration's tables: the same whichever journal comes first, spread by writer, emptied by erasure, and rebuilt by replay."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import func, select

from kiosk.domain import Draft, Record
from kiosk.journal import chain
from kiosk.journal.append import Entry, Head, build
from kiosk.journal.redact import erase
from kiosk.journal.replay import replay
from kiosk.storage.database import Base
from plugins.declaration import models, projecting, withdrawals
from plugins.declaration.records import Declared, Withdrawn
from tests.plugins.declaration.conftest import DECLARED, declare
from tests.support.appliance import Workshop, assert_whole, tables

WRITERS = ("nation", "site:test-site", "devicea.1", "deviceb.2")
IDS = ("A" * 16, "B" * 16)


def body(seed: int) -> Draft:
    random = Random(seed)
    pass_id = random.choice(IDS)
    kinds = [
        Draft(
            "declaration.declared",
            Declared.model_validate(
                {**DECLARED, "pass_id": pass_id, "issued_at": 1, "expires_at": 2, "link_hash": "0" * 64}
            ),
            "c" * 22,
        ),
        Draft("declaration.withdrawn", Withdrawn(pass_id=pass_id)),
    ]
    return random.choice(kinds)


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    workshop = Workshop(tmp_path_factory.mktemp("tables"))
    yield workshop.open(["declaration"])
    workshop.close()


@given(st.lists(st.lists(st.integers(0, 10_000), max_size=6), min_size=4, max_size=4), st.randoms())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_order_in_which_journals_arrive_changes_nothing(appliance, seeds, order) -> None:  # type: ignore[no-untyped-def]
    at = datetime(2021, 8, 15, 1, 0, tzinfo=UTC)
    journals: list[list[Record]] = []
    for writer, chosen in zip(WRITERS, seeds, strict=True):
        entries = [Entry(uuid.uuid4(), body(seed), at, True) for seed in chosen]
        journals.append(build(Head(0, chain.genesis(writer)), writer, "test-site", b"k" * 32, appliance.kinds, entries))
    results = []
    for _ in range(2):
        parts = [journal[start : start + 2] for journal in journals for start in range(0, len(journal), 2)]
        order.shuffle(parts)
        parts.sort(key=lambda part: part[0].seq)  # within a writer by seq, between writers by chance
        with appliance.database.writing() as session:
            for part in parts:
                projecting.project(part, session)
        results.append(tables(appliance, ["declaration"]))
        with appliance.database.writing() as session:
            for table in Base.metadata.sorted_tables:
                if table.name.startswith("declaration_"):
                    session.execute(table.delete())
    assert results[0] == results[1]


def test_keys_hold_the_column_that_rows_are_spread_by() -> None:
    found = [table for name, table in Base.metadata.tables.items() if name.startswith("declaration_")]
    assert len(found) == 3
    for table in found:
        assert "writer" in {column.name for column in table.primary_key}
        assert not any(index.unique for index in table.indexes)


def test_erasing_a_declaration_takes_its_row_and_keeps_the_count(workshop: Workshop) -> None:
    kiosk = workshop.open(["declaration"])
    issued = declare(kiosk)
    erase(kiosk.journal, issued.record.writer, [issued.record.seq])
    with kiosk.session() as session:
        assert session.scalar(select(func.count()).select_from(models.DeclaredRow)) == 0
        assert session.scalar(select(func.sum(models.DeclaredHour.declared))) == 1
    with kiosk.session() as session:
        assert not withdrawals.is_withdrawn(session, issued.record.data.pass_id, kiosk.identity.device)
    live = tables(kiosk)
    replay(kiosk.database, kiosk.host, kiosk.kinds)
    assert tables(kiosk) == live  # the count too, which nothing else remembers now


def test_live_tables_equal_replayed_ones(workshop: Workshop) -> None:
    kiosk = workshop.open(["declaration"])
    first = declare(kiosk)
    declare(kiosk, replaces=first.record.data.pass_id)
    assert_whole(kiosk)


@pytest.mark.parametrize(
    "wrong",
    [
        {"birth_year": 3000},
        {"sex": "?"},
        {"nationality": "Việt Nam"},
        {"home": {"province": "1"}},
        {"symptoms": ["headache"]},
        {"surprise": 1},
        {"journey": {**DECLARED["journey"], "companions": [{"name": "A", "birth_year": 1}]}},
    ],
)
def test_a_record_holds_nothing_that_the_form_cannot_say(workshop: Workshop, wrong: dict[str, object]) -> None:
    kiosk = workshop.open(["declaration"])
    with pytest.raises(ValidationError):
        declare(kiosk, **wrong)
