"""Priority groups as of a day, and mistakes in their file."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.vaccination import FOLDER
from kiosk.toml_file import FileError
from plugins.vaccination.rules.priority import load_priorities

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_resolutions_groups() -> None:
    priorities = load_priorities()
    assert priorities.as_of(date(2021, 2, 25)) is None
    found = priorities.as_of(date(2021, 2, 26))
    assert found is not None
    assert [one.order for one in found.groups] == list(range(1, 10))
    assert found.groups[0].id == "frontline"
    assert found.minimum_age_years == 18
    assert [one.id for one in found.by_age(66)] == ["chronic_or_over_65"]  # over 65
    assert found.by_age(65) == ()
    group = found.group("poor_policy")
    assert group is not None
    assert group.text.vi.startswith("Người nghèo")
    assert found.group("nobody") is None


SECOND = """
[[decision]]
id = "later"
title = { vi = "Sau", en = "Later" }
valid_from = 2021-07-08
legal_basis = "x"
sources = ["x"]
minimum_age_years = 18
[[decision.group]]
id = "all"
order = 1
text = { vi = "Mọi người", en = "Everybody" }
"""


def test_lists_follow_each_other(tmp_path: Path) -> None:
    text = (FOLDER / "priority_groups.toml").read_text("utf-8")
    file = tmp_path / "priority_groups.toml"
    file.write_text(text + SECOND, "utf-8")
    with pytest.raises(FileError, match="'nq_21_2021' is in force already") as caught:
        load_priorities(tmp_path)
    assert caught.value.problems[0].line == text.count("\n") + 5
    file.write_text(
        text.replace("valid_from = 2021-02-26", "valid_from = 2021-02-26\nvalid_until = 2021-07-07") + SECOND, "utf-8"
    )
    priorities = load_priorities(tmp_path)
    found = [priorities.as_of(day) for day in (date(2021, 7, 7), date(2021, 7, 8))]
    assert [one.id for one in found if one] == ["nq_21_2021", "later"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id = "teachers_offices"', 'id = "frontline"', "another group is called so"),
        ("order = 4", 'order = "four"', "whole number"),
        ('legal_basis = "Nghị quyết 21/NQ-CP (26/2/2021), điểm 2"\n', "", "missing"),
        ("[[decision.group]]", "[[decision.groups]]", "did you mean 'group'"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = (FOLDER / "priority_groups.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "priority_groups.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FileError, match=words):
        load_priorities(tmp_path)


SHIPPED = (FOLDER / "priority_groups.toml").read_bytes()


@UNHURRIED
@given(st.binary(max_size=40), st.integers(0, len(SHIPPED)), st.integers(0, 40))
def test_a_file_with_foreign_bytes_in_it_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, foreign: bytes, place: int, length: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "priority_groups.toml").write_bytes(SHIPPED[:place] + foreign + SHIPPED[place + length :])
    with suppress(FileError):
        assert load_priorities(folder)
