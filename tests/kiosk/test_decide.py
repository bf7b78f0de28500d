"""The decision: absence never admits, and more concern never lets anyone further in."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.decide import NO_GROUND, decide
from kiosk.domain import Decision, Finding, Question, Severity, Text

STRICTNESS = [Decision.ADMIT, Decision.ASK, Decision.REFER, Decision.REFUSE]
QUESTION = Question("q", Text("Hỏi?", "Ask?"))
severities = st.sampled_from(list(Severity))
findings = st.lists(
    st.builds(Finding, st.text(min_size=1, max_size=5), severities, st.just(Text("vì", "why"))), max_size=8
)
questions = st.sampled_from([(), (QUESTION,), (QUESTION, QUESTION)])


def finding(severity: Severity, code: str = "test.reason") -> Finding:
    return Finding(code, severity, Text("vì", "why"))


def expected(present: set[Severity], asked: bool) -> Decision:
    """The table, written out once more by hand."""
    if Severity.BAR in present:
        return Decision.REFUSE
    if Severity.CONCERN in present:
        return Decision.REFER
    if asked or Severity.OPEN in present:
        return Decision.ASK
    return Decision.ADMIT if Severity.GROUND in present else Decision.REFER


@pytest.mark.parametrize("asked", [False, True])
def test_every_combination_of_severities(asked: bool) -> None:
    for count in range(len(Severity) + 1):
        for present in combinations(Severity, count):
            decision, _ = decide([finding(one) for one in present], (QUESTION,) if asked else ())
            assert decision is expected(set(present), asked), (present, asked)


@given(findings, questions)
def test_nobody_is_admitted_without_a_ground_or_with_anything_open(
    found: list[Finding], asked: tuple[Question, ...]
) -> None:
    decision, _ = decide(found, asked)
    if decision is Decision.ADMIT:
        present = {one.severity for one in found}
        assert Severity.GROUND in present
        assert not present & {Severity.BAR, Severity.CONCERN, Severity.OPEN}
        assert asked == ()


@given(findings, questions, st.sampled_from([Severity.BAR, Severity.CONCERN, Severity.OPEN]))
def test_one_more_objection_never_admits(found: list[Finding], asked: tuple[Question, ...], more: Severity) -> None:
    after, _ = decide([*found, finding(more)], asked)
    assert after is not Decision.ADMIT


@given(findings, questions, st.sampled_from([Severity.BAR, Severity.CONCERN]))
def test_one_more_concern_or_bar_never_loosens(
    found: list[Finding], asked: tuple[Question, ...], more: Severity
) -> None:
    before, _ = decide(found, asked)
    after, _ = decide([*found, finding(more)], asked)
    if before is Decision.REFER and {one.severity for one in found} <= {Severity.NOTE}:
        assert after in (Decision.REFER, Decision.REFUSE)  # "nobody vouched" is replaced by a reason that somebody gave
    else:
        assert STRICTNESS.index(after) >= STRICTNESS.index(before)


@given(findings, questions)
def test_notes_change_nothing(found: list[Finding], asked: tuple[Question, ...]) -> None:
    assert decide([*found, finding(Severity.NOTE)], asked)[0] is decide(found, asked)[0]


@given(findings, questions)
def test_the_weightiest_reason_comes_first_and_none_is_lost(found: list[Finding], asked: tuple[Question, ...]) -> None:
    _, ordered = decide(found, asked)
    weight = [Severity.BAR, Severity.CONCERN, Severity.OPEN, Severity.GROUND, Severity.NOTE]
    places = [weight.index(one.severity) for one in ordered]
    assert places == sorted(places)
    for severity in Severity:
        kept = [one for one in ordered if one.severity is severity and one is not NO_GROUND]
        assert kept == [one for one in found if one.severity is severity]


@given(findings, questions)
def test_what_does_not_admit_says_why(found: list[Finding], asked: tuple[Question, ...]) -> None:
    decision, ordered = decide(found, asked)
    assert decision in (Decision.ADMIT, Decision.ASK) or ordered
