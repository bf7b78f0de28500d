"""Anaphylaxis: the grade that signs make, by Circular 51/2017, and the prompts in their order."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.vaccination import FOLDER
from kiosk.toml_file import FileError
from plugins.vaccination.rules.reactions import load_protocol

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

PROTOCOL = load_protocol()
SIGNS = [one.id for one in PROTOCOL.signs]


@pytest.mark.parametrize(
    ("signs", "grade"),
    [
        ([], None),
        (["hives"], 1),
        (["hives", "angioedema"], 1),
        (["abdominal"], 0),  # one organ that is not the skin: a suspicion
        (["short_of_breath", "hoarse_runny_nose"], 0),
        (["hives", "abdominal"], 2),
        (["angioedema", "short_of_breath"], 2),
        (["short_of_breath", "fast_heart"], 2),
        (["stridor"], 3),
        (["hives", "shock"], 3),
        (["hives", "abdominal", "consciousness"], 3),
        (["arrest"], 4),
        (["hives", "arrest"], 4),
    ],
)
def test_grades(signs: list[str], grade: int | None) -> None:
    assert PROTOCOL.grade_of(signs) == grade
    assert PROTOCOL.grade_of(signs * 2) == grade


def test_adrenaline_comes_first_from_grade_two_on() -> None:
    first = {grade: PROTOCOL.prompts(grade)[0].id for grade in range(5)}
    assert first == {0: "doctor", 1: "doctor", 2: "adrenaline", 3: "adrenaline", 4: "resuscitate"}
    for grade in (2, 3):
        assert {one.minutes for one in PROTOCOL.prompts(grade) if one.id == "repeat"} == {3}
    assert PROTOCOL.grade(4).title.vi == "Độ IV (ngừng tuần hoàn)"
    with pytest.raises(ValueError, match="no grade 5"):
        PROTOCOL.grade(5)


def test_a_sign_that_is_not_known_is_no_lesser_grade() -> None:
    with pytest.raises(ValueError, match="no sign is called rash"):
        PROTOCOL.grade_of(["hives", "rash"])


@UNHURRIED
@given(st.sets(st.sampled_from(SIGNS)), st.sampled_from(SIGNS))
def test_one_more_sign_never_hides_a_graver_state(signs: set[str], more: str) -> None:
    """From grade II on; a mild grade gives way to a suspicion, which calls the doctor."""
    before, after = PROTOCOL.grade_of(signs), PROTOCOL.grade_of(signs | {more})
    assert after is not None
    assert after >= (before or 0) or before == 1
    severe = [one.grade for one in PROTOCOL.signs if one.id == more and one.grade >= 3]
    assert all(after >= grade for grade in severe)


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('id = "angioedema"', 'id = "hives"', 26, "another one is called so"),
        ("grade = 1\ntext", "grade = 5\ntext", 22, "expected 4 or less"),
        ("organs = 1\n", 'organs = "one"\n', 91, "whole number"),
        ('organ = "skin"', 'orgam = "skin"', 21, "did you mean 'organ'"),
        ("valid_from = 2018-02-15", 'valid_from = "2018-02-15"', 7, "without quotes"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    text = (FOLDER / "anaphylaxis.toml").read_text("utf-8")
    assert old in text
    (tmp_path / "anaphylaxis.toml").write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(FileError) as caught:
        load_protocol(tmp_path)
    assert any(one.line == line and words in one.message for one in caught.value.problems), caught.value


SHIPPED = (FOLDER / "anaphylaxis.toml").read_bytes()


@UNHURRIED
@given(st.binary(max_size=40), st.integers(0, len(SHIPPED)), st.integers(0, 40))
def test_a_file_with_foreign_bytes_in_it_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, foreign: bytes, place: int, length: int
) -> None:
    folder = tmp_path_factory.getbasetemp()
    (folder / "anaphylaxis.toml").write_bytes(SHIPPED[:place] + foreign + SHIPPED[place + length :])
    with suppress(FileError):
        assert load_protocol(folder)
