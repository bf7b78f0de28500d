"""CertLogic 1.3.3, compiled once and evaluated many times, with a third value for what is not known. Checks no facts.

Source: specification and test suite of ehn-dcc-development/dgc-business-rules. An ``Unknown`` in the data passes through
every operation, except where the rest already decides (Kleene's strong logic): *false and unknown* is false. Numbers with
decimals may come from the data, though not from an expression.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from plugins.checkpoint.policy import date_times
from plugins.checkpoint.policy.certlogic_form import COMPARISONS, problems
from plugins.checkpoint.policy.unknown import Unknown, either, together

Evaluator = Callable[[Any], Any]
Variable = Callable[[str], Evaluator]


class CertLogicError(ValueError):
    """An expression that is not CertLogic, or an operand of a type that its operation does not take."""


def compile_expression(expression: Any, variable: Variable | None = None) -> Evaluator:
    """A function from data to the expression's value. ``variable`` says how ``var`` finds its value by its path; by default it
    drills into the data. Raises ``CertLogicError`` for what is not CertLogic; so may the function, for data of a wrong type."""
    for path, message in problems(expression):
        raise CertLogicError(f"{path}: {message}" if path else message)
    return _compile(expression, variable or drill)


def drill(path: str) -> Evaluator:
    """``var``: the way into nested objects and arrays; what is not there is null."""
    steps = path.split(".") if path else []

    def evaluate(data: Any) -> Any:
        for step in steps:
            if isinstance(data, Mapping):
                data = data.get(step)
            elif isinstance(data, list | tuple) and step.isdecimal() and int(step) < len(data):
                data = data[int(step)]
            elif type(data) is not Unknown:
                return None
        return data

    return evaluate


def truth(value: Any) -> bool | None:
    """True or False; None for what is unknown. Raises ``CertLogicError`` for what is neither truthy nor falsy, as a moment."""
    if value is True or value is False:
        return bool(value)
    if type(value) is Unknown:
        return None
    if isinstance(value, datetime):
        raise CertLogicError("a date is neither true nor false")
    return bool(value)


def _compile(expression: Any, variable: Variable) -> Evaluator:
    if isinstance(expression, list):
        items = [_compile(item, variable) for item in expression]
        return lambda data: [item(data) for item in items]
    if not isinstance(expression, dict):
        return lambda data: expression
    ((name, operands),) = expression.items()
    if name == "var":
        return variable(operands)
    if name == "in" and isinstance(operands[1], list) and all(type(item) is str for item in operands[1]):
        return _in_texts(_compile(operands[0], variable), frozenset(operands[1]))
    if name == "reduce":
        # inside the lambda only "current" and "accumulator" exist
        return _reduce(_compile(operands[0], variable), _compile(operands[1], drill), _compile(operands[2], variable))
    parts = [_compile(operand, variable) for operand in operands]
    if name in COMPARISONS:
        return _comparison(COMPARISONS[name], name, parts)
    if name == "plusTime":
        return _plus_time(parts[0], operands[1], operands[2])
    if name == "extractFromUVCI":
        return _extract_from_uvci(parts[0], operands[1])
    return _OPERATIONS[name](*parts)


def _and(*parts: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value: Any = None
        unknown: list[Any] = []
        for part in parts:
            value = part(data)
            if value is True:
                continue
            if type(value) is Unknown:
                unknown.append(value)
            elif not truth(value):
                return value
        return together(unknown) if unknown else value

    return evaluate


def _not(part: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value = part(data)
        known = truth(value)
        return value if known is None else not known

    return evaluate


def _if(guard: Evaluator, then: Evaluator, other: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value = guard(data)
        known = truth(value)
        if known is not None:
            return then(data) if known else other(data)
        # whichever way the guard turns out: where both ways say the same, that is known
        first, second = then(data), other(data)
        if type(first) is not Unknown and _same(first, second):
            return first
        return value

    return evaluate


def _same(left: Any, right: Any) -> bool:
    """Equality without turning one type into another: ``1`` is not ``true``."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def _equals(left: Evaluator, right: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        one, two = left(data), right(data)
        if type(one) is Unknown or type(two) is Unknown:
            return either(one, two)
        return _same(one, two)

    return evaluate


