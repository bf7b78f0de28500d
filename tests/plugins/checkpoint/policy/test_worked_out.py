"""What is worked out from other facts: days, hours, age, and risk levels from a dated map."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from plugins.checkpoint.policy import (
    PolicyError,
    State,
    Verdict,
    evaluate,
)
from tests.support.both_languages import assert_both_languages
from tests.support.policy_packs import AT, DOSES, one, pack


@pytest.mark.parametrize(
    ("rule", "facts", "state"),
    [
        ("days_since_last_dose >= 14", {"last_dose_on": "2021-07-27"}, "met"),
        ("days_since_last_dose >= 14", {"last_dose_on": date(2021, 7, 28)}, "not_met"),
        ("days_since_last_dose >= 14", {"last_dose_on": "2021-07-28", "days_since_last_dose": 20}, "met"),
        ("days_since_last_dose >= 0", {"last_dose_on": "2021-08-11"}, "open"),
        ("hours_since_test <= 72", {"sampled_at": AT - timedelta(hours=72)}, "met"),
        ("hours_since_test <= 72", {"sampled_at": AT - timedelta(hours=72, seconds=1)}, "not_met"),
        ("hours_since_test <= 72", {"sampled_at": "2021-08-10T16:05:00+07:00"}, "met"),
        ("hours_since_test <= 72", {"sampled_at": AT + timedelta(hours=1)}, "open"),
        ("11 <= days_since_first_positive <= 180", {"first_positive_on": "2021-07-30"}, "met"),
        ("age >= 18", {"birth_date": "2003-08-10"}, "met"),
        ("age >= 18", {"birth_date": "2003-08-11"}, "not_met"),
        ("age >= 18", {"birth_date": "2004-02-29"}, "not_met"),
    ],
)
def test_days_hours_and_age_are_worked_out(tmp_path: Path, rule: str, facts: dict[str, Any], state: str) -> None:
    assert one(evaluate(pack(tmp_path, f'rule = "{rule}"'), facts, AT)).state == state


def test_days_are_those_of_the_packs_zone(tmp_path: Path) -> None:
    late = datetime(2021, 8, 9, 17, tzinfo=UTC)  # 10 August, midnight, in Việt Nam
    facts = {"last_dose_on": "2021-07-27"}
    rule = 'rule = "days_since_last_dose >= 14"'
    assert one(evaluate(pack(tmp_path, rule), facts, late)).state is State.MET
    assert one(evaluate(pack(tmp_path, rule, head='time_zone = "UTC"'), facts, late)).state is State.NOT_MET


MAP = """
title = "Thử"
[[period]]
from = 2021-01-01
to = 2021-08-09
red = ["79"]
[[period]]
from = 2021-08-10
default = "green"
orange = ["79"]
red = ["760"]
yellow = ["26734"]
"""


@pytest.mark.parametrize(
    ("facts", "at", "level"),
    [
        ({"origin.province": "79"}, AT, "orange"),
        ({"origin.province": "079"}, AT, "orange"),
        ({"origin": {"province": "79"}}, AT, "orange"),
        ({"origin.province": "79", "origin.district": "760"}, AT, "red"),
        ({"origin.province": "79", "origin.district": "79760"}, AT, "red"),
        ({"origin.province": "79", "origin.district": "760", "origin.ward": "26734"}, AT, "yellow"),
        ({"origin.province": "79", "origin.district": "761", "origin.ward": "00001"}, AT, "orange"),
        ({"origin.province": "01"}, AT, "green"),
        ({"origin.province": "79"}, AT - timedelta(days=1), "red"),
        ({"origin.province": "01"}, AT - timedelta(days=1), None),
        ({"origin.province": "79", "origin.risk": "green"}, AT, "green"),
        ({}, AT, None),
    ],
)
def test_risk_levels_come_from_a_dated_map(
    tmp_path: Path, facts: dict[str, Any], at: datetime, level: str | None
) -> None:
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    policy = pack(
        tmp_path,
        *(f"rule = \"origin.risk != '{one}'\"" for one in ("green", "yellow", "orange", "red")),
        head='risk_map = "map.toml"',
    )
    outcome = evaluate(policy, facts, at)
    if level is None:
        assert outcome.verdict is Verdict.ASK
        assert outcome.missing == (("origin.risk",) if facts else ("origin.province",))
    else:
        assert [result.name for result in outcome.deciding()] == [
            f"c{['green', 'yellow', 'orange', 'red'].index(level) + 1}"
        ]


def test_a_changed_map_changes_the_digest(tmp_path: Path) -> None:
    digests = set()
    for text in (MAP, MAP.replace('["760"]', '["761"]'), MAP):
        (tmp_path / "map.toml").write_text(text, "utf-8")
        digests.add(pack(tmp_path, DOSES, head='risk_map = "map.toml"').digest)
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('orange = ["79"]', 'orange = ["760"]', "more than one level: 760"),
        ("to = 2021-08-09", "to = 2021-08-10", "two periods hold on 2021-08-10"),
        ("to = 2021-08-09", "to = 2020-08-09", "before 'from'"),
        ('["26734"]', '["267"]\nblue = ["1"]', "no such key"),
        ('["26734"]', '["2673"]', "a ward's of 5"),
    ],
)
def test_mistakes_in_a_map_are_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "map.toml").write_text(MAP.replace(old, new, 1), "utf-8")
    with pytest.raises(PolicyError, match=words) as caught:
        pack(tmp_path, DOSES, head='risk_map = "map.toml"')
    assert "map.toml:" in str(caught.value)
    for problem in caught.value.problems:
        assert_both_languages(problem.text)
