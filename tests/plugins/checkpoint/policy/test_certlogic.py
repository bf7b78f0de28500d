"""CertLogic with a third value: the laws of Kleene's logic, and that nothing known is ever undone by learning more."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins.checkpoint.policy import date_times
from plugins.checkpoint.policy.certlogic import compile_expression
from plugins.checkpoint.policy.certlogic_form import DEPTH, problems
from plugins.checkpoint.policy.certlogic_operations import CertLogicError
from plugins.checkpoint.policy.unknown import Unknown

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

A, B, C = ({"var": name} for name in "abc")
UNKNOWN = "unknown"


def value(expression: Any, **data: Any) -> Any:
    given = {name: Unknown((name,)) if one is UNKNOWN else one for name, one in data.items()}
    found = compile_expression(expression)(given)
    return UNKNOWN if type(found) is Unknown else found


def both(one: Any, two: Any) -> Any:
    return {"and": [one, two]}


def no(one: Any) -> Any:
    return {"!": [one]}


def either(one: Any, two: Any) -> Any:
    return no(both(no(one), no(two)))


@pytest.mark.parametrize(
    ("one", "two", "conjunction", "disjunction"),
    [
        (True, True, True, True),
        (True, False, False, True),
        (True, UNKNOWN, UNKNOWN, True),
        (False, False, False, False),
        (False, UNKNOWN, False, UNKNOWN),
        (UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_and_and_or_by_kleenes_table(one: Any, two: Any, conjunction: Any, disjunction: Any) -> None:
    for a, b in ((one, two), (two, one)):
        assert value(both(A, B), a=a, b=b) == conjunction
        assert value(either(A, B), a=a, b=b) == disjunction


def test_not_of_unknown_is_unknown() -> None:
    assert value(no(A), a=UNKNOWN) == UNKNOWN
    assert value(no(no(A)), a=UNKNOWN) == UNKNOWN


TRUTHS = st.sampled_from([True, False, UNKNOWN])


@UNHURRIED
@given(TRUTHS, TRUTHS, TRUTHS)
def test_the_laws_hold_for_three_values(a: Any, b: Any, c: Any) -> None:
    def of(expression: Any) -> Any:
        return value(expression, a=a, b=b, c=c)

    assert of(no(both(A, B))) == of(either(no(A), no(B)))
    assert of(no(either(A, B))) == of(both(no(A), no(B)))
    assert of(both(A, both(B, C))) == of(both(both(A, B), C)) == of({"and": [A, B, C]})
    assert of(both(A, either(B, C))) == of(either(both(A, B), both(A, C)))
    assert of(both(A, either(A, B))) == of(A)
    assert of(either(A, no(A))) in (True, UNKNOWN)


NAMES = {
    "p": st.booleans(),
    "q": st.booleans(),
    "m": st.integers(-3, 3),
    "n": st.integers(-3, 3),
    "s": st.sampled_from("xyz"),
}
NUMBERS = st.one_of(st.sampled_from([{"var": "m"}, {"var": "n"}]), st.integers(-3, 3))
LEAVES = st.one_of(
    st.booleans(),
    st.sampled_from([{"var": "p"}, {"var": "q"}]),
    st.builds(lambda op, x, y: {op: [x, y]}, st.sampled_from(["<", "<=", ">", ">=", "==="]), NUMBERS, NUMBERS),
    st.builds(lambda op, x, y, z: {op: [x, y, z]}, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS, NUMBERS, NUMBERS),
    st.builds(lambda xs: {"in": [{"var": "s"}, xs]}, st.lists(st.sampled_from("xyz"), max_size=3)),
    st.builds(lambda xs: {"in": [{"var": "m"}, xs]}, st.lists(NUMBERS, max_size=3)),
    st.builds(lambda x, y, z: {">": [{"+": [x, y]}, z]}, NUMBERS, NUMBERS, NUMBERS),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda xs: {"and": xs}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(no, inner),
        st.builds(lambda x, y, z: {"if": [x, y, z]}, inner, inner, inner),
        st.builds(lambda x, y: {"===": [x, y]}, inner, inner),
    ),
    max_leaves=12,
)


@UNHURRIED
@given(RULES, st.fixed_dictionaries(NAMES), st.sets(st.sampled_from(sorted(NAMES))))
def test_what_is_known_without_some_facts_stays_so_when_they_come(
    rule: Any, data: dict[str, Any], hidden: set[str]
) -> None:
    evaluate = compile_expression(rule)
    early = evaluate({name: Unknown((name,)) if name in hidden else one for name, one in data.items()})
    final = evaluate(data)
    assert type(final) is not Unknown
    if type(early) is Unknown:
        assert early.names
        assert set(early.names) <= hidden
    else:
        assert early == final


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "and if ! var in === < after plusTime dccDateOfBirth reduce + extractFromUVCI strange".split()  # noqa: SIM905
            ),
            inner,
            max_size=2,
        )
    ),
    max_leaves=20,
)


@UNHURRIED
@given(JSON, JSON)
def test_foreign_expressions_and_data_end_in_a_value_or_a_certlogic_error(expression: Any, data: Any) -> None:
    try:
        evaluate = compile_expression(expression)
    except CertLogicError:
        assert list(problems(expression))
        return
    with suppress(CertLogicError):
        evaluate(data)


def test_depth_is_bounded() -> None:
    deep: Any = True
    for _ in range(5 * DEPTH):
        deep = [deep]
    assert any("deep" in said.en for _, said in problems(deep))


@pytest.mark.parametrize(
    ("expression", "data"),
    [
        ({"<": [{"var": "a"}, 3]}, {"a": "2"}),
        ({"<": [{"var": "a"}, 3]}, {"a": True}),
        ({"<": [{"var": "a"}, 3]}, {"a": None}),
        ({"after": ["2021-01-01", {"plusTime": ["2021-01-01", 0, "day"]}]}, {}),
        ({"plusTime": [{"var": "a"}, 0, "day"]}, {"a": "1.1.2021"}),
        ({"plusTime": [{"var": "a"}, 10_000_000, "year"]}, {"a": "2021-01-01"}),
        ({"dccDateOfBirth": [{"var": "a"}]}, {"a": "2021-01-01T00:00:00"}),
        ({"in": [1, {"var": "a"}]}, {"a": "12"}),
        ({"+": [1, {"var": "a"}]}, {"a": "1"}),
        ({"+": [0, {"var": "a"}]}, {"a": True}),
        ({"+": [10**400, {"var": "a"}]}, {"a": 0.5}),
        ({"and": [{"plusTime": ["2021-01-01", 0, "day"]}, True]}, {}),
        ({"extractFromUVCI": [{"var": "a"}, 0]}, {"a": 7}),
    ],
)
def test_operands_of_a_wrong_type_are_errors(expression: Any, data: Any) -> None:
    with pytest.raises(CertLogicError):
        compile_expression(expression)(data)


@pytest.mark.parametrize(
    ("begin", "amount", "unit", "end"),
    [
        ("2020-02-29", 1, "day", "2020-03-01T00:00:00"),
        ("2020-02-29", 1, "month", "2020-03-29T00:00:00"),
        ("2020-02-29", 1, "year", "2021-03-01T00:00:00"),
        ("2021-01-31", 1, "month", "2021-03-03T00:00:00"),
        ("2021-03-31", -1, "month", "2021-03-03T00:00:00"),
        ("2021-12-15", 13, "month", "2023-01-15T00:00:00"),
        ("2021", 0, "day", "2021-12-31T00:00:00"),
        ("2024-02", 0, "day", "2024-02-29T00:00:00"),
        ("2021-06-01T07:30:00+07:00", 0, "hour", "2021-06-01T00:30:00"),
        ("2021-06-01T00:00:00-3", 0, "hour", "2021-06-01T03:00:00"),
        ("2021-06-01T00:00:00.9999Z", 0, "hour", "2021-06-01T00:00:00.999000"),
    ],
)
def test_dates_and_their_arithmetic(begin: str, amount: int, unit: str, end: str) -> None:
    found = date_times.plus(date_times.parse(begin), amount, unit)
    assert found.isoformat() == f"{end}+00:00"


@UNHURRIED
@given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}[+-]\d{1,4})?", fullmatch=True))
def test_foreign_dates_are_a_moment_in_utc_or_a_value_error(text: str) -> None:
    try:
        found = date_times.parse(text)
    except ValueError:
        return
    assert str(found.tzinfo) == "UTC"
