"""Doses of elsewhere that a document was shown about, on the platform: held against the doses on record, and told to the sites."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from kiosk.journal import reading
from plugins.vaccination.injection import history
from plugins.vaccination.models import ConflictRow, ExpectedRow
from plugins.vaccination.nation.standing import people
from plugins.vaccination.records import Expected, Finding
from plugins.vaccination.records.nation import KnownDose
from tests.support.appliance import Workshop, assert_whole
from tests.support.platform import Device, PlatformUnderTest
from tests.support.vaccination_nation import (
    DAY,
    given,
    later,
    person,
    sent,
    shown,
    sites,
    taken,
    told,
    withdrawn,
    written,
)

AN, BINH = person(1), person(2)


def codes(found: list[Finding]) -> list[tuple[str, bool]]:
    return [(one.code, one.settled) for one in found]


def test_a_dose_too_soon_after_one_that_was_shown_elsewhere(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [shown(AN, DAY)])
    assert told(here) == []
    sent(there, [given(AN, later(20), number=2)])
    mine, theirs = told(there), told(here)
    assert codes(mine) == codes(theirs) == [("interval_short", False)]
    assert sorted((one.site, one.on, one.shown) for one in mine[0].doses) == [
        ("site-a", DAY.isoformat(), "verified"),
        ("site-b", later(20).isoformat(), ""),
    ]
    assert codes(told(there)) == [("interval_short", False)]  # once
    assert_whole(platform.appliance)


def test_a_paper_about_a_dose_on_record_is_that_dose(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [shown(AN, DAY)])
    sent(there, [given(AN)])
    assert told(here) == told(there) == []
    with platform.appliance.session() as session:
        assert len(people(session, [AN])[AN].doses) == 1
        assert session.scalars(select(ConflictRow)).all() == []


def test_the_record_that_comes_later_settles_what_its_paper_brought_about(platform: PlatformUnderTest) -> None:
    """The paper is one day off: until its dose is here by the record it names, there are two doses within two days."""
    here, there, third = sites(platform, ["site-a", "site-b", "site-c"])
    slip = written(platform.appliance, there.writer, [given(AN)], there.site, key=there.identity.pseudonym_key)
    sent(here, [shown(AN, later(1), dose=slip[0])])
    sent(third, [given(AN, later(60), number=2)])
    assert told(third) == []
    sent(here, [given(BINH)], after=sent_before(platform, here))
    sent(third, [given(AN, later(3))], after=sent_before(platform, third))
    assert ("interval_short", False) in codes(told(third))
    before = codes(told(here))
    assert before == [("interval_short", False)]
    assert there.push(slip).status_code == 200
    after = codes(told(here))
    assert after == [("interval_short", False), ("interval_short", True)]
    assert_whole(platform.appliance)


def sent_before(platform: PlatformUnderTest, device: Device) -> list[Record]:
    """The device's journal as the platform holds it."""
    with platform.appliance.session() as session:
        batches = reading.batches(session, device.writer, platform.appliance.kinds)
        return [one for batch in batches for one in batch]


def test_what_was_taken_back_is_a_conflict_no_longer(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    papers = sent(here, [shown(AN, DAY, basis="typed")])
    sent(there, [given(AN, later(5))])
    assert codes(told(there)) == codes(told(here)) == [("interval_short", False)]
    sent(here, [withdrawn(papers[0])], after=papers)
    assert codes(told(there)) == codes(told(here)) == [("interval_short", False), ("interval_short", True)]


def test_what_was_taken_back_before_anybody_asked_is_never_told(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    papers = sent(here, [shown(AN, DAY)])
    sent(here, [withdrawn(papers[0])], after=papers)
    sent(there, [given(AN, later(5))])
    assert told(here) == told(there) == []


def test_a_dose_after_a_course_that_a_paper_completes(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [shown(AN, DAY, number=2)])  # “2 of 2”: the first counts too
    sent(there, [given(AN, later(90), number=3)])
    assert codes(told(there)) == [("beyond_course", False)]


def test_two_papers_are_no_conflict_of_anybody(opened_platform: Appliance) -> None:
    papers = [shown(AN, DAY), shown(AN, later(2)), shown(AN, later(2), product="Moderna")]
    taken(opened_platform, written(opened_platform, "aaaa.1", papers, "site-a"))
    with opened_platform.session() as session:
        assert session.scalars(select(ConflictRow)).all() == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_papers_on_one_dose_the_stronger_speaks(opened_platform: Appliance, order: tuple[int, int]) -> None:
    papers = [[shown(AN, DAY, basis="typed")], [shown(AN, DAY, basis="verified", number=1)]]
    for number in order:
        taken(opened_platform, written(opened_platform, f"{'ab'[number] * 4}.1", papers[number], "site-a"))
    with opened_platform.session() as session:
        assert [(one.shown, one.number) for one in people(session, [AN])[AN].doses] == [("verified", 1)]


def test_a_site_knows_from_the_platform_what_was_shown_elsewhere(workshop: Workshop) -> None:
    """Offline, before the first scan: in what was said of whom to expect."""
    site = workshop.open(["vaccination"])
    doses = [
        KnownDose(product="AstraZeneca", on=DAY.isoformat(), site="site-x", record=str(uuid4()), shown="typed"),
        KnownDose(product="Comirnaty", on=later(70).isoformat(), site="site-y", record=str(uuid4())),
    ]
    expected = Expected(site="test-site", day=later(100).isoformat(), doses=doses)
    site.record([Draft("vaccination.expected", expected, AN)])
    with site.session() as session:
        assert len(session.scalars(select(ExpectedRow)).all()) == 1
        known = history.doses_of(session, [AN], "test-site", "Điểm thử")
        assert [(one.product, one.told is not None, one.sure) for one in known] == [
            ("AstraZeneca", True, False),
            ("Comirnaty", False, True),
        ]
        assert "site-x" in known[0].told.vi  # type: ignore[union-attr]
        # what has a record is not made to count by a paper, and the other way round
        assert [one.product for one in history.recorded(session, [AN], "test-site", "Điểm thử")] == ["Comirnaty"]
    (paper,) = site.record([shown(AN, DAY)])
    with site.session() as session:
        known = history.doses_of(session, [AN], "test-site", "Điểm thử")
    assert [(one.product, one.sure) for one in known] == [("AstraZeneca", True), ("Comirnaty", True)]
    site.record([withdrawn(paper)])
    with site.session() as session:
        known = history.doses_of(session, [AN], "test-site", "Điểm thử")
    assert [(one.product, one.sure) for one in known] == [("AstraZeneca", False), ("Comirnaty", True)]


def test_what_was_taken_back_here_does_not_come_back_from_the_platform(workshop: Workshop) -> None:
    site = workshop.open(["vaccination"])
    (paper,) = site.record([shown(AN, DAY)])
    doses = [
        KnownDose(product="AstraZeneca", on=DAY.isoformat(), site="test-site", record=str(paper.id), shown="verified")
    ]
    site.record(
        [Draft("vaccination.expected", Expected(site="test-site", day=later(100).isoformat(), doses=doses), AN)]
    )
    site.record([withdrawn(paper)])
    with site.session() as session:
        assert history.doses_of(session, [AN], "test-site", "Điểm thử") == []
