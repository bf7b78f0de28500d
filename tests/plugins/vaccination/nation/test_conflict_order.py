"""The same journals in any order, in any batches, give the same conflicts, and those are the ones that a plain look finds."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, inspect

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from kiosk.journal.append import Head
from kiosk.journal.replay import replay
from kiosk.storage.database import Base
from plugins.vaccination.nation.standing import people, standing
from plugins.vaccination.records import Dose, ShownDose
from plugins.vaccination.records.shown import BASES
from tests.support.appliance import Workshop, tables
from tests.support.vaccination_nation import AT, DAY, dose, merged, person, shown, taken, withdrawn, written

PRODUCTS = ("AstraZeneca", "Comirnaty", "Moderna", "Janssen", "Không rõ")
WRITERS = ("aaaa.1", "bbbb.1", "cccc.2")
NAMES = (person(1), person(2), "t" * 22)

steps = st.lists(
    st.tuples(
        st.sampled_from(["dose", "dose", "dose", "amend", "void", "merge", "shown", "shown", "slip", "withdrawn"]),
        st.integers(0, 2),  # writer
        st.integers(0, 2),  # citizen
        st.integers(0, 100),  # day
        st.integers(0, len(PRODUCTS) - 1),
    ),
    min_size=2,
    max_size=12,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Appliance:
    workshop = Workshop(tmp_path_factory.mktemp("order"))
    return workshop.open(("vaccination", "national_platform"), role="platform")


def emptied(appliance: Appliance) -> None:
    with appliance.database.writing() as session:
        present = set(inspect(session.connection()).get_table_names())
        for table in Base.metadata.sorted_tables:
            if table.name.startswith(("journal_", "vaccination_", "national_platform_")) and table.name in present:
                session.execute(delete(table))


def journals(appliance: Appliance, made: list[tuple[str, int, int, int, int]]) -> dict[str, list[Record]]:
    """What the steps come to, one journal a writer."""
    found: dict[str, list[Record]] = {}
    doses: list[Record] = []
    papers: list[Record] = []
    for number, (what, writer_at, name_at, day, product_at) in enumerate(made):
        writer, citizen = WRITERS[writer_at], NAMES[name_at]
        body = {"on": DAY + timedelta(days=day), "product": PRODUCTS[product_at]}
        if what == "merge":
            draft = merged(NAMES[2], citizen if citizen != NAMES[2] else NAMES[0])
        elif what == "withdrawn" and papers:
            draft = withdrawn(papers[day % len(papers)])
        elif what in ("shown", "withdrawn") or (what == "slip" and not doses):
            draft = shown(citizen, **body, basis=BASES[day % 3], number=day % 4)  # type: ignore[arg-type]
        elif what == "slip":
            draft = shown(citizen, **body, dose=doses[day % len(doses)])  # type: ignore[arg-type]
        elif what == "dose" or not doses:
            draft = Draft("vaccination.dose", dose(**body), citizen)  # type: ignore[arg-type]
        else:
            draft = Draft(
                "vaccination.dose", dose(**body, amends=doses[day % len(doses)], void=what == "void"), citizen
            )  # type: ignore[arg-type]
        before = found.setdefault(writer, [])
        head = Head(before[-1].seq, before[-1].hash) if before else None
        (record,) = written(
            appliance, writer, [draft], f"site-{writer_at}", head=head, at=AT + timedelta(minutes=number)
        )
        before.append(record)
        if isinstance(record.data, Dose):
            doses.append(record)
        elif isinstance(record.data, ShownDose):
            papers.append(record)
    return found


def interleaved(made: dict[str, list[Record]], rng: Random) -> list[list[Record]]:
    """Batches in an order in which they might arrive."""
    waiting = {writer: list(records) for writer, records in made.items()}
    batches = []
    while waiting:
        writer = rng.choice(sorted(waiting))
        count = rng.randint(1, len(waiting[writer]))
        batches.append(waiting[writer][:count])
        del waiting[writer][:count]
        if not waiting[writer]:
            del waiting[writer]
    return batches


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=steps, seeds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_the_order_of_batches_changes_nothing(
    shared: Appliance, made: list[tuple[str, int, int, int, int]], seeds: tuple[int, int]
) -> None:
    records = journals(shared, made)
    seen = []
    for seed in seeds:
        emptied(shared)
        for batch in interleaved(records, Random(seed)):
            taken(shared, batch)
        seen.append(tables(shared, ["vaccination"]))
    assert seen[0] == seen[1]
    replay(shared.database, shared.host, shared.kinds, ["vaccination"])
    assert tables(shared, ["vaccination"]) == seen[0]
    comparing = shared.host.plugin("vaccination").site.comparing
    with shared.session() as session:
        stand = standing(comparing, people(session, NAMES).values())
    rows = seen[0]["vaccination_conflicts"]
    kept = {((row[1], row[2]), (row[3], row[4])) for row in rows}
    assert set(stand) <= kept  # whatever is a conflict now was found when the journals met
