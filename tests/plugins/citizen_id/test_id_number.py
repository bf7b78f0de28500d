"""The twelve digits: place, century and sex, year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.citizen_id import id_number

TODAY = date(2024, 9, 1)


@pytest.mark.parametrize(
    ("number", "place", "sex", "year"),
    [
        ("001099012345", "001", "male", 1999),
        ("079199012345", "079", "female", 1999),
        ("096205012345", "096", "male", 2005),
        ("001305012345", "001", "female", 2005),
        ("001400012345", "001", "male", 2100),
        ("132945012345", "132", "female", 2345),
    ],
)
def test_what_the_digits_say(number, place, sex, year):
    assert id_number.read(number) == id_number.IdNumber(place, sex, year)


@pytest.mark.parametrize(
    ("number", "birth", "sex", "warnings"),
    [
        ("001099012345", "1999-05-01", "male", []),
        ("001099012345", "1999", None, []),
        ("132099012345", "1999", "male", []),  # born abroad
        ("003099012345", None, None, ["id_number.unknown_province"]),
        ("000099012345", None, None, ["id_number.unknown_province"]),
        ("001099012345", "1998-05-01", None, ["id_number.birth_year_differs"]),
        ("001099012345", None, "female", ["id_number.sex_differs"]),
        ("001225012345", None, None, ["id_number.birth_year_in_future"]),
    ],
)
def test_cross_checks(provinces, number, birth, sex, warnings):
    assert id_number.check(number, provinces, TODAY, birth, sex) == warnings


@given(st.text(max_size=14))
def test_only_twelve_ascii_digits_are_a_number(text):
    assert id_number.is_id_number(text) == (len(text) == 12 and set(text) <= set("0123456789"))


@given(st.text(st.characters(categories=["Nd"]), min_size=12, max_size=12))
def test_digits_of_other_scripts_are_look_alikes(text):
    assert id_number.is_id_number(text) != id_number.looks_like_id_number(text)
