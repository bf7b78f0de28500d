"""Packs from files: every mistake is told with file, line and key; what is right is dated, digested and compiled."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.policies import FOLDER
from plugins.checkpoint.policy import Packs, PolicyError, Verdict, evaluate, load_pack, load_packs
from tests.support.both_languages import assert_both_languages

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

HEAD = """\
id = "gate"
title = { vi = "Chốt", en = "Gate" }
valid_from = 2021-08-01
valid_to = 2021-08-31
"""
CONDITION = """
[[condition]]
name = "vaccinated"
rule = "doses >= 2"
verdict = "refuse"
reason = { vi = "Chưa tiêm đủ.", en = "Not fully vaccinated." }
next_step = { vi = "Mời quay lại.", en = "Please turn back." }
"""
AUGUST = datetime(2021, 8, 10, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "gate.toml"


def mistakes(file: Path, text: str | bytes) -> list[tuple[int, str, str]]:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(PolicyError) as caught:
        load_pack(file)
    for problem in caught.value.problems:
        place = ": ".join(filter(None, [f"{problem.file}:{problem.line}", problem.key]))
        assert str(problem) == f"{place}: {problem.text.en}"
        assert problem.in_language("vi") == f"{place}: {problem.text.vi}"
        assert_both_languages(problem.text)
    return [(problem.line, problem.key, problem.message) for problem in caught.value.problems]


def test_a_pack_knows_its_time_its_digest_and_its_facts(file: Path) -> None:
    file.write_text(HEAD + CONDITION, "utf-8")
    pack = load_pack(file)
    assert pack.digest == hashlib.sha256(file.read_bytes()).hexdigest()
    assert pack.uses == ("doses",)
    # days are the site's: Việt Nam is seven hours ahead, and the last day counts whole
    assert pack.valid_from == datetime(2021, 7, 31, 17, tzinfo=UTC)
    assert pack.valid_to == datetime(2021, 8, 31, 17, tzinfo=UTC)
    assert pack.valid_at(pack.valid_from)
    assert not pack.valid_at(pack.valid_to)
    assert not pack.valid_at(pack.valid_from - timedelta(microseconds=1))
    assert not pack.valid_at(datetime(2021, 8, 10))


def test_a_changed_file_counts_when_it_is_loaded_again_and_has_another_digest(file: Path) -> None:
    file.write_text(HEAD + CONDITION, "utf-8")
    before = load_pack(file)
    file.write_text(HEAD + CONDITION.replace(">= 2", ">= 1"), "utf-8")
    assert evaluate(before, {"doses": 1}, AUGUST).verdict is Verdict.REFUSE
    after = load_pack(file)
    assert evaluate(after, {"doses": 1}, AUGUST).verdict is Verdict.ADMIT
    assert before.digest != after.digest


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "words"),
    [
        ("doses >= 2", "dosis >= 2", 8, "condition 'vaccinated' rule", "did you mean 'doses'"),
        ("doses >= 2", "doses", 8, "condition 'vaccinated' rule", "compare it with something"),
        ('"doses >= 2"', '["doses >= 2",\n  "denied",\n  "age > \'x\'"]', 10, "condition 'vaccinated' rule", "a text"),
        ('"doses >= 2"', '"""\ndoses >= 2\nand dosis"""', 10, "condition 'vaccinated' rule", "'doses'"),
        (
            '"doses >= 2"',
            "[\"doses >= 2\",\n '''\ndenied or\nage > \"x\"''']",
            11,
            "condition 'vaccinated' rule",
            "a text",
        ),
        ('rule = "doses >= 2"', "rule_json = '''\n{\n]'''", 10, "condition 'vaccinated' rule_json", "not JSON"),
        ('"doses >= 2"', "2", 8, "condition 'vaccinated' rule", "expected a text"),
        ('rule = "doses >= 2"', "rule_json = '{\"var\": 0}'", 8, "condition 'vaccinated' rule_json", "<path>"),
        ('rule = "doses >= 2"', "", 6, "condition.1", "expected one of 'rule' and 'rule_json'"),
        ('rule = "doses', 'wenn = "denied"\nrule = "doses', 8, "condition.1.wenn", "no such key here"),
        ('rule = "doses', 'whem = "denied"\nrule = "doses', 8, "condition.1.whem", "did you mean 'when'"),
        ('rule = "doses', 'when = "denide"\nrule = "doses', 8, "condition 'vaccinated' when", "'denied'"),
        ('"refuse"', '"refuze"', 9, "condition.1.verdict", "'refuse', 'refer', 'note'"),
        (', en = "Not fully vaccinated."', "", 10, "condition.1.reason.en", "missing"),
        ('next_step = { vi = "Mời quay lại.", en = "Please turn back." }', "", 6, "condition.1", "must hear"),
        ("2021-08-31", "2021-07-31", 4, "valid_to", "after 'valid_from'"),
        ("2021-08-31", '"2021-08-31"', 4, "valid_to", "without quotes"),
        ("2021-08-31", "2021-08-32", 4, "", "not valid TOML"),
        ('id = "gate"', 'id = "Gate 1"', 1, "id", "small letters"),
        ('id = "gate"', 'time_zone = "Hanoi"\nid = "gate"', 1, "time_zone", "Asia/Ho_Chi_Minh"),
        ('id = "gate"', 'risk_map = "../map.toml"\nid = "gate"', 1, "risk_map", "beside"),
        ('id = "gate"', 'lists = { doses = [1] }\nid = "gate"', 1, "lists.doses", "another name"),
        ('id = "gate"', 'lists = { few = [1.5] }\nid = "gate"', 1, "lists.few.1", "whole numbers"),
        ("[[condition]]", 'x = "', 6, "", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_line(file: Path, old: str, new: str, line: int, key: str, words: str) -> None:
    assert old in HEAD + CONDITION
    found = mistakes(file, (HEAD + CONDITION).replace(old, new, 1))
    assert [(one[0], one[1]) for one in found] == [(line, key)]
    assert words in found[0][2]


def test_several_mistakes_are_told_at_once_in_the_order_of_the_file(file: Path) -> None:
    text = (
        HEAD
        + CONDITION.replace("doses", "dosis")
        + CONDITION.replace("doses >= 2", "test_kind == 'prc'")
        + 'ask = { fact = "test", text = { vi = "?", en = "?" } }\n'
        + '[[example]]\nname = "x"\nverdict = "admit"\nbecause = ["vacinated"]\nfacts = { doses = "two", age = 200 }\n'
    )
    found = mistakes(file, text)
    assert [line for line, _, _ in found] == [8, 14, 15, 19, 23, 24, 24]
    assert "did you mean 'pcr'" in found[2][2]
    assert found[1][1:] == ("condition 'vaccinated' name", "another condition is called so")
    assert "did you mean 'vaccinated'" in found[4][2]


def test_questions_and_examples_are_held_against_the_facts(file: Path) -> None:
    choice = '[{ value = "prc", vi = "a", en = "b" }]'
    text = (
        HEAD
        + "usual = { dosis = 1, declaration = { symptoms = 'no', fever = true } }\n"
        + CONDITION
        + f'ask = [{{ fact = "test_kind", choices = {choice} }}]\n'
    )
    found = {message: line for line, _, message in mistakes(file, text)}
    assert found == {
        "no fact is called 'dosis'; did you mean 'doses'?": 5,
        "neither true nor false": 5,
        "no fact is called 'declaration.fever'; did you mean 'declaration.valid' or 'declaration.age_hours'?": 5,
        "question 1: 'prc' is no answer for test_kind: not one of none, pcr, rapid": 13,
    }


@pytest.mark.parametrize("raw", [b"\xff\xfeid", b"\x00", b"x" * 1_000_001, b"a = " + b"[" * 100_000, b"a = 2021-02-30"])
def test_foreign_bytes_are_mistakes(file: Path, raw: bytes) -> None:
    assert mistakes(file, raw)


def test_no_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_pack(tmp_path / "none.toml")
    with pytest.raises(PolicyError, match="no policy pack is here"):
        load_packs(tmp_path)


SHIPPED = (FOLDER / "public_place.toml").read_bytes()


@settings(UNHURRIED, max_examples=60)  # each reads and compiles a whole pack
@given(st.binary(max_size=60), st.integers(0, len(SHIPPED)), st.integers(0, 60))
def test_a_pack_with_foreign_bytes_in_it_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, foreign: bytes, place: int, length: int
) -> None:
    file = tmp_path_factory.getbasetemp() / "foreign.toml"
    file.write_bytes(SHIPPED[:place] + foreign + SHIPPED[place + length :])
    try:
        load_pack(file)
    except PolicyError as error:
        lines = file.read_bytes().count(b"\n") + 1
        wrong = [one for one in error.problems if not 1 <= one.line <= lines or not one.message]
        if wrong:
            raise AssertionError(wrong) from error


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_from_any_editor_is_read_with_its_lines(file: Path, mark: bytes, end: bytes) -> None:
    file.write_bytes(mark + (HEAD + CONDITION).encode().replace(b"\n", end))
    assert load_pack(file).id == "gate"
    file.write_bytes(mark + (HEAD + CONDITION.replace("doses", "dosis")).encode().replace(b"\n", end))
    with pytest.raises(PolicyError, match=":8: condition 'vaccinated' rule: no fact is called 'dosis'"):
        load_pack(file)


def test_an_altered_file_never_passes_for_the_one_that_was_recorded(tmp_path: Path) -> None:
    digest = load_pack(FOLDER / "public_place.toml").digest
    altered = tmp_path / "public_place.toml"
    altered.write_bytes(SHIPPED + b"\n")
    assert load_pack(altered).digest != digest


# --- dated lists


def dated(folder: Path, name: str, begin: str, end: str | None, pack_id: str = "gate") -> None:
    text = HEAD.replace("2021-08-01", begin).replace('id = "gate"', f'id = "{pack_id}"')
    text = text.replace("valid_to = 2021-08-31\n", f"valid_to = {end}\n" if end else "")
    (folder / name).write_text(text + CONDITION, "utf-8")


def file_at(packs: Packs, *day: int, pack_id: str | None = None) -> str:
    return packs.at(datetime(*day, 3, tzinfo=UTC), pack_id).file


def test_the_pack_of_the_day_is_found(tmp_path: Path) -> None:
    dated(tmp_path, "b.toml", "2021-08-15", None)
    dated(tmp_path, "a.toml", "2021-08-01", "2021-08-14")
    packs = load_packs(tmp_path)
    assert file_at(packs, 2021, 8, 14) == "a.toml"
    assert file_at(packs, 2021, 8, 15) == "b.toml"
    assert file_at(packs, 2031, 1, 1) == "b.toml"


def test_where_no_pack_is_in_force_nobody_is_admitted(tmp_path: Path) -> None:
    dated(tmp_path, "a.toml", "2021-08-01", "2021-08-14")
    packs = load_packs(tmp_path)
    for pack_id in (None, "gate", "another"):
        pack = packs.at(datetime(2021, 9, 1, tzinfo=UTC), pack_id)
        outcome = evaluate(pack, {"doses": 2}, datetime(2021, 9, 1, tzinfo=UTC))
        assert outcome.verdict is Verdict.REFER
        assert [one.name for one in outcome.results] == ["policy.empty"]


def test_two_packs_of_one_policy_at_the_same_time_are_a_mistake(tmp_path: Path) -> None:
    dated(tmp_path, "a.toml", "2021-08-01", "2021-08-14")
    dated(tmp_path, "b.toml", "2021-08-14", None)
    with pytest.raises(PolicyError, match=r"b\.toml:1: valid_from: policy 'gate' is in force already by a\.toml"):
        load_packs(tmp_path)


def test_policies_are_told_apart_by_their_id(tmp_path: Path) -> None:
    dated(tmp_path, "a.toml", "2021-08-01", None)
    dated(tmp_path, "b.toml", "2021-08-01", None, "market")
    packs = load_packs(tmp_path)
    assert packs.ids() == ("gate", "market")
    assert file_at(packs, 2021, 8, 2, pack_id="market") == "b.toml"
    with pytest.raises(ValueError, match="say which policy: gate, market"):
        packs.at(AUGUST)
    assert load_packs(tmp_path, "market").at(AUGUST).id == "market"


def test_every_broken_pack_of_a_folder_is_told(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text("id = 1", "utf-8")
    with pytest.raises(PolicyError) as caught:
        load_packs(tmp_path)
    assert {Path(one.file).name for one in caught.value.problems} == {"a.toml", "b.toml"}
