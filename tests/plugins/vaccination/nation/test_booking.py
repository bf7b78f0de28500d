"""Who is invited first, no slot beyond its places, nobody twice; and what the site's devices hear of it."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given as with_
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import site_audience
from kiosk.journal.saying import say
from plugins.vaccination.models import ExpectedRow
from plugins.vaccination.nation.booking import Bookings, CannotBook, overview
from plugins.vaccination.nation.inviting import DAY_MS, Place, Waiting, ahead, plan
from plugins.vaccination.records import Capacity, Expected, Registration, Round
from tests.support.platform import PlatformUnderTest
from tests.support.vaccination_nation import AT, given, heard, person, taken, written

DAYS = ["2099-08-10", "2099-08-11"]
people_ = st.lists(
    st.builds(
        Waiting,
        citizen=st.integers(0, 500).map(person),
        order=st.integers(1, 4),
        registered_at_ms=st.integers(0, 5 * DAY_MS),
        earliest=st.sampled_from(["", "", DAYS[1]]),
    ),
    unique_by=lambda one: one.citizen,
    max_size=40,
)
places_ = st.lists(
    st.builds(Place, st.sampled_from(DAYS), st.sampled_from(["08:00-08:30", "08:30-09:00"]), st.integers(0, 8)),
    max_size=4,
)


@with_(people_, places_, st.randoms())
def test_a_plan_is_the_same_whoever_makes_it_and_gives_no_place_twice(
    people: list[Waiting], places: list[Place], rng: Any
) -> None:
    places = list({(place.day, place.slot): place for place in places}.values())
    found = plan("đợt 1", people, places)
    shuffled = list(people)
    rng.shuffle(shuffled)
    assert plan("đợt 1", shuffled, places[::-1]) == found
    assert len({one.citizen for one, _ in found}) == len(found)
    for place, count in Counter(place for _, place in found).items():
        assert count <= place.left
    for one, place in found:
        assert place.day >= one.earliest
    # nobody who may come on any day waits behind somebody of a later group or a later day of registration
    chosen = {one.citizen for one, _ in found}
    waiting = [one for one in people if one.citizen not in chosen and not one.earliest]
    for late in waiting:
        assert all(
            (one.order, one.registered_at_ms // DAY_MS) <= (late.order, late.registered_at_ms // DAY_MS)
            for one, _ in found
        )


def test_nobody_is_invited_into_the_past() -> None:
    places = [
        Place(day, slot, 1)
        for day in ("2021-08-09", "2021-08-10", "2021-08-11")
        for slot in ("08:00-08:30", "13:00-13:30", "buổi chiều")
    ]
    now = datetime(2021, 8, 10, 13, 10)
    assert [(one.day, one.slot) for one in ahead(places, now)] == [
        ("2021-08-10", "13:00-13:30"),
        ("2021-08-10", "buổi chiều"),
        *(("2021-08-11", one) for one in ("08:00-08:30", "13:00-13:30", "buổi chiều")),
    ]
    assert ahead(places[:1], now) == []


def test_lots_are_drawn_anew_for_every_round() -> None:
    people = [Waiting(person(number), 1, 0) for number in range(200)]
    first = {one.citizen for one, _ in plan("1", people, [Place(DAYS[0], "08:00-08:30", 100)])}
    second = {one.citizen for one, _ in plan("2", people, [Place(DAYS[0], "08:00-08:30", 100)])}
    assert 25 < len(first & second) < 75  # half of them, as by lot


class Nation:
    """A platform with a round, places and registrations."""

    def __init__(self, appliance: Appliance) -> None:
        self.appliance = appliance
        self.bookings = Bookings(appliance.host.plugin("vaccination").site)
        self.round()

    def round(self, **more: Any) -> None:
        said = {"round": "1", "product": "AstraZeneca", "first_day": DAYS[0], "last_day": DAYS[-1], **more}
        self.appliance.record([Draft("vaccination.round", Round(**said))])

    def places(self, site: str, day: str, slot: str, places: int) -> None:
        body = Capacity(site=site, day=day, slot=slot, places=places)
        entries = entries_of([Draft("vaccination.capacity", body)], AT, True)
        say(self.appliance.journal, site_audience(site), lambda session: entries)

    def register(self, *numbers: int, group: str = "", **more: Any) -> None:
        self.appliance.record(
            [
                Draft(
                    "vaccination.registration",
                    Registration(
                        name=f"Người {number}", birth_date="1980", priority_group=group, state="approved", **more
                    ),
                    person(number),
                )
                for number in numbers
            ]
        )

    def expected(self) -> list[tuple[str, str, str, str]]:
        with self.appliance.session() as session:
            rows = session.scalars(select(ExpectedRow).where(ExpectedRow.booked))
            return sorted((row.citizen, row.site, row.day, row.slot) for row in rows)


@pytest.fixture
def nation(opened_platform: Appliance) -> Nation:
    return Nation(opened_platform)


def test_the_group_that_is_called_first_is_invited_first(nation: Nation) -> None:
    nation.places("site-a", DAYS[0], "08:00-08:30", 2)
    nation.places("site-a", DAYS[1], "08:00-08:30", 2)
    nation.register(1, 2, 3, group="others")
    nation.register(4, 5, group="frontline")
    done = nation.bookings.invite("site-a", "1", DAYS)
    assert (done.booked, done.left) == (4, 0)
    first_day = {citizen for citizen, _, day, _ in nation.expected() if day == DAYS[0]}
    assert first_day == {person(4), person(5)}
    assert nation.bookings.invite("site-a", "1", DAYS).booked == 0  # nothing is left
    with nation.appliance.session() as session:
        assert overview(session, DAYS[0], DAYS[1]) == {("site-a", day): (2, 2) for day in DAYS}


def test_a_second_dose_is_not_invited_before_its_day_nor_after_the_course(nation: Nation) -> None:
    early, done = person(1), person(2)
    history = [given(early, date(2099, 6, 16)), given(done, date(2098, 1, 1)), given(done, date(2098, 6, 1), number=2)]
    taken(nation.appliance, written(nation.appliance, "aaaa.1", history, "site-a"))
    for day in DAYS:
        nation.places("site-a", day, "08:00-08:30", 5)
    nation.register(1, 2)
    assert nation.bookings.invite("site-a", "1", DAYS).booked == 1
    assert nation.expected() == [(early, "site-a", DAYS[1], "08:00-08:30")]  # 56 days after


def test_what_the_site_hears_has_the_known_doses(platform: PlatformUnderTest) -> None:
    nation = Nation(platform.appliance)
    device = platform.device("site-a")
    taken(nation.appliance, written(nation.appliance, "aaaa.1", [given(person(1), date(2099, 1, 1))], "site-b"))
    nation.places("site-a", DAYS[0], "08:00-08:30", 1)
    nation.register(1)
    nation.bookings.invite("site-a", "1", DAYS)
    (said,) = [record for record in heard(device) if isinstance(record.data, Expected)]
    assert said.citizen == person(1)
    assert [(one.product, one.site, one.on) for one in said.data.doses] == [("AstraZeneca", "site-b", "2099-01-01")]


def test_cancelled_and_moved(nation: Nation) -> None:
    nation.places("site-a", DAYS[0], "08:00-08:30", 1)
    nation.places("site-b", DAYS[1], "09:00-09:30", 1)
    nation.register(1, 2)
    nation.bookings.book(person(1), "site-a", "1", DAYS[0], "08:00-08:30")
    nation.places("site-a", DAYS[0], "08:00-08:30", 2)
    with pytest.raises(CannotBook, match="booked_before"):
        nation.bookings.book(person(1), "site-a", "1", DAYS[0], "08:00-08:30")
    nation.bookings.move(person(1), "site-a", DAYS[0], ("site-b", DAYS[1], "09:00-09:30"), "1")
    assert nation.expected() == [(person(1), "site-b", DAYS[1], "09:00-09:30")]
    with pytest.raises(CannotBook, match="full"):
        nation.bookings.book(person(2), "site-b", "1", DAYS[1], "09:00-09:30")
    assert nation.bookings.cancel(person(1), "site-b", DAYS[1])
    assert not nation.bookings.cancel(person(1), "site-b", DAYS[1])
    nation.bookings.book(person(2), "site-b", "1", DAYS[1], "09:00-09:30")
    assert nation.expected() == [(person(2), "site-b", DAYS[1], "09:00-09:30")]


@pytest.mark.parametrize("problem", ["no_round", "no_registration"])
def test_what_cannot_be_booked(nation: Nation, problem: str) -> None:
    nation.places("site-a", DAYS[0], "08:00-08:30", 1)
    nation.register(1)
    if problem == "no_round":
        nation.round(closed=True)
        with pytest.raises(CannotBook, match=problem):
            nation.bookings.invite("site-a", "1", DAYS)
    else:
        with pytest.raises(CannotBook, match=problem):
            nation.bookings.book(person(9), "site-a", "1", DAYS[0], "08:00-08:30")


def test_many_invite_at_once_and_no_slot_is_overbooked_and_nobody_booked_twice(nation: Nation) -> None:
    for site in ("site-a", "site-b"):
        nation.places(site, DAYS[0], "08:00-08:30", 10)
    nation.register(*range(30))
    barrier = threading.Barrier(4)

    def invite(site: str) -> int:
        barrier.wait(120)
        return nation.bookings.invite(site, "1", DAYS).booked

    with ThreadPoolExecutor(4) as pool:
        counts = list(pool.map(invite, ["site-a", "site-b"] * 2))
    booked = nation.expected()
    assert sum(counts) == len(booked) == 20
    assert len({citizen for citizen, _, _, _ in booked}) == 20
    assert Counter(site for _, site, _, _ in booked) == {"site-a": 10, "site-b": 10}
