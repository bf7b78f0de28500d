"""Dates: what exists is read, what does not is refused."""

from calendar import monthrange
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.citizen_id import dates
from plugins.citizen_id.refusals import Refused

DAYS = st.dates(date(1880, 1, 1), date(2150, 12, 31))


@given(DAYS)
def test_reads_every_day_in_every_form(day):
    for text in (f"{day:%d%m%Y}", f"{day:%d/%m/%Y}", f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", f"{day}"):
        assert dates.any_day(text) == day.isoformat()


@given(st.integers(0, 33), st.integers(0, 14), st.integers(1870, 2160) | st.integers(0, 9999))
def test_never_rolls_over(day, month, year):
    written = f"{day:02}{month:02}{year:04}"
    exists = 1880 <= year <= 2150 and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    if exists:
        assert dates.compact(written) == f"{year:04}-{month:02}-{day:02}"
    else:
        with pytest.raises(Refused):
            dates.compact(written)


@pytest.mark.parametrize(
    "text", ["", "1", "0101199", "010119999", "１２３４５６７８", "1/1/99", "01/01-1999", "ab/cd/efgh"]
)
def test_other_forms_are_not_dates(text):
    assert dates.any_day(text) is None


def test_year_alone():
    assert dates.year_alone("1950") == "1950"
    assert dates.year_alone("50") is None
    with pytest.raises(Refused):
        dates.year_alone("0950")
