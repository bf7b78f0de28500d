"""A vial: doses left, how long it may be used, and every reason against it; the site's day, not Greenwich's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.vaccination.rules.vaccines import Vaccine, load_vaccines
from plugins.vaccination.rules.vials import CLOCKS_DIFFER, Vial, doses_left, expired, open_until, usable

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2021, 8, 15, 9, 0, tzinfo=ZONE)
OPENED = NOW - timedelta(hours=2)
GOOD = Vial("ABX1234", date(2021, 8, 31), 10, allocated=True)


def _vaccine(product: str) -> Vaccine:
    found = load_vaccines().named(product, NOW.date())
    assert found is not None
    return found


ASTRAZENECA, ONE_DOSE = _vaccine("AstraZeneca"), _vaccine("Vero Cell")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({}, []),
        ({"opened_at": OPENED, "given": 9}, []),
        ({"expiry": date(2021, 8, 15)}, []),  # the last day counts whole
        ({"expiry": date(2021, 8, 14)}, ["expired_lot"]),
        ({"expiry": None}, ["expiry_unknown"]),
        ({"recalled": True}, ["recalled_lot"]),
        ({"allocated": False}, ["not_allocated"]),
        ({"opened_at": NOW - timedelta(minutes=360)}, []),
        ({"opened_at": NOW - timedelta(minutes=360, seconds=1)}, ["open_too_long"]),
        ({"opened_at": NOW + CLOCKS_DIFFER}, []),
        ({"opened_at": NOW + timedelta(days=1)}, ["opened_in_future"]),  # a clock is wrong by a day
        ({"given": 8, "wasted": 2}, ["empty"]),
        ({"given": 11}, ["empty"]),
        (
            {"expiry": date(2021, 8, 1), "recalled": True, "allocated": False, "given": 10},
            ["expired_lot", "recalled_lot", "not_allocated", "empty"],
        ),
    ],
)
def test_reasons_against_a_vial(changes: dict[str, object], codes: list[str]) -> None:
    found = usable(replace(GOOD, **changes), ASTRAZENECA, NOW, ZONE)
    assert [one.code for one in found] == codes
    for one in found:
        assert one.blocks
        assert one.text.vi
        assert one.text.en
        assert one.next_step.vi
        assert one.next_step.en
        assert "{" not in one.text.vi + one.text.en


def test_a_lot_expires_at_the_sites_midnight() -> None:
    vial = replace(GOOD, expiry=date(2021, 8, 15))
    assert expired(vial, datetime(2021, 8, 15, 16, 59, tzinfo=UTC), ZONE) is False
    assert expired(vial, datetime(2021, 8, 15, 17, 0, tzinfo=UTC), ZONE) is True
    assert expired(replace(GOOD, expiry=None), NOW, ZONE) is None


def test_words_tell_when() -> None:
    (found,) = usable(replace(GOOD, opened_at=NOW - timedelta(hours=7)), ASTRAZENECA, NOW.astimezone(UTC), ZONE)
    assert found.text.en == "The vial was opened at 02:00 15/08/2021 and was to be used by 08:00 15/08/2021."


def test_a_vial_of_one_dose_has_no_time_limit_but_is_soon_empty() -> None:
    vial = replace(GOOD, doses=1, opened_at=NOW - timedelta(hours=7))
    assert open_until(vial, ONE_DOSE) is None
    assert usable(vial, ONE_DOSE, NOW, ZONE) == ()
    assert [one.code for one in usable(replace(vial, given=1), ONE_DOSE, NOW, ZONE)] == ["empty"]
    assert open_until(GOOD, ASTRAZENECA) is None


@UNHURRIED
@given(st.integers(1, 20), st.integers(0, 30), st.integers(0, 30))
def test_doses_left(doses: int, given: int, wasted: int) -> None:
    vial = replace(GOOD, doses=doses, given=given, wasted=wasted)
    assert doses_left(vial) == max(doses - given - wasted, 0)
    assert (doses_left(vial) == 0) == ("empty" in [one.code for one in usable(vial, ASTRAZENECA, NOW, ZONE)])
