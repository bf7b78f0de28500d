"""What a pack says: the order of verdicts, missing facts, what is worked out from dates and maps, and that nothing ever breaks it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.policies import FOLDER
from kiosk.domain import Decision, Text
from plugins.checkpoint.policy import (
    FACTS,
    ConditionResult,
    Outcome,
    Pack,
    State,
    Verdict,
    evaluate,
    load_pack,
    questions,
)

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

AT = datetime(2021, 8, 10, 9, tzinfo=UTC)
PEOPLE = """reason = { vi = "Lý do.", en = "Reason." }
next_step = { vi = "Bước tiếp.", en = "Next step." }
"""


def pack(tmp_path: Path, *conditions: str, head: str = "") -> Pack:
    """Each of ``conditions`` is a few lines; the name is its number, the verdict "refuse" unless it says another."""
    text = (
        f'id = "gate"\ntitle = {{ vi = "Chốt", en = "Gate" }}\nvalid_from = 2021-01-01\nlegal_basis = "Luật"\n{head}\n'
    )
    for number, condition in enumerate(conditions, 1):
        verdict = "" if "verdict" in condition else 'verdict = "refuse"\n'
        text += f'\n[[condition]]\nname = "c{number}"\n{verdict}{PEOPLE}{condition}\n'
    file = tmp_path / "gate.toml"
    file.write_text(text, "utf-8")
    return load_pack(file)


def states(outcome: Outcome) -> dict[str, str]:
    return {one.name: one.state.value for one in outcome.results}


def one(outcome: Outcome, name: str = "c1") -> ConditionResult:
    return next(result for result in outcome.results if result.name == name)


DOSES = 'rule = "doses >= 2"'
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
    assert result.fault.startswith(f"{name}: ")
    assert str(value) not in result.fault or len(str(value)) < 3
    assert result.reason.vi
    assert result.next_step.vi


def test_a_rule_that_cannot_be_evaluated_refers_with_a_reason(tmp_path: Path) -> None:
    condition = """rule_json = '{ "!": [ { "plusTime": [ { "var": "last_dose_on" }, 1, "day" ] } ] }'"""
    outcome = evaluate(pack(tmp_path, condition), {"last_dose_on": "2021-08-01"}, AT)
    assert (outcome.verdict, one(outcome).fault) == (Verdict.REFER, "a date is neither true nor false")
    assert one(outcome).reason.vi == "Dữ liệu không dùng được."


FOREIGN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=5)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.datetimes(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLAUSIBLE = {name: st.sampled_from(fact.values()) for name, fact in FACTS.items() if fact.choices}
PLAUSIBLE |= {name: st.booleans() for name, fact in FACTS.items() if fact.kind == "boolean"}
PLAUSIBLE |= {name: st.integers(0, 200) for name, fact in FACTS.items() if fact.kind in ("integer", "number")}
PLAUSIBLE |= {name: st.dates(date(2019, 1, 1), date(2023, 1, 1)) for name, fact in FACTS.items() if fact.kind == "date"}
FACTS_GIVEN = st.fixed_dictionaries({}, optional={name: PLAUSIBLE.get(name, FOREIGN) for name in FACTS})
SHIPPED = [load_pack(path) for path in sorted(FOLDER.glob("*.toml"))]
MOMENTS = st.datetimes(datetime(2021, 6, 1), datetime(2022, 3, 1), timezones=st.just(UTC))


def assert_sound(policy: Pack, outcome: Outcome) -> None:
    found = [result for result in outcome.results if not result.name.startswith("policy.")]
    assert {name for result in found for name in result.missing} <= set(FACTS)
    if outcome.verdict is Verdict.ADMIT:
        assert policy.valid_at(outcome.at)
        assert [result.name for result in found] == [condition.name for condition in policy.conditions]
        assert any(result.state is State.MET for result in found)
        for result, condition in zip(found, policy.conditions, strict=True):
            if result.state is State.OPEN:
                assert condition.if_missing == "note"
            if result.state is State.NOT_MET:
                assert condition.verdict == "note"
    if outcome.verdict is Verdict.ASK:
        assert outcome.missing


@UNHURRIED
@given(
    st.sampled_from(SHIPPED), st.dictionaries(st.sampled_from([*FACTS, "origin", "declaration", "?"]), FOREIGN), MOMENTS
)
def test_no_facts_break_a_policy(policy: Pack, facts: dict[str, Any], at: datetime) -> None:
    assert_sound(policy, evaluate(policy, facts, at))


@UNHURRIED
@given(st.sampled_from(SHIPPED), FACTS_GIVEN, MOMENTS)
def test_nobody_is_admitted_while_a_condition_is_open_or_not_met(
    policy: Pack, facts: dict[str, Any], at: datetime
) -> None:
    outcome = evaluate(policy, facts, at)
    assert_sound(policy, outcome)
    assert evaluate(policy, facts, at) == outcome


WORKED_OUT = {name for name in FACTS if name.endswith(".risk") or "_since_" in name} | {"age"}


@UNHURRIED
@given(st.sampled_from(SHIPPED), FACTS_GIVEN, st.sets(st.sampled_from(sorted(set(FACTS) - WORKED_OUT))), MOMENTS)
def test_hiding_facts_never_turns_a_condition_into_its_opposite(
    policy: Pack, facts: dict[str, Any], hidden: set[str], at: datetime
) -> None:
    whole = states(evaluate(policy, facts, at))
    fewer = {name: value for name, value in facts.items() if name not in hidden}
    for name, state in states(evaluate(policy, fewer, at)).items():
        if state != "open" and not name.startswith("policy.") and whole[name] != "open":
            assert state == whole[name] or {state, whole[name]} == {"met", "not_applicable"}


# --- worked out


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
        ('["26734"]', '["2673"]', "pattern"),
    ],
)
def test_mistakes_in_a_map_are_told(tmp_path: Path, old: str, new: str, words: str) -> None:
    (tmp_path / "map.toml").write_text(MAP.replace(old, new, 1), "utf-8")
    with pytest.raises(ValueError, match=words) as caught:
        pack(tmp_path, DOSES, head='risk_map = "map.toml"')
    assert "map.toml:" in str(caught.value)


# --- answers


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
