"""The notation of rules: what it means, where it says that a mistake is, and that no text is too strange for it."""

from __future__ import annotations

import operator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.checkpoint.policy.catalogue import FACTS
from plugins.checkpoint.policy.certlogic import compile_expression
from plugins.checkpoint.policy.certlogic_form import problems
from plugins.checkpoint.policy.notation import MAX_DEPTH, MAX_LENGTH, read
from plugins.checkpoint.policy.rules import RuleError, facts_of, read_json, read_rule
from plugins.checkpoint.policy.tokens import NotationError, tokens
from tests.support.both_languages import assert_both_languages

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

LISTS = {"south": ["79", "74"], "few": [1, 2]}


def means(text: str) -> Any:
    return read(text, FACTS, LISTS).json


def mistake(text: str) -> NotationError | None:
    try:
        read(text, FACTS, LISTS)
    except NotationError as error:
        return error
    return None


DOSES, RISK = {"var": "doses"}, {"var": "origin.risk"}


@pytest.mark.parametrize(
    ("text", "certlogic"),
    [
        ("denied", {"var": "denied"}),
        ("not denied", {"!": [{"var": "denied"}]}),
        ("doses >= 2", {">=": [DOSES, 2]}),
        ("doses == 2", {"===": [DOSES, 2]}),
        ("doses != 2", {"!": [{"===": [DOSES, 2]}]}),
        ("1 <= doses <= 3", {"<=": [1, DOSES, 3]}),
        ("1 <= doses < 3", {"and": [{"<=": [1, DOSES]}, {"<": [DOSES, 3]}]}),
        ('origin.risk in ["red", "orange"]', {"in": [RISK, ["red", "orange"]]}),
        ("origin.risk not in ['red',]", {"!": [{"in": [RISK, ["red"]]}]}),
        ("origin.province in south", {"in": [{"var": "origin.province"}, ["79", "74"]]}),
        ("doses in few", {"in": [DOSES, [1, 2]]}),
        ("doses >= doses_total - 1", {">=": [DOSES, {"+": [{"var": "doses_total"}, -1]}]}),
        ("doses > -1", {">": [DOSES, -1]}),
        ("denied == false", {"===": [{"var": "denied"}, False]}),
        ("denied and green_lane", {"and": [{"var": "denied"}, {"var": "green_lane"}]}),
        (
            "denied or green_lane",
            {"!": [{"and": [{"!": [{"var": "denied"}]}, {"!": [{"var": "green_lane"}]}]}]},
        ),
        (
            "last_dose_on + 14 days <= now",
            {
                "not-after": [
                    {"plusTime": [{"var": "last_dose_on"}, 14, "day"]},
                    {"plusTime": [{"var": "external.validationClock"}, 0, "day"]},
                ]
            },
        ),
        (
            'sampled_at > "2021-08-01T06:00:00Z"',
            {
                "after": [
                    {"plusTime": [{"var": "sampled_at"}, 0, "day"]},
                    {"plusTime": ["2021-08-01T06:00:00Z", 0, "day"]},
                ]
            },
        ),
    ],
)
def test_what_is_written_is_this_certlogic(text: str, certlogic: Any) -> None:
    assert means(text) == certlogic
    assert not list(problems(certlogic))


