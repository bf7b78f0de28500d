"""A merge that a site undoes settles on the platform what the merge had brought up; merged anew, it is told anew."""

from __future__ import annotations

from datetime import timedelta

from kiosk.domain import Draft
from plugins.vaccination.records import Merged
from tests.support.appliance import assert_whole
from tests.support.platform import PlatformUnderTest
from tests.support.vaccination_nation import AT, given, merged, person, sent, sites, told

AN = person(1)


def test_what_a_wrong_merge_brought_up_is_settled_when_it_is_undone(platform: PlatformUnderTest) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    nameless = "t" * 22

    def codes() -> list[tuple[str, bool]]:
        mine = [(one.code, one.settled) for one in told(here)]
        assert mine == [(one.code, one.settled) for one in told(there)]
        return mine

    first = sent(here, [given(nameless), merged(nameless, AN)])
    sent(there, [given(AN)])
    assert codes() == [("dose_twice", False)]
    undone = Draft("vaccination.merged", Merged(temporary=nameless, reason="quét nhầm thẻ", undone=True), AN)
    second = sent(here, [undone], after=first, at=AT + timedelta(hours=1))
    assert codes() == [("dose_twice", False), ("dose_twice", True)]
    sent(here, [merged(nameless, AN)], after=second, at=AT + timedelta(hours=2))
    assert codes() == [("dose_twice", False), ("dose_twice", True), ("dose_twice", False)]
    assert_whole(platform.appliance)