def _in(member: Evaluator, group: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value, items = member(data), group(data)
        if type(items) is Unknown:
            return either(value, items)
        if not isinstance(items, list | tuple):
            raise CertLogicError('the second operand of "in" is not an array')
        if type(value) is Unknown:
            return value if items else False  # nothing is in an empty array
        if any(type(item) is not Unknown and _same(value, item) for item in items):
            return True
        unknown = [item for item in items if type(item) is Unknown]
        return together(unknown) if unknown else False

    return evaluate


def _in_texts(member: Evaluator, texts: frozenset[str]) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value = member(data)
        if type(value) is str:
            return value in texts
        return value if type(value) is Unknown and texts else False

    return evaluate


def _comparison(compare: Callable[[Any, Any], bool], name: str, parts: list[Evaluator]) -> Evaluator:
    wanted = (
        (int, float)
        if compare in (operator.lt, operator.le, operator.gt, operator.ge) and len(name) <= 2
        else (datetime,)
    )

    def pair(one: Any, two: Any) -> Any:
        if type(one) is Unknown or type(two) is Unknown:
            return either(one, two)
        if not (isinstance(one, wanted) and isinstance(two, wanted)) or isinstance(one, bool) or isinstance(two, bool):
            raise CertLogicError(f'"{name}" compares {"dates" if datetime in wanted else "numbers"} only')
        return compare(one, two)

    def two_sided(data: Any) -> Any:
        return pair(left(data), right(data))

    def between(data: Any) -> Any:
        values = [part(data) for part in parts]
        first, second = pair(values[0], values[1]), pair(values[1], values[2])
        if first is False or second is False:
            return False
        return either(first, second) if type(first) is Unknown or type(second) is Unknown else True

    left, right = parts[0], parts[1]
    return two_sided if len(parts) == 2 else between


def _plus(left: Evaluator, right: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        one, two = left(data), right(data)
        if type(one) is Unknown or type(two) is Unknown:
            return either(one, two)
        if type(one) not in (int, float) or type(two) not in (int, float):
            raise CertLogicError('"+" adds numbers only')
        return one + two

    return evaluate


def _plus_time(date: Evaluator, amount: int, unit: str) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value = date(data)
        if type(value) is Unknown:
            return value
        try:
            return date_times.plus(date_times.moment_of(value), amount, unit)
        except ValueError as error:
            raise CertLogicError(f'"plusTime": {error}') from None

    return evaluate


def _date_of_birth(date: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value = date(data)
        if type(value) is Unknown:
            return value
        if not isinstance(value, str) or "T" in value:
            raise CertLogicError('"dccDateOfBirth" takes the text of a year, a month or a day')
        try:
            return date_times.parse(value)
        except ValueError as error:
            raise CertLogicError(f'"dccDateOfBirth": {error}') from None

    return evaluate


def _extract_from_uvci(text: Evaluator, index: int) -> Evaluator:
    def evaluate(data: Any) -> Any:
        value = text(data)
        if value is None or type(value) is Unknown:
            return value
        if not isinstance(value, str):
            raise CertLogicError('"extractFromUVCI" takes a text')
        fragments = value.removeprefix("URN:UVCI:").replace("/", ":").replace("#", ":").split(":")
        return fragments[index] if 0 <= index < len(fragments) else None

    return evaluate


def _reduce(operand: Evaluator, step: Evaluator, initial: Evaluator) -> Evaluator:
    def evaluate(data: Any) -> Any:
        items, value = operand(data), initial(data)
        if type(items) is Unknown:
            return items
        if items is None:
            return value
        if not isinstance(items, list | tuple):
            raise CertLogicError('the first operand of "reduce" is not an array')
        for item in items:
            value = step({"current": item, "accumulator": value, "data": data})
        return value

    return evaluate


_OPERATIONS: Mapping[str, Callable[..., Evaluator]] = {
    "and": _and,
    "!": _not,
    "if": _if,
    "===": _equals,
    "in": _in,
    "+": _plus,
    "dccDateOfBirth": _date_of_birth,
}
