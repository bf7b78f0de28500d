"""Whatever order batches come in, however often: the same tables, and the same as a replay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from kiosk.journal.batch import Gap
from kiosk.journal.replay import replay
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.appliance import Workshop, tables
from tests.support.platform import BEGIN, lines_of, make, take, visit, wipe
from tests.support.postgres import Cluster

# collated by a language these sort otherwise than by bytes, and the last word on a citizen must not depend on that
OWN = "own"  # stands for the appliance's own journal: its word yields to the platform's
WRITERS = ("site:a-b", "site:ab", "Đ.2", "a.2", "b.10", "nation", OWN)
CITIZENS = ("c" * 22, "D" * 22, "_" * 22)

draft = st.one_of(
    st.builds(
        lambda number, decision, citizen: Draft("self_check_in.visit", visit(number, decision=decision), citizen),
        st.integers(1, 999),
        st.sampled_from(["admit", "refer", "refuse"]),
        st.sampled_from(CITIZENS),
    ),
    st.builds(
        lambda status, slot, citizen: Draft(
            "self_check_in.appointment", Appointment(site="s", day="2021-08-16", slot=slot, status=status), citizen
        ),
        st.sampled_from(["booked", "cancelled"]),
        st.sampled_from(["08:00", "09:00"]),
        st.sampled_from(CITIZENS),
    ),
    st.builds(lambda active, citizen: Draft("self_check_in.deny_entry", DenyEntry(active=active), citizen),
              st.booleans(), st.sampled_from(CITIZENS)),
)  # fmt: skip


@st.composite
def journals(choose: st.DrawFn) -> dict[str, tuple[list[Draft], int]]:
    """Some writers' drafts, with the pause between records in seconds: small pauses make equal times likely."""
    writers = choose(st.lists(st.sampled_from(WRITERS), min_size=1, max_size=3, unique=True))
    return {
        writer: (choose(st.lists(draft, min_size=1, max_size=24)), choose(st.sampled_from([0, 1, 1800])))
        for writer in writers
    }


def deliver(appliance: Appliance, batches: list[list[Record]]) -> None:
    """Send until all is taken, as devices do: who comes too early comes again."""
    waiting = batches
    while waiting:
        late = []
        for batch in waiting:
            try:
                take(appliance, batch[0].writer, lines_of(batch), batch[-1].hash)
            except Gap:
                late.append(batch)
        assert len(late) < len(waiting)
        waiting = late


def cut(records: list[Record], size: int) -> list[list[Record]]:
    return [records[at : at + size] for at in range(0, len(records), size)]


def assert_same_tables_in_any_order(
    appliance: Appliance, made: dict[str, tuple[list[Draft], int]], choose: st.DataObject
) -> None:
    made = {(appliance.identity.writer if writer == OWN else writer): journal for writer, journal in made.items()}
    written = {
        writer: make(appliance, writer, drafts, at=BEGIN, every=timedelta(seconds=pause))
        for writer, (drafts, pause) in made.items()
    }
    wipe(appliance)
    for records in written.values():
        deliver(appliance, [records])
    expected = tables(appliance)
    wipe(appliance)
    pieces = [
        piece
        for records in written.values()
        for size in choose.draw(st.lists(st.integers(1, 20), min_size=1, max_size=3))
        for piece in cut(records, size)
    ]
    deliver(appliance, choose.draw(st.permutations(pieces)))
    assert tables(appliance) == expected
    replay(appliance.database, appliance.host, appliance.kinds)
    assert tables(appliance) == expected


UNHURRIED = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@settings(max_examples=25, **UNHURRIED)
@given(made=journals(), choose=st.data())
def test_order_and_repetition_do_not_matter_on_sqlite(
    one_sqlite: Appliance, made: dict[str, tuple[list[Draft], int]], choose: st.DataObject
) -> None:
    assert_same_tables_in_any_order(one_sqlite, made, choose)


@pytest.mark.postgres
@settings(max_examples=12, **UNHURRIED)
@given(made=journals(), choose=st.data())
def test_order_and_repetition_do_not_matter_on_postgres(
    one_postgres: Appliance, made: dict[str, tuple[list[Draft], int]], choose: st.DataObject
) -> None:
    assert_same_tables_in_any_order(one_postgres, made, choose)


@pytest.fixture
def one_sqlite(workshop: Workshop) -> Appliance:
    return workshop.open(("self_check_in", "national_platform"), role="platform")


@pytest.fixture
def one_postgres(workshop: Workshop, cluster: Cluster) -> Appliance:
    section = f'[journal]\ndatabase = "{cluster.create_database()}"'
    return workshop.open(("self_check_in", "national_platform"), role="platform", sections=section)
