"""The plugin fails, blocks, is put out or is not even there while doses are taken: every record is kept, the tables are made good,
and every conflict is found and told once. Two processes' appliances before one database."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kiosk.domain import HealthLevel, Record
from kiosk.journal.models import ProjectionState
from kiosk.plugin_host.host import FAULT_LIMIT
from plugins.national_platform import ingest
from plugins.national_platform.models import ParkedRecord
from plugins.national_platform.parked_again import ParkedAgain
from tests.support.appliance import Workshop, tables
from tests.support.postgres import Cluster
from tests.support.vaccination_folding import (
    BATCHES,
    DOSES,
    PLUGINS,
    SITES,
    WHOLE,
    Platform,
    acting,
    assert_made_good,
    at_another,
    batches,
    behind_of,
    counts,
    enrolled,
    levels,
    not_there,
    pushed,
    seen_by,
    status,
)
from tests.support.vaccination_nation import heard

pytestmark = pytest.mark.postgres


@pytest.fixture
def nation(workshop: Workshop, cluster: Cluster) -> Platform:
    return Platform(workshop, cluster)


def test_a_plugin_that_fails_in_one_process_until_it_is_put_out_and_comes_back_while_others_go_on(
    nation: Platform,
) -> None:
    calls: list[int] = []

    def fails(records: Sequence[Record], _session: Session) -> None:
        calls.append(len(records))
        if 2 < len(calls) <= 2 + FAULT_LIMIT:
            raise ArithmeticError("in the middle of the day")

    first, second = nation.process(acting(fails)), nation.process()
    devices = enrolled(seen_by(second))
    half = threading.Barrier(SITES + 1)

    def day(number: int) -> None:
        device, mine = devices[number], seen_by(first if number % 2 else second)
        for place, records in enumerate(batches(device, number, second)):
            if place == BATCHES // 2:
                half.wait(120)
                mine = seen_by(second)
            pushed(device, records, mine)

    with ThreadPoolExecutor(SITES) as pool:
        work = [pool.submit(day, number) for number in range(SITES)]
        half.wait(120)  # from here on the second process takes doses while the first one starts anew
        assert status(first) == "suspended"
        assert levels(second)["journal.tables"] is HealthLevel.FAULT
        nation.workshop.stop(first)
        again = nation.process()
        for one_day in work:
            one_day.result(120)
    assert status(again) == "loaded"
    assert_made_good(again, devices)


def test_a_process_without_the_plugin_keeps_its_doses_for_those_that_have_it(nation: Platform) -> None:
    first, second = nation.process(not_there()), nation.process()
    assert status(first) == "broken"
    devices = enrolled(seen_by(second))
    for number, device in enumerate(devices):
        for records in batches(device, number, second):
            pushed(device, records, seen_by(first if number % 2 else second))
    taken = counts(second)
    assert (taken[0], taken[1]) == (DOSES, DOSES // 2)
    assert levels(first)["plugin.vaccination"] is HealthLevel.FAULT
    assert levels(second)["platform.parked"] is HealthLevel.WARNING
    assert ParkedAgain(first.journal).turn() == 0  # it knows no more than before
    with ThreadPoolExecutor(2) as pool:  # two processes look at the same moment
        found = list(pool.map(lambda one: ParkedAgain(one.journal).turn(), [second, second]))
    assert sum(found) >= DOSES // 2
    with second.session() as session:
        assert session.scalar(select(func.count()).select_from(ParkedRecord)) == 0
    assert levels(second)["platform.parked"] is HealthLevel.OK
    nation.workshop.stop(first)
    again = nation.process()
    assert_made_good(again, devices)


def test_parked_records_are_taken_up_when_the_platform_starts_again(nation: Platform) -> None:
    first = nation.process(not_there())
    devices = enrolled(seen_by(first))
    writer = nation.process()
    for number, device in enumerate(devices):
        for records in batches(device, number, writer):
            pushed(device, records, seen_by(first))
    assert counts(writer)[:2] == (DOSES, 0)
    nation.workshop.stop(first)
    started = nation.process(open_only=False)
    event = threading.Event()
    for _ in range(12_000):
        if counts(started) == WHOLE:
            break
        event.wait(0.01)
    assert_made_good(started, devices)


def test_a_process_that_does_not_know_all_kinds_rebuilds_nobodys_tables(nation: Platform) -> None:
    whole = nation.process()
    devices = enrolled(seen_by(whole))
    for number, device in enumerate(devices):
        for records in batches(device, number, whole):
            pushed(device, records, seen_by(whole))
    before = tables(whole, PLUGINS)
    with whole.database.writing() as session:
        session.add(
            ProjectionState(writer="x", plugin="national_platform", behind_since_seq=1, reason="as after a fault")
        )
    lesser = nation.process(not_there())
    assert status(lesser, "national_platform") == "loaded"
    assert tables(whole, PLUGINS) == before
    assert behind_of(whole) == 1
    nation.workshop.stop(lesser)
    assert behind_of(nation.process()) == 0
    assert tables(whole, PLUGINS) == before


def test_a_plugin_that_blocks_while_it_folds_is_put_out_and_the_batch_is_taken_without_it(
    nation: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    # half of it must be enough to get as far as the plugin, on a machine that has much else to do too
    monkeypatch.setattr(ingest, "FOLD_SECONDS", 8.0)
    door, entered = threading.Event(), threading.Event()

    def blocks(_records: Sequence[Record], session: Session) -> None:
        if not entered.is_set():
            # of this transaction alone; all others have the product's own three minutes
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '1s'"))
            entered.set()
            door.wait(120)

    first = nation.process(acting(blocks))
    devices = enrolled(seen_by(first))
    try:
        work = [list(batches(device, number, first)) for number, device in enumerate(devices)]
        stuck = devices[0]
        stuck.platform = seen_by(first)
        answer = stuck.push(work[0][0])
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert entered.is_set()
        assert status(first) == "suspended"
        monkeypatch.setattr(ingest, "FOLD_SECONDS", 120.0)
        for device, own in zip(devices, work, strict=True):
            for records in own:  # the first batch waits until the database has ended what the stuck thread holds
                pushed(device, records, seen_by(first))
        assert counts(first)[:2] == (DOSES, 0)
    finally:
        door.set()
    second = nation.process()
    with second.session() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "3min"
    assert_made_good(second, devices)


def test_a_finding_that_cannot_be_folded_is_told_later_and_then_once(nation: Platform) -> None:
    def fails(records: Sequence[Record], _session: Session) -> None:
        if broken.is_set() and any(one.kind == "vaccination.finding" for one in records):
            raise ArithmeticError("no finding today")

    broken = threading.Event()
    first = nation.process(acting(fails))
    devices = enrolled(seen_by(first))
    for number, device in enumerate(devices):
        for records in batches(device, number, first):
            pushed(device, records, seen_by(first))
    broken.set()
    for _ in range(2):
        assert heard(at_another(devices[0], first)) == []
    broken.clear()
    assert status(first) == "loaded"
    assert_made_good(first, devices)
