"""Counters outlive the bodies they were counted from: a replay after an erasure counts as the live tables do, and names nobody."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from kiosk.appliance import Appliance
from kiosk.core_slice import ErasedCount, Erasure
from kiosk.domain import Draft, LastingCount
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.redact import erase, redact
from kiosk.journal.replay import replay
from kiosk.journal.verify import verify
from kiosk.plugin import hookimpl
from plugins.self_check_in.models import VisitHour, VisitRow
from tests.support.appliance import Probe, Workshop, people, records, show, tables
from tests.support.probes import Witness

SHIPPED = ("citizen_id", "self_check_in")


class Calendar:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = datetime(2021, 8, 1, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def trusted(self) -> bool:
        return True


def visit(appliance: Appliance, clock: Calendar, count: int, seed: int = 1) -> None:
    crowd = people(seed)
    for number in range(count):
        clock.time += timedelta(minutes=17)
        show(appliance, next(crowd).cccd_2021() if number % 3 else "no code of ours")


def acknowledge(appliance: Appliance) -> None:
    with appliance.database.writing() as session:
        session.execute(update(JournalHead).values(acknowledged=JournalHead.seq))


def hours(appliance: Appliance) -> int:
    with appliance.session() as session:
        return sum(session.scalars(select(VisitHour.visits)))


def assert_replays(appliance: Appliance) -> None:
    live = tables(appliance)
    replay(appliance.database, appliance.host, appliance.kinds)
    assert tables(appliance) == live
    with appliance.session() as session:
        found = verify(session, appliance.identity.writer, appliance.kinds, appliance.identity.pseudonym_key)
        assert found.problem == ""


def test_a_replay_counts_what_was_erased(workshop: Workshop) -> None:
    clock = Calendar()
    appliance = workshop.open(SHIPPED, clock=clock)
    visit(appliance, clock, 30)
    clock.time += timedelta(days=91)
    visit(appliance, clock, 10, seed=2)
    acknowledge(appliance)
    before = hours(appliance)
    assert before > 0
    assert redact(appliance.journal, 90) == {appliance.identity.writer: 30}
    with appliance.session() as session:
        assert len(session.scalars(select(VisitRow)).all()) <= 10  # the people are gone
    assert hours(appliance) == before
    assert_replays(appliance)
    assert hours(appliance) == before
    assert_replays(appliance)  # and once more from what the first one made


@settings(max_examples=12, deadline=None)
@given(cuts=st.lists(st.sets(st.integers(1, 20), min_size=1), max_size=4))
def test_whatever_is_erased_in_whatever_parts(tmp_path_factory: pytest.TempPathFactory, cuts: list[set[int]]) -> None:
    workshop, clock = Workshop(tmp_path_factory.mktemp("counts")), Calendar()
    try:
        appliance = workshop.open(SHIPPED, clock=clock)
        visit(appliance, clock, 20)
        acknowledge(appliance)
        for cut in cuts:  # they may overlap: what is gone is not counted twice
            erase(appliance.journal, appliance.identity.writer, sorted(cut))
        assert_replays(appliance)
    finally:
        workshop.close()


def test_the_record_of_the_erasure_names_nobody(workshop: Workshop) -> None:
    clock = Calendar()
    appliance = workshop.open(SHIPPED, clock=clock)
    citizen = next(people())
    clock.time += timedelta(minutes=1)
    show(appliance, citizen.cccd_2021())
    (made,) = records(appliance)
    erase(appliance.journal, made.writer, [1])
    last = records(appliance)[-1]
    assert isinstance(last.data, Erasure)
    assert json.loads(last.body or "")["counts"] == [
        {
            "table": "self_check_in_hours",
            "key": [made.writer, made.occurred_at_ms // 3_600_000, "test-site", "in", "admit"],
            "column": "visits",
            "count": 1,
        }
    ]
    assert made.citizen is not None
    assert last.citizen is None
    for secret in (citizen.national_id, made.citizen, made.data.name, made.data.ticket):
        assert secret not in (last.body or "")


def test_what_another_device_erased_is_counted_once(workshop: Workshop) -> None:
    """Its journal is here with its bodies, and with its record of erasing its own copies."""
    clock = Calendar()
    appliance = workshop.open(SHIPPED, clock=clock)
    visit(appliance, clock, 6)
    bodies = {one.seq: one.body for one in records(appliance)}
    erase(appliance.journal, appliance.identity.writer, sorted(bodies))
    live = hours(appliance)
    with appliance.database.writing() as session:  # as the platform has it
        for seq, body in bodies.items():
            session.execute(update(JournalRecord).where(JournalRecord.seq == seq).values(body=body))
        session.execute(update(JournalHead).values(own=False))
    replay(appliance.database, appliance.host, appliance.kinds)
    assert hours(appliance) == live


def test_counts_that_fit_no_table_any_more_are_left_out_alone(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Calendar()
    appliance = workshop.open(SHIPPED, clock=clock)
    visit(appliance, clock, 3)
    table, good = "self_check_in_hours", ["a.1", 1, "here", "in", "admit"]
    counts = [
        ErasedCount(table=table, key=["a key of long ago"], column="visits", count=1),
        ErasedCount(table=table, key=["a.1", "no hour", "here", "in", "admit"], column="visits", count=1),
        ErasedCount(table=table, key=good, column="a_column_of_long_ago", count=1),
        ErasedCount(table="a_table_that_is_gone", key=["x"], column="n", count=1),
        ErasedCount(table=table, key=good, column="visits", count=5),
    ]
    appliance.record([Draft("core.erasure", Erasure(journal="a.1", first=1, last=9, records=9, counts=counts))])
    live = hours(appliance)
    replay(appliance.database, appliance.host, appliance.kinds)
    assert hours(appliance) == live + 5
    assert "do not fit table self_check_in_hours" in caplog.text


def test_a_plugin_counts_in_its_own_tables_alone(workshop: Workshop) -> None:
    class Meddles(Probe):
        @hookimpl
        def lasting_counts(self, records: Any) -> list[LastingCount]:
            return [LastingCount("self_check_in_hours", ("a.1", 1, "here", "in", "admit"), "visits", 1000)]

    clock = Calendar()
    appliance = workshop.open([*SHIPPED, ("meddles", Meddles)], clock=clock)
    visit(appliance, clock, 3)
    acknowledge(appliance)
    erase(appliance.journal, appliance.identity.writer, [1, 2, 3])
    assert next(state.faults for state in appliance.host.states() if state.name == "meddles") == 1
    assert_replays(appliance)


def test_a_plugin_that_blocks_there_keeps_nothing_from_being_erased(workshop: Workshop) -> None:
    opened = threading.Event()

    class Blocks(Probe):
        @hookimpl
        def lasting_counts(self, records: Any) -> list[LastingCount]:
            opened.wait(120)
            return []

    appliance = workshop.open([("blocks", Blocks), ("witness", Witness)], hook_seconds=0.3)
    answer = show(appliance, "W:000000000001")
    assert answer.record is not None
    assert erase(appliance.journal, answer.record["writer"], [answer.record["seq"]]) == 1
    states = {state.name: state.status for state in appliance.host.states()}
    assert states == {"core": "loaded", "blocks": "suspended", "witness": "loaded"}
    opened.set()
    assert records(appliance)[0].body is None