def test_not_binds_stronger_than_and_and_and_stronger_than_or() -> None:
    written = means("not denied and green_lane or quarantined")
    assert written == means("((not denied) and green_lane) or quarantined")
    assert written != means("not denied and (green_lane or quarantined)")


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("dosis >= 2", 0, "did you mean 'doses'"),
        ('risk == "red"', 0, "'origin.risk' or 'destination.risk'"),
        ('origin.risk == "purple"', 15, "never 'purple'"),
        ('origin.risk == "rde"', 15, "did you mean 'red'"),
        ('origin.province == "7"', 19, "origin.province is never '7'"),
        ('origin.province == "079"', 19, "write '79'"),
        ("doses == 30", 9, "between 0 and 20"),
        ('doses >= "2"', 9, "'2' is a text"),
        ("doses = 2", 6, "'=='"),
        ("doses >= 2 && denied", 11, "'and'"),
        ("doses >= 2 || denied", 11, "'or'"),
        ("!denied", 0, "'not'"),
        ("doses ≥ 2", 6, "'>='"),
        ("hours_since_test <= 71.5", 20, "no fractions"),
        ("doses", 0, "compare it"),
        ("doses and denied", 0, "yes or no"),
        ("denied >= 1", 0, "compares numbers"),
        ('test_kind == "pcr', 13, "closing quote"),
        ("(denied", 7, "found the end"),
        ("denied)", 6, "found ')'"),
        ("denied green_lane", 7, "expected 'and'"),
        ("origin.risk in red", 15, "no list is called 'red'"),
        ("origin.province in sout", 19, "did you mean 'south'"),
        ("origin.risk in []", 15, "empty"),
        ("origin.risk in [doses]", 16, "values only"),
        ("origin.risk not [1]", 16, "expected 'in'"),
        ("last_dose_on + 14 <= now", 13, "'days'"),
        ("last_dose_on == now", 0, "not by =="),
        ("doses + 14 days <= now", 6, "added to a date"),
        ("last_dose_on >= 3", 16, "compared with a date"),
        ('last_dose_on >= "soon"', 16, "not a date"),
        ("", 0, "found the end"),
        ("and", 0, "expected a fact"),
        ("origin.risk in true", 15, "expected '['"),
        ("doses >= 99999999999", 9, "at most 9 digits"),
        ("(" * (MAX_DEPTH + 1) + "denied" + ")" * (MAX_DEPTH + 1), MAX_DEPTH, "brackets"),
        ("not " * (MAX_DEPTH + 1) + "denied", 4 * MAX_DEPTH, "brackets"),
        ("denied and " * (MAX_LENGTH // 10) + "denied", 0, "longer"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, place: int, words: str) -> None:
    with pytest.raises((NotationError, RuleError)) as caught:
        read_rule(text, FACTS, LISTS)
    assert words in str(caught.value)
    assert_both_languages(caught.value.text)
    assert caught.value.place == place


@UNHURRIED
@given(st.text(max_size=300))
def test_any_text_is_a_rule_or_a_mistake_inside_it(text: str) -> None:
    found = mistake(text)
    assert found is None or 0 <= found.place <= len(text)


WORDS = (
    "and or not in ( ) [ ] , == != < <= > >= + - true false 1 14 days hours now 'red' \"pcr\" south".split()  # noqa: SIM905
    + sorted(FACTS)
)


@UNHURRIED
@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
def test_any_row_of_words_is_a_rule_that_compiles_or_a_mistake_inside_it(text: str) -> None:
    wrong = mistake(text)
    if wrong is not None:
        assert 0 <= wrong.place <= len(text)
        return
    found = means(text)
    compile_expression(found, lambda path: lambda data: data[path])
    assert set(facts_of(found)) <= set(FACTS)


# --- a rule means what Python means by the same rule

_SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
_FACTS = ("denied", "quarantined", "green_lane")
LEAF = st.one_of(
    st.sampled_from(_FACTS),
    st.builds(lambda sign, n: f"doses {sign} {n}", st.sampled_from(sorted(_SIGNS)), st.integers(0, 5)),
    st.builds(lambda a, b: f"{a} <= age < {b}", st.integers(0, 100), st.integers(0, 100)),
    st.builds(lambda xs: f"doses in {xs}", st.lists(st.integers(0, 5), min_size=1, max_size=3)),
    st.builds(lambda xs: f"origin_risk not in {xs}", st.lists(st.sampled_from(["red", "green"]), min_size=1)),
)
RULE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds(lambda x, y: f"({x} and {y})", inner, inner),
        st.builds(lambda x, y: f"{x} or {y}", inner, inner),
        st.builds(lambda x: f"not ({x})", inner),
        st.builds(lambda x, y, z: f"{x} or {y} and not {z}", inner, inner, LEAF.filter(lambda one: " " not in one)),
    ),
    max_leaves=8,
)


