"""Shown doses, doses and take-backs in any order and any batches: the same tables, the same history, as a replay has them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
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
from plugins.vaccination.injection import history
from plugins.vaccination.records import Dose, ShownDose, ShownWithdrawn
from plugins.vaccination.records.shown import BASES
from tests.support.appliance import Workshop, tables
from tests.support.vaccination_nation import AT, DAY, dose, person, taken, written

PRODUCTS = ("AstraZeneca", "Comirnaty", "Không rõ")
WRITERS = ("aaaa.1", "bbbb.1", "cccc.2")
CITIZEN = person(1)
Step = tuple[str, int, int, int, int]

steps = st.lists(
    st.tuples(
        st.sampled_from(["shown", "shown", "shown", "dose", "void", "back"]),
        st.integers(0, 2),  # writer
        st.integers(0, 3),  # day: few, so that documents tell of the same dose
        st.integers(0, len(PRODUCTS) - 1),
        st.integers(0, len(BASES) - 1),
    ),
    min_size=2,
    max_size=14,
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


def journals(appliance: Appliance, made: list[Step]) -> dict[str, list[Record]]:
    """What the steps come to, one journal a writer. A slip names the last dose's record, every other time."""
    found: dict[str, list[Record]] = {}
    doses: list[Record] = []
    shown: list[Record] = []
    for number, (what, writer_at, day, product_at, basis_at) in enumerate(made):
        on, product = DAY + timedelta(days=day), PRODUCTS[product_at]
        if what == "back" and shown:
            body: object = ShownWithdrawn(shown=str(shown[day % len(shown)].id), reason="nhầm")
            kind = "shown_withdrawn"
        elif what == "dose" or (what == "void" and not doses):
            body, kind = dose(on, product), "dose"
        elif what == "void":
            body, kind = dose(on, product, amends=doses[day % len(doses)], void=True), "dose"
        else:
            named = str(doses[-1].id) if doses and number % 2 else ""
            body = ShownDose(product=product, on=on.isoformat(), basis=BASES[basis_at], document="eu_dcc", dose=named)  # type: ignore[arg-type]
            kind = "shown_dose"
        before = found.setdefault(WRITERS[writer_at], [])
        head = Head(before[-1].seq, before[-1].hash) if before else None
        drafts = [Draft(f"vaccination.{kind}", body, CITIZEN)]
        (record,) = written(
            appliance, WRITERS[writer_at], drafts, f"site-{writer_at}", head=head, at=AT + timedelta(minutes=number)
        )
        before.append(record)
        (doses if kind == "dose" else shown if kind == "shown_dose" else []).append(record)
    return found


def interleaved(made: dict[str, list[Record]], rng: Random) -> list[list[Record]]:
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


def plain_look(made: dict[str, list[Record]]) -> set[tuple[date, str, bool]]:
    """Day, product and whether a document tells of it: from the records alone, without any table."""
    records = [one for journal in made.values() for one in journal]
    given = [one for one in records if isinstance(one.data, Dose)]
    amended = {one.data.amends for one in given}
    counted = {
        (one.data.given_on, one.data.product) for one in given if not one.data.void and str(one.id) not in amended
    }
    gone = {one.data.shown for one in records if isinstance(one.data, ShownWithdrawn)}
    here = {str(one.id) for one in given}
    told = {
        (one.data.on, one.data.product)
        for one in records
        if isinstance(one.data, ShownDose) and str(one.id) not in gone and one.data.dose not in here
    }
    return {(date.fromisoformat(on), product, False) for on, product in counted} | {
        (date.fromisoformat(on), product, True) for on, product in told - counted
    }


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=steps, seeds=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)))
def test_the_order_of_batches_changes_neither_tables_nor_history(
    shared: Appliance, made: list[Step], seeds: tuple[int, int]
) -> None:
    records = journals(shared, made)
    seen = []
    for seed in seeds:
        emptied(shared)
        for batch in interleaved(records, Random(seed)):
            taken(shared, batch)
        with shared.session() as session:
            known = history.doses_of(session, [CITIZEN], "", "")
        # of two records of one dose, day and lot, either may stand for both
        known = [one if one.told else replace(one, record="", site="") for one in known]
        seen.append((tables(shared, ["vaccination"]), known))
    assert seen[0] == seen[1]
    replay(shared.database, shared.host, shared.kinds, ["vaccination"])
    assert tables(shared, ["vaccination"]) == seen[0][0]
    known = seen[0][1]
    assert {(one.on, one.product, one.told is not None) for one in known} == plain_look(records)
    documents = [(one.on, one.product) for one in known if one.told]
    assert len(documents) == len(set(documents))  # each once, however many documents tell of it
