"""Whatever is known, nothing breaks a shipped pack, and nobody is admitted while a condition is open or not met."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.policies import FOLDER
from plugins.checkpoint.policy import (
    FACTS,
    Outcome,
    Pack,
    State,
    Verdict,
    evaluate,
    load_pack,
)
from tests.support.policy_packs import states

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

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
