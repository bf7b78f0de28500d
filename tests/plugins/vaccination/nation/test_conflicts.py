"""Doses of one person at several sites: found where the journals meet, told to the sites concerned, once, and settled in time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.journal.append import Head
from plugins.vaccination import lookups
from plugins.vaccination.certificate import known as certificate_known
from plugins.vaccination.nation import standing
from plugins.vaccination.records import Finding
from tests.support.appliance import assert_whole
from tests.support.platform import PlatformUnderTest
from tests.support.vaccination_nation import (
    AT,
    DAY,
    conflicts,
    dose,
    given,
    later,
    merged,
    person,
    sent,
    sites,
    taken,
    told,
    written,
)

AN, BINH = person(1), person(2)


def codes(found: list[Finding]) -> list[tuple[str, bool]]:
    return [(one.code, one.settled) for one in found]


def test_two_offline_sites_give_the_same_person_the_same_dose(platform: PlatformUnderTest) -> None:
    here, there, elsewhere = sites(platform, ["site-a", "site-b", "site-c"])
    sent(here, [given(AN), given(BINH)])
    assert told(here) == []
    sent(there, [given(AN)])
    mine, theirs = told(there), told(here)
    assert codes(mine) == codes(theirs) == [("dose_twice", False)]
    assert mine[0].sites == ["site-a", "site-b"]
    assert sorted((one.site, one.on) for one in mine[0].doses) == [
        ("site-a", DAY.isoformat()),
        ("site-b", DAY.isoformat()),
    ]
    assert told(elsewhere) == []
    with platform.appliance.session() as session:
        assert len(lookups.doses(session, [AN])) == 2  # none is lost, none is hidden
    assert codes(told(here)) == codes(told(there)) == [("dose_twice", False)]  # asked again: nothing new
    assert_whole(platform.appliance)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (("AstraZeneca", DAY), ("AstraZeneca", later(20)), "interval_short"),
        (("AstraZeneca", later(20)), ("AstraZeneca", DAY), "interval_short"),
        (("Comirnaty", DAY), ("AstraZeneca", later(30)), "not_allowed_mix"),
        (("AstraZeneca", DAY), ("Moderna", date(2021, 10, 8)), None),  # allowed from 8 September on
        (("AstraZeneca", date(2021, 7, 1)), ("Moderna", date(2021, 9, 7)), "not_allowed_mix"),  # not the day before
        (("AstraZeneca", DAY), ("AstraZeneca", later(60)), None),
        (("Janssen", DAY), ("Janssen", later(90)), "beyond_course"),
    ],
)
def test_the_rules_hold_as_of_the_doses_days(
    platform: PlatformUnderTest, first: tuple[str, date], second: tuple[str, date], code: str | None
) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [given(AN, first[1], product=first[0])])
    sent(there, [given(AN, second[1], product=second[0], number=2)])
    assert [one.code for one in told(there)] == ([code] if code else [])


def test_a_correction_settles_what_it_explains(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    first = sent(here, [given(AN)])
    sent(there, [given(AN)])
    assert codes(told(here)) == codes(told(there)) == [("dose_twice", False)]
    wrong = first[0]
    sent(here, [given(AN, amends=wrong, void=True)], after=first)
    assert codes(told(there)) == codes(told(here)) == [("dose_twice", False), ("dose_twice", True)]
    assert codes(told(there)) == [("dose_twice", False), ("dose_twice", True)]


def test_a_dose_corrected_to_another_person_is_no_conflict_of_the_first(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    first = sent(here, [given(AN)])
    sent(there, [given(AN), given(BINH)])
    assert codes(told(there)) == [("dose_twice", False)]
    sent(here, [given(BINH, amends=first[0])], after=first)
    assert sorted(codes(told(there))) == [("dose_twice", False), ("dose_twice", False), ("dose_twice", True)]


def test_what_was_corrected_before_anybody_asked_is_never_told(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    first = sent(here, [given(AN)])
    sent(there, [given(AN)])
    sent(here, [given(AN, amends=first[0], void=True)], after=first)
    assert told(here) == told(there) == []


def test_a_third_dose_is_told_to_the_site_that_gave_it(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [given(AN), given(AN, later(60), number=2)])
    sent(there, [given(AN, later(120), number=2)])
    assert codes(told(there)) == [("beyond_course", False)]
    assert told(here) == []


def test_a_temporary_name_that_turns_out_to_be_somebody(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    nameless = "t" * 22
    first = sent(here, [given(nameless)])
    sent(there, [given(AN)])
    assert told(here) == told(there) == []
    sent(here, [merged(nameless, AN)], after=first)
    assert codes(told(here)) == codes(told(there)) == [("dose_twice", False)]
    assert_whole(platform.appliance)


def test_a_later_word_on_a_temporary_name_settles(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    nameless = "t" * 22
    first = sent(here, [given(nameless), merged(nameless, AN)])
    sent(there, [given(AN)])
    assert codes(told(there)) == [("dose_twice", False)]
    sent(here, [merged(nameless, BINH)], after=first, at=AT + timedelta(hours=1))
    assert codes(told(there)) == [("dose_twice", False), ("dose_twice", True)]


@pytest.mark.parametrize("last", ["dose", "card", "first merge", "second merge"])
def test_a_temporary_name_that_was_merged_with_another_one_is_followed_to_the_card(
    platform: PlatformUnderTest, last: str
) -> None:
    """Two sites did it, each knowing half; whichever word comes last, the dose under the first name is the card's."""
    first, second = "t" * 22, "u" * 22
    words = {
        "dose": given(first),
        "card": given(AN),
        "first merge": merged(first, second),
        "second merge": merged(second, AN),
    }
    devices = dict(zip(words, sites(platform, ["site-a", "site-b", "site-c", "site-d"]), strict=True))
    for name in sorted(words, key=lambda name: name == last):
        assert told(devices["dose"]) == []
        sent(devices[name], [words[name]])
    assert codes(told(devices["dose"])) == codes(told(devices["card"])) == [("dose_twice", False)]
    with platform.appliance.session() as session:
        whose = standing.people(session, [first, second, AN])
        known = certificate_known.people(session, [first])
        assert lookups.named(session, first) == [AN, first, second]
    assert {one.citizen for one in whose.values()} == {AN}
    assert [len(one.doses) for one in whose.values()] == [2, 2, 2]
    assert set(known) == {AN}
    assert len(known[AN].doses) == 2
    assert_whole(platform.appliance)


def test_names_that_are_merged_in_a_circle_are_one_person(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    first, second = "t" * 22, "u" * 22
    sent(here, [given(first), merged(first, second)])
    sent(there, [given(second), merged(second, first)])
    assert codes(told(here)) == codes(told(there)) == [("dose_twice", False)]
    with platform.appliance.session() as session:
        whose = standing.people(session, [first, second])
        assert [lookups.named(session, one) for one in (first, second)] == [[first, second]] * 2
    assert {one.citizen for one in whose.values()} == {first}
    assert_whole(platform.appliance)


def test_a_correction_is_no_second_dose(opened_platform: Appliance) -> None:
    records = written(opened_platform, "aaaa.1", [given(AN)], "a")
    head = Head(records[-1].seq, records[-1].hash)
    fixed = Draft("vaccination.dose", dose(later(1), amends=records[0]), AN)
    records += written(opened_platform, "aaaa.1", [fixed], "a", head=head)
    taken(opened_platform, records)
    assert conflicts(opened_platform) == []
