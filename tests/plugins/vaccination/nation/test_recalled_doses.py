"""A recall reaches the site together with the doses that were given there from the lot: within one exchange, each dose once."""

from __future__ import annotations

import pytest

from kiosk.domain import Draft
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import NATION
from kiosk.journal.saying import say
from plugins.vaccination.records import Finding, Recall
from tests.support.appliance import assert_whole
from tests.support.platform import PlatformUnderTest
from tests.support.vaccination_nation import AT, given, person, sent, sites, told

AN, BINH = person(1), person(2)


def recall(platform: PlatformUnderTest, lot: str = "ABV7890", lifted: bool = False) -> None:
    body = Recall(product="AstraZeneca", lot=lot, lifted=lifted, reason="thử nghiệm")
    entries = entries_of([Draft("vaccination.recall", body)], AT, True)
    say(platform.appliance.journal, NATION, lambda session: entries)


def words(found: list[Finding]) -> list[tuple[str, str, bool]]:
    return [(one.code, one.first, one.settled) for one in found]


def test_a_recall_names_the_doses_to_the_site_that_gave_them(platform: PlatformUnderTest) -> None:
    here, there, elsewhere = sites(platform, ["site-a", "site-b", "site-c"])
    mine = sent(here, [given(AN), given(BINH, lot="OTHER1")])
    other = sent(there, [given(person(3))])
    recall(platform)
    assert words(told(here)) == [("recalled_lot", str(mine[0].id), False)]
    assert words(told(there)) == [("recalled_lot", str(other[0].id), False)]
    assert told(elsewhere) == []
    assert len(told(here)) == 1  # asked again: said once
    [finding] = told(here)
    assert (finding.sites, [dose.lot for dose in finding.doses]) == (["site-a"], ["ABV7890"])


def test_a_dose_that_comes_after_the_recall_is_told_within_the_same_sync(platform: PlatformUnderTest) -> None:
    (here,) = sites(platform, ["site-a"])
    recall(platform)
    late = sent(here, [given(AN)])
    assert words(told(here)) == [("recalled_lot", str(late[0].id), False)]


def test_a_lifted_recall_and_a_corrected_dose_settle_it(platform: PlatformUnderTest) -> None:
    (here,) = sites(platform, ["site-a"])
    first = sent(here, [given(AN), given(BINH)])
    recall(platform)
    assert len(told(here)) == 2
    sent(here, [given(AN, lot="RIGHT1", amends=first[0])], after=first)
    an, binh = str(first[0].id), str(first[1].id)
    assert words(told(here))[2:] == [("recalled_lot", an, True)]
    recall(platform, lifted=True)
    assert words(told(here))[3:] == [("recalled_lot", binh, True)]
    recall(platform)  # another recall of the lot
    assert words(told(here))[4:] == [("recalled_lot", binh, False)]
    assert len(told(here)) == 5


@pytest.mark.parametrize("name", ["a" * 27, "a" * 28, "a" * 40, "trung-tam-y-te-quan-10-phuong-12"])
def test_a_site_with_a_long_name_hears_of_its_own_doses_only(platform: PlatformUnderTest, name: str) -> None:
    here, there = sites(platform, [name, name[:16] + "z" * 20])
    mine = sent(here, [given(AN)])
    sent(there, [given(BINH)])
    recall(platform)
    assert words(told(here)) == [("recalled_lot", str(mine[0].id), False)]


def test_the_tables_are_those_of_a_replay(platform: PlatformUnderTest) -> None:
    (here,) = sites(platform, ["site-a"])
    sent(here, [given(AN)])
    recall(platform)
    assert len(told(here)) == 1
    assert_whole(platform.appliance)
