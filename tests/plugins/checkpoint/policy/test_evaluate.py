"""What a pack says: the order of verdicts, missing facts, and values that do not fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import Decision, Text
from plugins.checkpoint.policy import (
    ConditionResult,
    State,
    Verdict,
    evaluate,
    questions,
)
from plugins.checkpoint.policy.certlogic_operations import CertLogicError
from tests.support.both_languages import assert_both_languages
from tests.support.policy_packs import AT, DOSES, one, pack, states

REFER = 'rule = "not declaration.symptoms"\nverdict = "refer"'
NOTE = 'rule = "age >= 18"\nverdict = "note"'


@pytest.mark.parametrize(
    ("facts", "verdict"),
    [
        ({"doses": 2, "declaration.symptoms": False}, "admit"),
        ({"doses": 2, "declaration.symptoms": False, "age": 3}, "admit"),
        ({"doses": 2}, "ask"),
        ({"declaration.symptoms": False}, "ask"),
        ({"declaration.symptoms": True}, "refer"),
        ({"doses": 2, "declaration.symptoms": True}, "refer"),
        ({"doses": 1, "declaration.symptoms": True}, "refuse"),
        ({"doses": 1}, "refuse"),
        ({}, "ask"),
    ],
)
def test_refuse_before_refer_before_ask_before_admit(tmp_path: Path, facts: dict[str, Any], verdict: str) -> None:
    outcome = evaluate(pack(tmp_path, DOSES, REFER, NOTE), facts, AT)
    assert outcome.verdict == verdict
    assert Decision(outcome.verdict)


def test_a_result_carries_reason_next_step_and_legal_basis(tmp_path: Path) -> None:
    policy = pack(tmp_path, DOSES, f'{DOSES}\nlegal_basis = "Quyết định"')
    outcome = evaluate(policy, {"doses": 1}, AT)
    assert one(outcome) == ConditionResult(
        "c1", State.NOT_MET, "refuse", Text("Lý do.", "Reason."), Text("Bước tiếp.", "Next step."), "Luật"
    )
    assert one(outcome, "c2").legal_basis == "Quyết định"
    assert (outcome.policy, outcome.digest, outcome.at) == ("gate", policy.digest, AT)
    assert [result.name for result in outcome.deciding()] == ["c1", "c2"]


def test_an_empty_pack_admits_nobody(tmp_path: Path) -> None:
    outcome = evaluate(pack(tmp_path), {}, AT)
    assert (outcome.verdict, states(outcome)) == (Verdict.REFER, {"policy.empty": "not_met"})
    assert one(outcome, "policy.empty").reason.vi


@pytest.mark.parametrize("at", [datetime(2020, 12, 31, tzinfo=UTC), datetime(2021, 8, 10)])
def test_a_pack_that_is_not_in_force_admits_nobody(tmp_path: Path, at: datetime) -> None:
    outcome = evaluate(pack(tmp_path, DOSES), {"doses": 2}, at)
    assert (outcome.verdict, states(outcome)) == (Verdict.REFER, {"policy.not_in_force": "not_met"})


def test_where_no_condition_applies_nobody_vouched(tmp_path: Path) -> None:
    outcome = evaluate(pack(tmp_path, f'when = "denied"\n{DOSES}'), {"denied": False}, AT)
    assert outcome.verdict is Verdict.REFER
    assert states(outcome) == {"c1": "not_applicable", "policy.nothing_applies": "not_met"}


def test_notes_alone_do_not_admit(tmp_path: Path) -> None:
    policy = pack(tmp_path, NOTE)
    for facts in ({"age": 20}, {"age": 3}, {}):
        outcome = evaluate(policy, facts, AT)
        assert outcome.verdict is Verdict.REFER
        assert not outcome.missing


# --- what is missing


def test_a_missing_fact_is_asked_for_and_an_unneeded_one_is_not(tmp_path: Path) -> None:
    policy = pack(tmp_path, "rule = \"doses >= 2 or test_result == 'negative'\"")
    assert evaluate(policy, {"doses": 2}, AT).verdict is Verdict.ADMIT
    outcome = evaluate(policy, {"doses": 1}, AT)
    assert (outcome.verdict, outcome.missing) == (Verdict.ASK, ("test_result",))
    assert one(outcome).missing == ("test_result",)
    assert "kết quả xét nghiệm" in one(outcome).reason.vi
    assert evaluate(policy, {"doses": 1, "test_result": "none"}, AT).verdict is Verdict.REFUSE


@pytest.mark.parametrize(
    ("facts", "state", "missing"),
    [
        ({"denied": False}, "not_applicable", ()),
        ({"denied": True}, "open", ("doses",)),
        ({}, "open", ("denied",)),
        ({"doses": 2}, "met", ()),
        ({"doses": 1}, "open", ("denied",)),
        ({"doses": 1, "denied": True}, "not_met", ()),
    ],
)
def test_a_guard_that_is_not_known(tmp_path: Path, facts: dict[str, Any], state: str, missing: tuple[str, ...]) -> None:
    result = one(evaluate(pack(tmp_path, f'when = "denied"\n{DOSES}'), facts, AT))
    assert (result.state, result.missing) == (state, missing)


def test_each_fact_is_asked_once_in_the_packs_words(tmp_path: Path) -> None:
    policy = pack(
        tmp_path,
        'rule = "purpose == \'work\'"\nask = { fact = "purpose", text = { vi = "Đi đâu?", en = "Where to?" }, '
        'choices = [{ value = "work", vi = "Làm", en = "Work" }] }',
        "rule = \"purpose != 'other' and denied == false and doses > 1\"",
    )
    asked = questions(policy, evaluate(policy, {}, AT))
    assert [question.id for question in asked] == ["purpose", "denied", "doses"]
    assert asked[0].text == Text("Đi đâu?", "Where to?")
    assert [choice.value for choice in asked[0].choices] == ["work"]
    assert [(question.kind, len(question.choices)) for question in asked[1:]] == [("choice", 2), ("digits", 0)]


@pytest.mark.parametrize(("if_missing", "verdict"), [("ask", "ask"), ("refer", "refer"), ("note", "admit")])
def test_a_pack_may_say_what_follows_where_a_fact_is_missing(tmp_path: Path, if_missing: str, verdict: str) -> None:
    outcome = evaluate(
        pack(tmp_path, f'{DOSES}\nif_missing = "{if_missing}"', 'rule = "not denied"'), {"denied": False}, AT
    )
    assert (outcome.verdict, one(outcome).state) == (verdict, State.OPEN)
    assert outcome.missing == (("doses",) if verdict == "ask" else ())
    assert evaluate(pack(tmp_path, f'{DOSES}\nif_missing = "{if_missing}"'), {"doses": 1}, AT).verdict is Verdict.REFUSE


def test_a_condition_that_is_only_noted_as_open_does_not_admit(tmp_path: Path) -> None:
    assert evaluate(pack(tmp_path, f'{DOSES}\nif_missing = "note"'), {}, AT).verdict is Verdict.REFER


# --- values that do not fit


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("doses", "2"),
        ("doses", 2.0),
        ("doses", True),
        ("doses", -1),
        ("doses", 10**30),
        ("doses", [2]),
        ("denied", 1),
        ("denied", "no"),
        ("hours_since_test", float("nan")),
        ("hours_since_test", float("inf")),
        ("test_kind", "PCR"),
        ("test_kind", 1),
        ("origin.province", "7"),
        ("origin.province", "x" * 1000),
        ("origin.province", 79),
        ("last_dose_on", "1.8.2021"),
        ("last_dose_on", "2021-02-30"),
        ("sampled_at", "2021-08-01"),
        ("sampled_at", datetime(2021, 8, 1)),
    ],
)
def test_a_value_that_does_not_fit_refers_with_a_reason(tmp_path: Path, name: str, value: Any) -> None:
    rules = {
        "doses": "doses >= 2",
        "denied": "not denied",
        "hours_since_test": "hours_since_test <= 72",
        "test_kind": "test_kind == 'pcr'",
        "origin.province": "origin.province == '79'",
        "last_dose_on": "last_dose_on + 14 days <= now",
        "sampled_at": "sampled_at + 72 hours >= now",
    }
    outcome = evaluate(pack(tmp_path, f'rule = "{rules[name]}"'), {name: value}, AT)
    result = one(outcome)
    assert (outcome.verdict, result.state) == (Verdict.REFER, State.OPEN)
    assert_both_languages(result.fault)
    for said in (result.fault.vi, result.fault.en):
        assert said.startswith(f"{name}: ")
        assert str(value) not in said or len(str(value)) < 3
    assert result.reason.vi
    assert result.next_step.vi


UNDER_ONE_GUARD = 'when = "age >= 18"\n' + DOSES


def test_conditions_under_one_guard_ask_it_once_and_those_under_another_theirs(tmp_path: Path) -> None:
    policy = pack(tmp_path, UNDER_ONE_GUARD, UNDER_ONE_GUARD, DOSES, 'when = "age < 18"\n' + DOSES, UNDER_ONE_GUARD)
    first, second, _, other, last = policy.conditions
    assert first.applies is second.applies is last.applies is not other.applies
    assert states(evaluate(policy, {"age": 30, "doses": 1}, AT)) == {
        "c1": "not_met", "c2": "not_met", "c3": "not_met", "c4": "not_applicable", "c5": "not_met"
    }  # fmt: skip
    assert states(evaluate(policy, {"age": 3, "doses": 2}, AT)) == {
        "c1": "not_applicable", "c2": "not_applicable", "c3": "met", "c4": "met", "c5": "not_applicable"
    }  # fmt: skip


def test_a_guard_that_cannot_be_evaluated_refers_by_each_condition_under_it(tmp_path: Path) -> None:
    asked: list[Any] = []

    def fails(data: Any) -> Any:
        asked.append(data)
        raise CertLogicError("không dùng được", "of no use")

    policy = pack(tmp_path, UNDER_ONE_GUARD, UNDER_ONE_GUARD)
    broken = replace(policy, conditions=tuple(replace(each, applies=fails) for each in policy.conditions))
    outcome = evaluate(broken, {"age": 30, "doses": 2}, AT)
    assert outcome.verdict == Verdict.REFER
    assert [one(outcome, name).fault for name in ("c1", "c2")] == [Text("không dùng được", "of no use")] * 2
    assert len(asked) == 1


def test_a_rule_that_cannot_be_evaluated_refers_with_a_reason(tmp_path: Path) -> None:
    condition = """rule_json = '{ "!": [ { "plusTime": [ { "var": "last_dose_on" }, 1, "day" ] } ] }'"""
    outcome = evaluate(pack(tmp_path, condition), {"last_dose_on": "2021-08-01"}, AT)
    assert (outcome.verdict, one(outcome).fault.en) == (Verdict.REFER, "a date is neither true nor false")
    assert one(outcome).reason.vi == "Dữ liệu không dùng được."
