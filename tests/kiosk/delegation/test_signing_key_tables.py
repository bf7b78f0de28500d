"""The tables of signing keys: the same whichever journal comes first, and filled only by whom each is for."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.delegation import models, projecting
from kiosk.delegation.records import BarredDevice, DelegationRecord, IssuerKey, SigningKey
from kiosk.domain import Draft, Record
from kiosk.journal import chain
from kiosk.journal.append import Entry, Head, build
from kiosk.storage.database import Base
from tests.support.appliance import Workshop, tables

WRITERS = ("nation", "site:test-site", "devicea.1", "deviceb.2")
POINT = "A" * 44
TABLES = ("core_signing_keys", "core_delegations", "core_issuer_keys", "core_barred_devices")
DRAFTS = (
    Draft("core.signing_key", SigningKey(point=POINT)),
    Draft(
        "core.delegation",
        DelegationRecord(device="devicea", token="AAAA", not_after=5, asked_by="devicea.1", asked_seq=1),
    ),
    Draft("core.issuer_key", IssuerKey(point=POINT)),
    Draft("core.barred_device", BarredDevice(device="devicea")),
)


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    workshop = Workshop(tmp_path_factory.mktemp("tables"))
    yield workshop.open()
    workshop.close()


@given(st.lists(st.lists(st.integers(0, 10_000), max_size=6), min_size=4, max_size=4), st.randoms())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_the_order_in_which_journals_arrive_changes_nothing(appliance, seeds, order) -> None:  # type: ignore[no-untyped-def]
    at = datetime(2021, 8, 15, 1, 0, tzinfo=UTC)
    journals: list[list[Record]] = []
    for writer, chosen in zip(WRITERS, seeds, strict=True):
        entries = [Entry(uuid.uuid4(), Random(seed).choice(DRAFTS), at, True) for seed in chosen]
        journals.append(build(Head(0, chain.genesis(writer)), writer, "test-site", b"k" * 32, appliance.kinds, entries))
    results = []
    for _ in range(2):
        parts = [journal[start : start + 2] for journal in journals for start in range(0, len(journal), 2)]
        order.shuffle(parts)
        parts.sort(key=lambda part: part[0].seq)  # within a writer by seq, between writers by chance
        with appliance.database.writing() as session:
            for part in parts:
                projecting.project(part, session)
        found = tables(appliance, ["core"])
        results.append({name: found[name] for name in TABLES})
        with appliance.database.writing() as session:
            for name in TABLES:
                session.execute(Base.metadata.tables[name].delete())
    assert results[0] == results[1]
    for name in TABLES[1:]:  # a device may write into its own journal what it likes
        assert {row[0] for row in results[0][name]} <= {"nation", "site:test-site"}


def test_keys_hold_the_column_that_rows_are_spread_by() -> None:
    for model in (models.SigningKeyRow, models.DelegationRow, models.IssuerKeyRow, models.BarredRow):
        table = Base.metadata.tables[model.__tablename__]
        assert "writer" in {column.name for column in table.primary_key}
        assert not any(index.unique for index in table.indexes)
