"""Batches and devices that come at the same moment: no conflict is missed, and each is told to each site once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal.audiences import audiences_of
from kiosk.journal.batch import read_batch
from kiosk.journal.receive import receive_in
from kiosk.plugin import hookimpl
from plugins.national_platform.announcing import announce
from plugins.vaccination.models import DoseRow, FindingRow
from tests.support.appliance import Probe, Workshop
from tests.support.platform import KEY, lines_of
from tests.support.platform_fixtures import with_pages
from tests.support.vaccination_nation import (
    AT,
    conflicts,
    given,
    heard,
    merged,
    person,
    sent,
    sites,
    taken,
    told,
    written,
)

AN = person(1)


def at_the_same_moment(appliance: Appliance, journals: list[tuple[str, list[Draft]]]) -> None:
    """Every journal's batch is folded in a transaction of its own, which stays open until all are folded or wait for another."""
    barrier = threading.Barrier(len(journals))

    def take_one(writer: str, drafts: list[Draft]) -> None:
        records = written(appliance, writer, drafts, f"site-{writer[0]}")
        batch = read_batch(writer, lines_of(records), appliance.kinds, KEY)
        with appliance.database.writing() as session:
            barrier.wait(120)  # all have begun before any has folded
            receive_in(session, appliance.projector, batch, records[-1].hash)

    with ThreadPoolExecutor(len(journals)) as pool:
        list(pool.map(lambda one: take_one(*one), journals))


@pytest.mark.postgres
@pytest.mark.parametrize("journal_section", ["postgres"], indirect=True)
def test_two_batches_in_two_transactions_do_not_miss_each_other(opened_platform: Appliance) -> None:
    journals = [(f"{letter * 4}.1", [given(person(number)) for number in range(40)]) for letter in "abcd"]
    at_the_same_moment(opened_platform, journals)
    assert len(conflicts(opened_platform)) == 40 * 6  # of four doses of each every pair


@pytest.mark.postgres
@pytest.mark.parametrize("journal_section", ["postgres"], indirect=True)
def test_a_merge_at_the_same_moment_as_both_doses(opened_platform: Appliance) -> None:
    nameless = "t" * 22
    journals = [("aaaa.1", [given(nameless)]), ("bbbb.1", [given(AN)]), ("cccc.1", [merged(nameless, AN)])]
    at_the_same_moment(opened_platform, journals)
    assert [code for code, _, _ in conflicts(opened_platform)] == ["dose_twice"]


def test_many_devices_ask_at_once_and_each_site_is_told_once(opened_platform: Appliance) -> None:
    for letter in "ab":
        taken(
            opened_platform,
            written(opened_platform, f"{letter * 4}.1", [given(person(n)) for n in range(5)], f"site-{letter}"),
        )
    with ThreadPoolExecutor(8) as pool:
        asks = [("site-a", "79"), ("site-b", "01")] * 8
        list(
            pool.map(
                lambda ask: announce(opened_platform.journal, opened_platform.hooks, audiences_of(*ask), AT, True), asks
            )
        )
    with opened_platform.session() as session:
        found = session.execute(select(FindingRow.writer, FindingRow.first, FindingRow.second)).all()
    assert sorted({row.writer for row in found}) == ["site:site-a", "site:site-b"]
    assert len(found) == len(set(found)) == 10


class Announcer(Probe):
    """Has something to say to the nation each time it is asked, right or wrong."""

    mode = "well"

    @hookimpl
    def announcements(self, audience: str, session: object) -> list[Draft]:
        if self.mode == "raises":
            raise RuntimeError("Nguyễn Văn An")
        if self.mode == "statement":
            session.execute(select(FindingRow.site).where(FindingRow.seq == "x" * 5))  # type: ignore[attr-defined]
        if audience != "nation":
            return []
        body = Notice(title="xin chào", text="…")
        return [Draft("no.such_kind" if self.mode == "kind" else "core.notice", body)]


@pytest.mark.parametrize("mode", ["raises", "kind", "statement"])
def test_a_slice_that_fails_to_say_something_holds_nobody_up(
    workshop: Workshop, journal_section: str, mode: str
) -> None:
    appliance = workshop.open(
        ("vaccination", "national_platform", ("announcer", Announcer)), role="platform", sections=journal_section
    )
    appliance.host.plugin("announcer").mode = mode
    platform = with_pages(appliance)
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [given(AN)])
    sent(there, [given(AN)])
    assert [one.code for one in told(here)] == ["dose_twice"]  # the others' words come through
    if mode != "statement" or journal_section:
        assert {state.name: state.faults for state in appliance.host.states()}["announcer"] >= 1


def test_what_a_slice_announces_reaches_every_site_with_the_answer(workshop: Workshop) -> None:
    appliance = workshop.open(("national_platform", ("announcer", Announcer)), role="platform", data="another")
    device = with_pages(appliance).device("site-a")
    assert [record.data.title for record in heard(device)] == ["xin chào"]


@pytest.mark.parametrize("odd", ['a","b' + "x" * 20, "back\\slash" + "x" * 20, "{null}" + "x" * 20, '"' * 22, "NULL"])
def test_an_odd_name_of_a_citizen_is_one_name(opened_platform: Appliance, odd: str) -> None:
    for letter in "ab":
        drafts = [given(odd), given("x" * 22)]
        taken(opened_platform, written(opened_platform, f"{letter * 4}.1", drafts, f"site-{letter}"))
    with opened_platform.session() as session:
        assert set(session.scalars(select(DoseRow.citizen))) == {odd, "x" * 22}
    assert [code for code, _, _ in conflicts(opened_platform)] == ["dose_twice"] * 2
