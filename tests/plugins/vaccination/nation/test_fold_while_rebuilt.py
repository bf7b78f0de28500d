"""Devices come while one process of the platform rebuilds the tables: nobody waits, and every dose is folded once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.domain import HealthLevel, Record
from kiosk.journal.replay import replay
from tests.support.appliance import Workshop
from tests.support.postgres import Cluster
from tests.support.vaccination_folding import (
    PLUGINS,
    SITES,
    Platform,
    acting,
    assert_made_good,
    at_another,
    batches,
    counts,
    enrolled,
    levels,
    pushed,
    seen_by,
)
from tests.support.vaccination_nation import heard

pytestmark = pytest.mark.postgres


@pytest.fixture
def nation(workshop: Workshop, cluster: Cluster) -> Platform:
    return Platform(workshop, cluster)


def test_who_comes_while_the_tables_are_rebuilt_is_told_to_come_again_and_folded_once(nation: Platform) -> None:
    in_replay, go_on = threading.Event(), threading.Event()

    def waits(_records: Sequence[Record], _session: Session) -> None:
        if rebuilding.is_set():
            in_replay.set()
            assert go_on.wait(120)

    rebuilding = threading.Event()
    first, second = nation.process(acting(waits)), nation.process()
    devices = enrolled(seen_by(second))
    todo = [list(batches(device, number, second)) for number, device in enumerate(devices)]
    for device, work in zip(devices, todo, strict=True):
        for records in work[:-1]:
            pushed(device, records, seen_by(second))
    rebuilding.set()
    with ThreadPoolExecutor(SITES + 1) as pool:
        rebuilt = pool.submit(replay, first.database, first.host, first.kinds, PLUGINS)
        try:
            assert in_replay.wait(120)
            before = counts(second)
            for device, work in zip(devices, todo, strict=True):
                device.platform = seen_by(second)
                answer = device.push(work[-1])
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
            assert heard(at_another(devices[0], second)) == []  # nobody waits to be told something either
            assert levels(second)["journal.tables"] is HealthLevel.WARNING
            assert counts(second) == before
        finally:
            go_on.set()
        rebuilt.result(120)
    rebuilding.clear()
    assert levels(second).get("journal.tables") is None
    for device, work in zip(devices, todo, strict=True):
        pushed(device, work[-1], seen_by(second))
    assert_made_good(second, devices)


def test_who_had_begun_before_the_tables_are_rebuilt_is_folded_once(nation: Platform) -> None:
    """The rebuilding waits for a batch that is under way, in another process."""
    begun, go_on = threading.Event(), threading.Event()

    def waits(_records: Sequence[Record], _session: Session) -> None:
        if holding.is_set():
            begun.set()
            assert go_on.wait(120)

    holding = threading.Event()
    first, second = nation.process(), nation.process(acting(waits))
    devices = enrolled(seen_by(first))
    todo = [list(batches(device, number, first)) for number, device in enumerate(devices)]
    for device, work in zip(devices, todo, strict=True):
        for records in work[:-1]:
            pushed(device, records, seen_by(first))
    holding.set()
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(pushed, devices[0], todo[0][-1], seen_by(second))
        try:
            assert begun.wait(120)
            rebuilt = pool.submit(replay, first.database, first.host, first.kinds, PLUGINS)
            wait_until_it_waits(second)
        finally:
            go_on.set()
        early.result(120)
        rebuilt.result(120)
    for device, work in zip(devices[1:], todo[1:], strict=True):
        pushed(device, work[-1], seen_by(first))
    assert_made_good(second, devices)


def wait_until_it_waits(appliance: Appliance) -> None:
    """Until the rebuilding stands before the batch that has begun, as the database says."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'")
    event = threading.Event()
    for _ in range(12_000):
        with appliance.session() as session:
            if session.scalar(waiting):
                return
        event.wait(0.01)
    raise AssertionError("nobody waits")
