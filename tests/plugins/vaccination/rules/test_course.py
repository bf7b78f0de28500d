"""A person's course: what comes next, the colour, and every reason against a dose; as of a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.health_certificate.model import Vaccination
from plugins.health_certificate.status import course_status
from plugins.vaccination.rules.course import Colour, PastDose, colour, dose_problems, next_dose, next_dose_on
from plugins.vaccination.rules.vaccines import Vaccines, load_vaccines

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

FIRST = date(2021, 9, 20)
VACCINES = load_vaccines()


@pytest.fixture
def vaccines() -> Vaccines:
    return VACCINES


def past(*doses: tuple[str, int]) -> list[PastDose]:
    """(product, days after the first)."""
    return [PastDose(product, FIRST + timedelta(days=days), f"LOT{days}") for product, days in doses]


@pytest.mark.parametrize(
    ("history", "product", "days", "age", "codes"),
    [
        ([], "AstraZeneca", 0, 40, []),
        ([], "vaxzevria", 0, None, []),
        ([], "Homemade", 0, 40, ["unknown_product"]),
        ([], "Comirnaty", -200, 40, ["not_in_use"]),
        ([], "Covaxin", 0, 40, ["not_in_use"]),
        ([("Covaxin", 0)], "Covaxin", 28, 40, ["not_in_use"]),
        ([], "Moderna", 0, 17, ["too_young"]),
        ([], "Comirnaty", 23, 17, ["too_young"]),  # 13 October
        ([], "Comirnaty", 24, 12, []),  # 14 October
        ([], "Abdala", 0, 18, ["too_young"]),
        ([], "Abdala", 0, 66, ["too_old"]),
        ([("AstraZeneca", 0)], "AstraZeneca", 0, 40, ["dose_today_already"]),
        ([("AstraZeneca", 0)], "AstraZeneca", 55, 40, ["interval_short"]),
        ([("AstraZeneca", 0)], "AstraZeneca", 56, 40, []),
        ([("AstraZeneca", 0)], "AstraZeneca", 84, 40, []),
        ([("AstraZeneca", 0)], "AstraZeneca", 85, 40, ["interval_long"]),
        ([("AstraZeneca", 0)], "Comirnaty", 56, 40, []),
        ([("AstraZeneca", 0)], "Comirnaty", 21, 40, ["interval_short"]),  # the interval is the first dose's
        ([("Comirnaty", 0)], "AstraZeneca", 56, 40, ["not_allowed_mix"]),
        ([("Vero Cell", 0)], "Comirnaty", 14, 40, ["interval_short", "not_allowed_mix"]),
        ([("AstraZeneca", 0), ("AstraZeneca", 60)], "AstraZeneca", 200, 40, ["course_complete"]),
        ([("Janssen", 0)], "Janssen", 60, 40, ["course_complete"]),
        ([("Abdala", 0), ("Abdala", 14)], "Abdala", 28, 40, []),
        ([("Abdala", 0), ("Abdala", 14), ("Abdala", 28)], "Abdala", 60, 40, ["course_complete"]),
        ([("Homemade", 0)], "Comirnaty", 60, 40, ["unknown_product_before"]),
        ([("Comirnaty", 1)], "Comirnaty", 0, 40, ["dose_in_future"]),
        ([("Vero Cell", 0), ("Comirnaty", 60)], "Comirnaty", 90, 40, []),  # a mix that does not count is no full course
    ],
)
def test_reasons_against_a_dose(
    vaccines: Vaccines, history: list[tuple[str, int]], product: str, days: int, age: int | None, codes: list[str]
) -> None:
    found = dose_problems(past(*history), product, FIRST + timedelta(days=days), vaccines, age)
    assert [one.code for one in found] == codes
    for one in found:
        assert one.blocks == (one.code != "interval_long")
        assert one.text.vi
        assert one.text.en
        assert one.next_step.vi
        assert one.next_step.en
        assert "{" not in one.text.vi + one.text.en + one.next_step.vi + one.next_step.en


def test_mixing_is_held_against_the_day_of_the_dose(vaccines: Vaccines) -> None:
    before = [PastDose("AstraZeneca", date(2021, 7, 1))]
    assert [one.code for one in dose_problems(before, "Moderna", date(2021, 9, 7), vaccines)] == ["not_allowed_mix"]
    assert dose_problems(before, "Moderna", date(2021, 9, 8), vaccines) == ()


def test_the_words_name_what_helps(vaccines: Vaccines) -> None:
    history = [PastDose("Comirnaty", FIRST, "FF1234", "Trạm y tế phường 5")]
    (today,) = dose_problems(history, "Comirnaty", FIRST, vaccines)
    assert today.text.vi == "Hôm nay đã tiêm Comirnaty, lô FF1234, tại Trạm y tế phường 5."
    (short,) = dose_problems(history, "Comirnaty", FIRST + timedelta(days=20), vaccines)
    assert short.next_step.en == "Do not inject. Make an appointment from 11/10/2021."


def test_the_next_dose(vaccines: Vaccines) -> None:
    first = next_dose([], FIRST, vaccines)
    assert first is not None
    assert (first.number, first.total, first.earliest, first.latest) == (1, 0, FIRST, None)
    assert "AstraZeneca" in first.products
    second = next_dose(past(("AstraZeneca", 0)), FIRST, vaccines)
    assert second is not None
    assert (second.number, second.total) == (2, 2)
    assert (second.earliest, second.latest) == (FIRST + timedelta(days=56), FIRST + timedelta(days=84))
    assert second.products == ("AstraZeneca", "Comirnaty", "Moderna")
    assert next_dose_on(past(("AstraZeneca", 0)), FIRST, vaccines) == second.earliest
    assert next_dose(past(("Janssen", 0)), FIRST, vaccines) is None
    assert next_dose(past(("Homemade", 0)), FIRST, vaccines) is None
    assert next_dose_on([], FIRST, vaccines) is None


def test_colours(vaccines: Vaccines) -> None:
    course = past(("Comirnaty", 0), ("Comirnaty", 21))
    days = [colour(course, FIRST + timedelta(days=days), vaccines) for days in (-1, 0, 20, 21)]
    assert days == [Colour.NONE, Colour.YELLOW, Colour.YELLOW, Colour.GREEN]
    twice_written = past(("Comirnaty", 0), ("Comirnaty", 0))
    assert colour(twice_written, FIRST, vaccines) is Colour.YELLOW


PRODUCTS = st.sampled_from(["AstraZeneca", "Comirnaty", "Moderna", "Vero Cell", "Janssen", "Abdala", "Homemade", ""])
DAYS = st.dates(date(2021, 1, 1), date(2022, 12, 31))
HISTORIES = st.lists(st.builds(PastDose, PRODUCTS, DAYS, st.sampled_from(["A", "B"])), max_size=5)


@UNHURRIED
@given(HISTORIES, PRODUCTS, DAYS, st.none() | st.integers(0, 120), st.randoms())
def test_the_order_in_which_doses_are_known_changes_nothing(history, product, on, age, random) -> None:
    shuffled = random.sample(history, len(history))
    assert dose_problems(shuffled, product, on, VACCINES, age) == dose_problems(history, product, on, VACCINES, age)
    assert next_dose(shuffled, on, VACCINES) == next_dose(history, on, VACCINES)
    assert colour(shuffled, on, VACCINES) == colour(history, on, VACCINES)


@UNHURRIED
@given(HISTORIES, DAYS)
def test_what_is_offered_next_has_no_reason_against_it(history, on) -> None:
    """Except that it is late; and a day earlier it is always too soon."""
    known = [dose for dose in history if dose.on <= on]
    found = next_dose(known, on, VACCINES)
    if found is None:
        return
    day = max(on, found.earliest)
    for product in found.products:
        assert {one.code for one in dose_problems(known, product, day, VACCINES)} <= {"interval_long"}
    if known:
        early = {one.code for one in dose_problems(known, "Comirnaty", found.earliest - timedelta(days=1), VACCINES)}
        assert early & {"interval_short", "dose_today_already", "dose_in_future", "not_in_use"}


@UNHURRIED
@given(HISTORIES, DAYS)
def test_a_gate_sees_the_same_colour_on_the_certificate(history, on) -> None:
    one_a_day = list({dose.on: dose for dose in history}.values())
    certified = [Vaccination(dose.product, dose.on) for dose in one_a_day]
    assert colour(one_a_day, on, VACCINES) == course_status(certified, on).colour.value
