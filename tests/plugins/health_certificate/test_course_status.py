"""None, yellow, green: courses, mixing, intervals, and the day they are asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import value_set
from plugins.health_certificate import value_sets
from plugins.health_certificate.model import Vaccination
from plugins.health_certificate.status import Colour, course_status

FIRST = date(2021, 9, 10)


def doses(*given: tuple[str, int]) -> list[Vaccination]:
    """(product, days after the first)."""
    return [Vaccination(product, FIRST + timedelta(days=days)) for product, days in given]


TODAY = FIRST + timedelta(days=200)
GREEN, YELLOW = Colour.GREEN, Colour.YELLOW


@pytest.mark.parametrize(
    ("given", "colour", "warnings"),
    [
        ([("AstraZeneca", 0)], YELLOW, ()),
        ([("AstraZeneca", 0), ("AstraZeneca", 60)], GREEN, ()),
        ([("AstraZeneca", 0), ("Comirnaty", 60)], GREEN, ()),
        ([("AstraZeneca", 0), ("Moderna", 60)], GREEN, ()),
        ([("Vero Cell", 0), ("Comirnaty", 60)], YELLOW, ("mixed_products",)),
        ([("Comirnaty", 0), ("AstraZeneca", 60)], YELLOW, ("mixed_products",)),
        ([("Janssen", 0)], GREEN, ()),
        ([("Abdala", 0), ("Abdala", 14)], YELLOW, ()),
        ([("Abdala", 0), ("Abdala", 14), ("Abdala", 28)], GREEN, ()),
        ([("Comirnaty", 0), ("Comirnaty", 10)], GREEN, ("interval_short",)),
        ([("Homemade", 0), ("Homemade", 30)], YELLOW, ("unknown_product",)),
    ],
)
def test_courses(given: list[tuple[str, int]], colour: Colour, warnings: tuple[str, ...]) -> None:
    found = course_status(doses(*given), TODAY)
    assert found.colour is colour
    assert found.warnings == tuple(f"health_certificate.{name}" for name in warnings)
    assert (found.given, found.product) == (len(given), given[-1][0])


def test_mixing_counts_from_its_day() -> None:
    """AstraZeneca then Moderna from 8 September 2021, not in August."""
    early = [Vaccination("AstraZeneca", date(2021, 6, 1)), Vaccination("Moderna", date(2021, 9, 7))]
    late = [early[0], Vaccination("Moderna", date(2021, 9, 8))]
    assert course_status(early, TODAY).colour is YELLOW
    assert course_status(late, TODAY).colour is GREEN
    assert value_sets.may_follow("AstraZeneca", "Comirnaty", date(2021, 8, 2))


def test_only_what_has_happened_counts() -> None:
    given = doses(("Comirnaty", 0), ("Comirnaty", 21))
    assert course_status(given, FIRST - timedelta(days=1)).colour is Colour.NONE
    assert course_status(given, FIRST).colour is YELLOW
    assert course_status(given, FIRST + timedelta(days=21)).colour is GREEN
    undated = course_status([Vaccination("Comirnaty", None, 2, 2)], TODAY)
    assert (undated.colour, undated.given) == (Colour.NONE, 0)
    assert undated.warnings == ("health_certificate.dose_without_date",)


def test_a_certificate_that_shows_only_its_last_dose() -> None:
    assert course_status([Vaccination("Comirnaty", FIRST, 2, 2)], TODAY).colour is GREEN
    assert course_status([Vaccination("Comirnaty", FIRST, 1, 1)], TODAY).colour is YELLOW  # of a course of two
    assert course_status([Vaccination("Homemade", FIRST, 2, 2)], TODAY).colour is GREEN
    assert course_status([Vaccination("Homemade", FIRST, 2, 3)], TODAY).colour is YELLOW
    assert course_status([Vaccination("Janssen", FIRST, 2, 1)], TODAY).colour is GREEN


VACCINATIONS = st.builds(
    Vaccination,
    product=st.sampled_from(["Comirnaty", "AstraZeneca", "Janssen", "x", ""]),
    on=st.none() | st.dates(),
    dose=st.none() | st.integers(0, 999),
    doses=st.none() | st.integers(0, 999),
)


@given(st.lists(VACCINATIONS, max_size=6), st.dates())
def test_any_doses_have_a_status(given: list[Vaccination], today: date) -> None:
    found = course_status(given, today)
    counted = [one for one in given if one.on is not None and one.on <= today]
    assert (found.colour is Colour.NONE) == (not counted)
    assert course_status(list(reversed(given)), today).given == found.given


def test_value_sets_hold_together() -> None:
    rows = value_set("vaccines")
    products = {row["product"] for row in rows}
    for row in rows:
        assert int(row["doses"]) in (1, 2, 3)
        assert (row["min_days"] == "") == (row["doses"] == "1")
        if row["max_days"]:
            assert int(row["min_days"]) <= int(row["max_days"])
    for row in value_set("vaccine_mixing"):
        assert {row["first"], row["second"]} <= products
    for row in value_set("vaccine_code_aliases"):
        assert row["product"] in products
        assert row["code_system"] in (*value_sets.CODE_SYSTEMS, "name")
    assert {row["status"] for row in value_set("hcert_codes")} == {"active", "deprecated"}


@pytest.mark.parametrize(
    ("system", "code", "product"),
    [
        ("eu_code", "EU/1/20/1528", "Comirnaty"),
        ("cvx", "207", "Moderna"),
        ("icd11", "XM4YL8", "AstraZeneca"),
        ("snomed", "31301000087101", "Vero Cell"),
        ("atc", "J07BN01", ""),  # several vaccines
        ("name", "PFIZER", "Comirnaty"),
        ("name", "AstraZeneca Vaxzevria", "AstraZeneca"),
        ("name", "Moderna Spikevax, mRNA", "Moderna"),
        ("name", "Sputnik V (Gam-COVID-Vac)", "Sputnik V"),
        ("name", "Comirnaty or Moderna", ""),
        ("name", "Modernauts", ""),
        ("name", "ſpikevax \u212aomirnaty", ""),  # letters that only fold to those of a name
        ("name", "", ""),
        ("cvx", "nothing", ""),
        ("nothing", "207", ""),
    ],
)
def test_products_by_code(system: str, code: str, product: str) -> None:
    assert value_sets.product_name(system, code) == product
