"""Synthetic citizens: repeatable, consistent in themselves, as many as a load test needs."""

import csv
import os
from datetime import date
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from config import value_set
from kiosk.synthetic import citizens, mrz_check_digit, plain_letters


def people(seed, count, **given):
    return list(islice(citizens(Random(seed), **given), count))


def test_the_same_seed_gives_the_same_people():
    assert people(5, 50) == people(5, 50)
    assert people(5, 50) != people(6, 50)


def test_numbers_agree_with_the_person_and_do_not_repeat():
    provinces = {row["name"]: row["code"] for row in value_set("provinces_id_number")}
    crowd = people(1, 20_000)
    assert len({person.national_id for person in crowd}) == len(crowd)
    for person in crowd:
        century = {1900: "01", 2000: "23"}[person.birth_date.year // 100 * 100]
        expected = provinces[person.province] + century[person.sex == "female"] + f"{person.birth_date:%y}"
        assert person.national_id[:6] == expected
        assert len(person.national_id) == 12
        assert person.address.endswith(person.province)
    assert {person.province for person in crowd} == set(provinces)
    assert {person.sex for person in crowd} == {"male", "female"}


def test_dates_are_in_order():
    today = date(2021, 6, 1)
    for person in people(2, 5_000, today=today):
        assert person.birth_date < person.issued_on <= today
        assert (person.issued_on - person.birth_date).days > 14 * 365
        assert person.expires_on is None or person.expires_on > person.issued_on


def test_a_day_before_the_first_cards():
    assert people(2, 3, today=date(2020, 1, 1))[0].issued_on == date(2021, 1, 4)


def test_names_are_vietnamese():
    names = {person.name for person in people(3, 2_000)}
    assert len(names) > 500
    assert any(name.startswith("Nguyễn Thị ") for name in names)
    assert all(plain_letters(name).isascii() for name in names)


@pytest.mark.parametrize(("field", "digit"), [("520727", "3"), ("D23145890", "7"), ("AB2134<<<", "5"), ("", "0")])
def test_check_digit_examples_of_doc_9303(field, digit):
    assert mrz_check_digit(field) == digit


@pytest.mark.shared
def test_provinces_are_those_of_the_statistics_office():
    beside = Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    units = Path(os.environ.get("KIOSK_SHARED_DATA", beside)) / "admin_units" / "vietnam_2021.csv"
    if not units.exists():
        pytest.skip(f"test data not beside the project: {units}")
    with units.open(encoding="utf-8") as file:
        theirs = {"0" + row["province_code"]: row["province"] for row in csv.DictReader(file)}
    ours = {row["code"]: row["name"] for row in value_set("provinces_id_number")}
    assert len(ours) == 63
    assert ours.keys() == theirs.keys()
    assert all(theirs[code].endswith(name) for code, name in ours.items())
