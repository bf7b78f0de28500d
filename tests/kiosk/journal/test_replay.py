"""Replayed tables equal the live ones, whatever happened; and only those of the plugins that were asked for are touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.journal.replay import ReplayFailed, projected_tables, replay
from kiosk.plugin import hookimpl
from kiosk.storage.database import Projected
from plugins.self_check_in.models import VisitRow
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.appliance import Probe, SetClock, Workshop, assert_whole, people, show, tables
from tests.support.probes import Witness

CROWD = [person for person, _ in zip(people(), range(5), strict=False)]
who = st.integers(0, len(CROWD) - 1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("card"), who),
        st.tuples(st.just("garbage"), st.text(max_size=20)),
        st.tuples(st.just("book"), who, st.booleans()),
        st.tuples(st.just("deny"), who, st.booleans()),
        st.tuples(st.just("wait"), st.integers(-100_000, 100_000)),
        st.tuples(st.just("ticket"), who),
    ),
    max_size=14,
)


def do(appliance: Appliance, clock: SetClock, history: Sequence[tuple[Any, ...]]) -> None:
    last = ""
    for step in history:
        if step[0] == "card":
            answer = show(appliance, CROWD[step[1]].cccd_2021())
            last = answer.ticket["payload"] if answer.ticket else last
        elif step[0] == "ticket":
            show(appliance, last or "VNT1:x")
        elif step[0] == "garbage":
            show(appliance, step[1])
        elif step[0] == "wait":
            clock.ahead += timedelta(seconds=step[1])
        else:
            citizen = appliance.pseudonym(CROWD[step[1]].national_id)
            day = clock.now().date().isoformat()
            status = "booked" if step[2] else "cancelled"
            body = (
                Appointment(site="test-site", day=day, slot="08:30-09:00", status=status)  # type: ignore[arg-type]
                if step[0] == "book"
                else DenyEntry(active=step[2])
            )
            kind = "self_check_in.appointment" if step[0] == "book" else "self_check_in.deny_entry"
            appliance.record([Draft(kind, body, citizen)])


@settings(max_examples=12, deadline=None)
@given(steps)
def test_any_history_replays_to_the_same_tables(history: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        workshop, clock = Workshop(Path(folder)), SetClock()
        try:
            appliance = workshop.open(["citizen_id", "self_check_in"], clock=clock)
            do(appliance, clock, history)
            before = tables(appliance)
            assert_whole(appliance)  # replays
            assert tables(appliance) == before
        finally:
            workshop.close()


def test_tables_that_were_lost_come_back(workshop: Workshop) -> None:
    appliance = workshop.open(["citizen_id", "self_check_in"])
    for person in CROWD:
        show(appliance, person.cccd_2021())
    live = tables(appliance)
    with appliance.database.writing() as session:
        session.execute(delete(VisitRow))
        session.execute(text("UPDATE self_check_in_hours SET visits = 99"))
    assert tables(appliance) != live
    assert replay(appliance.database, appliance.host, appliance.kinds, ["self_check_in"]) == len(CROWD)
    assert tables(appliance) == live


def test_a_replay_that_fails_leaves_the_tables_as_they_were(workshop: Workshop) -> None:
    class Moody(Witness):
        broken = False

        @hookimpl
        def project(self, records: Any, session: Any) -> None:
            super().project(records, session)
            if Moody.broken:
                raise RuntimeError

    appliance = workshop.open([("witness", Moody)])
    show(appliance, "W:000000000001")
    live = tables(appliance)
    assert live["witness_visits"]
    Moody.broken = True
    with pytest.raises(ReplayFailed, match="plugin witness failed in project: RuntimeError"):
        replay(appliance.database, appliance.host, appliance.kinds)
    assert tables(appliance) == live


def test_a_plugin_whose_name_begins_like_anothers_does_not_take_its_tables() -> None:
    names = {table.__tablename__ for table in projected_tables("self", ["self", "self_check_in"])}
    assert names == set()
    assert VisitRow in projected_tables("self_check_in", ["self", "self_check_in"])
    assert all(issubclass(table, Projected) for table in projected_tables("core", ["core"]))


def test_what_was_recorded_while_a_plugin_was_disabled_is_the_cores_and_its_own_rows_stay(workshop: Workshop) -> None:
    class Empty(Probe):
        pass

    first = workshop.open([("witness", Witness)])
    show(first, "W:000000000001")
    workshop.stop(first)
    without = workshop.open([("other", Empty)])
    show(without, "W:000000000002")
    workshop.stop(without)
    again = workshop.open([("witness", Witness)])
    show(again, "W:000000000003")
    assert [row[1] for row in tables(again)["witness_visits"]] == [1, 3]
    assert_whole(again)