@UNHURRIED
@given(
    RULE,
    st.fixed_dictionaries(
        {
            **dict.fromkeys(_FACTS, st.booleans()),
            "doses": st.integers(0, 5),
            "age": st.integers(0, 100),
            "origin_risk": st.sampled_from(["red", "orange", "green"]),
        }
    ),
)
def test_a_rule_means_what_python_means_by_it(rule: str, data: dict[str, Any]) -> None:
    wanted = eval(rule, {}, data)
    found = read(rule.replace("origin_risk", "origin.risk"), FACTS, {}).json
    evaluate = compile_expression(found, lambda path: lambda given: given[path.replace(".", "_")])
    assert evaluate(data) is wanted


# --- tables, and CertLogic as it is


def test_tables_join_rules() -> None:
    assert read_rule(["denied", "green_lane"], FACTS, {}) == means("denied and green_lane")
    assert read_rule({"any": ["denied", {"all": ["green_lane", "doses > 1"]}]}, FACTS, {}) == means(
        "denied or (green_lane and doses > 1)"
    )
    assert read_rule({"none": ["denied", "green_lane"]}, FACTS, {}) == means("not (denied or green_lane)")
    assert read_rule({"none": ["denied"]}, FACTS, {}) == means("not denied")


@pytest.mark.parametrize(
    ("rule", "text", "words"),
    [
        (["denied", "dosis > 1"], 1, "'doses'"),
        ({"any": ["denied", {"all": ["green_lane", "doses"]}]}, 2, "compare"),
        ({"some": ["denied"]}, 0, "all, any, none"),
        ({"all": []}, 0, "at least one"),
        ({"all": ["denied"], "any": ["denied"]}, 0, "one of all, any, none"),
        (7, 0, "expected a text"),
        ([[[[[[[["denied"]]]]]]]], 0, "within each other"),
    ],
)
def test_a_mistake_in_a_table_is_told_with_its_text(rule: Any, text: int, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_rule(rule, FACTS, {})
    assert words in str(caught.value)
    assert_both_languages(caught.value.text)
    assert caught.value.written == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"var": "dosis"}', "'doses'"),
        ('{">=": [{"var": "test_kind"}, 2]}', "compares numbers"),
        ('{"===": [{"var": "test_kind"}, "prc"]}', "did you mean 'pcr'"),
        ('{"after": [{"var": "last_dose_on"}, {"plusTime": ["2021", 0, "day"]}]}', 'made by "plusTime"'),
        ('{"plusTime": [{"var": "doses"}, 0, "day"]}', "added to a date"),
        ('{"and": [{"var": "denied"}]}', "and: has 1 operands"),
        ('{"strange": []}', "unrecognised operator"),
        ('{"reduce": [{"var": "doses"}, 1, 2]}', "not for policies"),
        ("true", "no rule"),
        ('{"and": [', "not JSON"),
        ("[" * 19_000, "nested"),
        (" " * 30_000, "longer"),
    ],
)
def test_certlogic_that_does_not_fit_the_facts_is_a_mistake(text: str, words: str) -> None:
    with pytest.raises(RuleError) as caught:
        read_json(text, FACTS)
    assert words in str(caught.value)
    assert_both_languages(caught.value.text)


@UNHURRIED
@given(st.text(max_size=200))
def test_words_of_a_text_lie_where_they_say(text: str) -> None:
    try:
        found = tokens(text)
    except NotationError:
        return
    for word in found[:-1]:
        assert text[word.place :].lstrip("\"'").startswith(word.text)
