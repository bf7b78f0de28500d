"""Answers of travellers as values of facts, and the words of every fact."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import value_set
from kiosk.text.names import plain
from plugins.checkpoint.policy import (
    FACTS,
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("name", "answer", "value"),
    [
        ("denied", "yes", True),
        ("denied", " no ", False),
        ("doses", "2", 2),
        ("hours_since_test", "71,5", 71.5),
        ("test_kind", "pcr", "pcr"),
        ("last_dose_on", "2021-08-01", "2021-08-01"),
        ("origin.province", "079", "79"),
        ("origin.province", "Hà Nội", "01"),
        ("origin.province", " tinh ha nam", "35"),
        ("destination.province", "TP.HCM", "79"),
        ("destination.province", "Thành phố Đà Nẵng", "48"),
    ],
)
def test_an_answer_becomes_a_value(name: str, answer: str, value: Any) -> None:
    assert FACTS[name].parse(answer) == value


@UNHURRIED
@given(st.sampled_from(sorted(FACTS)), st.text(max_size=30))
def test_any_answer_is_a_value_that_fits_or_an_error(name: str, answer: str) -> None:
    try:
        value = FACTS[name].parse(answer)
    except ValueError:
        return
    FACTS[name].accept(value)


def test_every_fact_has_words_in_both_languages() -> None:
    for fact in FACTS.values():
        question = fact.asked()
        texts = [fact.text, question.text, *(choice.label for choice in question.choices)]
        assert all(text.vi and text.en for text in texts)
        assert question.id == fact.name


def test_every_province_is_known_by_its_name_as_people_type_it() -> None:
    provinces = {row["code"]: row["name"] for row in value_set("areas_2021") if len(row["code"]) == 2}
    assert len(provinces) == 63
    for code, name in provinces.items():
        for typed in (name, plain(name).lower(), name.removeprefix("Tỉnh ").removeprefix("Thành phố ")):
            assert FACTS["origin.province"].parse(typed) == code, typed
    with pytest.raises(ValueError, match="not a code"):
        FACTS["origin.province"].parse("Hà")
