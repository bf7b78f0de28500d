"""Screening packs that departments write: read, dated, digested; every mistake with file, line and key."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.vaccination.screening import FOLDER
from kiosk.toml_file import FileError
from plugins.vaccination.rules.screening import Conclusion, Person, evaluate, load_pack, load_packs

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

WOMAN, MAN = Person(30, "female"), Person(30, "male")

HEAD = """\
id = "ours"
title = { vi = "Của tỉnh", en = "Ours" }
valid_from = 2021-08-01
valid_until = 2021-08-31
legal_basis = "Công văn 1"
sources = ["ours"]
observe_minutes = 30
"""
QUESTION = """
[[question]]
id = "allergy"
text = { vi = "Dị ứng?", en = "Allergy?" }
[[question.consequence]]
answer = "yes"
outcome = "caution"
observe_minutes = 60
reason = { vi = "Dị ứng", en = "Allergy" }
"""
FOLLOW_UP = """
[[question]]
id = "to_what"
kind = "choice"
text = { vi = "Với gì?", en = "To what?" }
choices = [{ value = "food", vi = "Thức ăn", en = "Food" }, { value = "vaccine", vi = "Vắc xin", en = "Vaccine" }]
after = "allergy"
[[question.consequence]]
answer = "vaccine"
outcome = "contraindicated"
reason = { vi = "Dị ứng vắc xin", en = "Allergy to a vaccine" }
"""
VITAL = """
[[vital]]
id = "pulse"
text = { vi = "Mạch", en = "Pulse" }
unit = { vi = "lần/phút", en = "/min" }
lowest = 20
highest = 250
[[vital.limit]]
above = 100
outcome = "caution"
reason = { vi = "Nhanh", en = "Fast" }
"""
WHOLE = HEAD + QUESTION + FOLLOW_UP + VITAL


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ours.toml"


def test_observation_is_as_long_as_the_longest_reason_asks(file: Path) -> None:
    file.write_text(WHOLE, "utf-8")
    pack = load_pack(file)
    allergic = {"allergy": "yes", "to_what": "food"}
    assert evaluate(pack, MAN, allergic, {"pulse": 70}).observation_minutes == 60
    assert evaluate(pack, MAN, {"allergy": "no"}, {"pulse": 70}).observation_minutes == 30
    assert evaluate(pack, MAN, allergic | {"to_what": "vaccine"}, {}).outcome is Conclusion.CONTRAINDICATED
    # an answer below a question that was taken back does not count any more
    assert evaluate(pack, MAN, {"allergy": "no", "to_what": "vaccine"}, {"pulse": 70}).outcome is Conclusion.ELIGIBLE


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("observe_minutes = 30", "observe_minutes = 5", 7, "observe_minutes", "expected 15 or more"),
        ("observe_minutes = 30", "observe_minutes = 30\nvacines = []", 8, "vacines", "did you mean 'vaccines'"),
        ("2021-08-31", "2021-07-31", 4, "valid_until", "not before"),
        ("2021-08-31", '"2021-08-31"', 4, "valid_until", "without quotes"),
        ('sources = ["ours"]\n', "", 1, "sources", "missing"),
        (
            'outcome = "caution"\nobserve',
            'outcome = "careful"\nobserve',
            14,
            "question.1.consequence.1.outcome",
            "'caution'",
        ),
        ('answer = "yes"\n', 'answer = "perhaps"\n', 9, "question.1", "no, yes"),
        ('answer = "yes"\n', "", 12, "question.1.consequence.1", "expected 'answer'"),
        ('id = "to_what"', 'id = "allergy"', 19, "question 'allergy' id", "another question"),
        ('after = "allergy"', 'after = "alergy"', 23, "question 'to_what' after", "did you mean 'allergy'"),
        (
            'after = "allergy"',
            'after = "allergy"\nafter_answer = "food"',
            24,
            "question 'to_what' after_answer",
            "no answer",
        ),
        ('kind = "choice"\n', "", 18, "question.2", "only there"),
        (
            "above = 100\n",
            'above_vital = "pulze"\nby = 3\n',
            36,
            "vital 'pulse' limit.1.above_vital",
            "did you mean 'pulse'",
        ),
        ("above = 100\n", "above = 100\nbelow = 50\n", 35, "vital.1.limit.1", "expected one of"),
        ("lowest = 20", "lowest = 300", 29, "vital.1", "below 'highest'"),
        ("[[vital]]", "[[vital", 29, "", "not valid TOML"),
        ("valid_from", 'vaccines = ["Sputnik-V"]\nvalid_from', 3, "vaccines", "did you mean 'Sputnik V'"),
        ("observe_minutes = 60", 'vaccines = ["AZ"]', 15, "question 'allergy' consequence.1.vaccines", "'AZ'"),
    ],
)
def test_a_mistake_is_told_with_its_line(file: Path, old: str, new: str, line: int, key: str, words: str) -> None:
    assert old in WHOLE
    file.write_text(WHOLE.replace(old, new, 1), "utf-8")
    with pytest.raises(FileError) as caught:
        load_pack(file)
    found = [(one.line, one.key) for one in caught.value.problems]
    assert found == [(line, key)], caught.value
    assert words in caught.value.problems[0].message
    assert str(caught.value).startswith(f"{file}:{line}: ")


def test_packs_must_follow_each_other(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(WHOLE, "utf-8")
    (tmp_path / "b.toml").write_text(WHOLE.replace('"ours"', '"next"', 1).replace("2021-08-01", "2021-08-31"), "utf-8")
    with pytest.raises(FileError, match=r"b\.toml:3: valid_from: a\.toml is in force already"):
        load_packs(tmp_path)
    (tmp_path / "b.toml").write_text(
        WHOLE.replace('"ours"', '"next"', 1)
        .replace("2021-08-01", "2021-09-01")
        .replace("valid_until = 2021-08-31\n", ""),
        "utf-8",
    )
    packs = load_packs(tmp_path)
    days = [packs.pack_as_of(day) for day in (date(2021, 8, 31), date(2021, 9, 1), date(2031, 1, 1))]
    assert [one.id for one in days if one] == ["ours", "next", "next"]


def test_every_broken_pack_of_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no screening pack is here"):
        load_packs(tmp_path)
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("id = 1", "utf-8")
    with pytest.raises(FileError) as caught:
        load_packs(tmp_path)
    assert {Path(one.file).name for one in caught.value.problems} == {"a.toml", "b.toml"}


def test_the_digest_names_the_file_as_it_was(file: Path) -> None:
    file.write_text(WHOLE, "utf-8")
    before = load_pack(file)
    file.write_text(WHOLE + "\n", "utf-8")
    assert load_pack(file).digest != before.digest
    assert replace(load_pack(file), digest="") == replace(before, digest="")


SHIPPED = (FOLDER / "qd_3802_2021.toml").read_bytes()


@UNHURRIED
@given(st.binary(max_size=40), st.integers(0, len(SHIPPED)), st.integers(0, 40))
def test_a_pack_with_foreign_bytes_in_it_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, foreign: bytes, place: int, length: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "foreign.toml"
    file.write_bytes(SHIPPED[:place] + foreign + SHIPPED[place + length :])
    try:
        pack = load_pack(file)
    except FileError as error:
        lines = file.read_bytes().count(b"\n") + 1
        wrong = [one for one in error.problems if not 1 <= one.line <= lines or not one.message]
        if wrong:
            raise AssertionError(wrong) from error
    else:
        assert evaluate(pack, WOMAN, {}, {}).outcome is Conclusion.OPEN


def test_the_pack_in_the_guide_is_one(file: Path) -> None:
    guide = (Path(__file__).parents[4] / "docs" / "vaccination-rules.md").read_text("utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", guide, re.DOTALL)
    file.write_text(example, "utf-8")
    pack = load_pack(file)
    answers = {"pregnant": "yes", "pregnancy_weeks": "12"}
    found = evaluate(pack, WOMAN, answers, {"temperature_c": "37,5"}, on=date(2021, 12, 1))
    assert (found.outcome, found.postpone_until) == (Conclusion.POSTPONE, date(2021, 12, 31))
    assert evaluate(pack, Person(66, "male"), {}, {"temperature_c": 37}).outcome is Conclusion.POSTPONE
