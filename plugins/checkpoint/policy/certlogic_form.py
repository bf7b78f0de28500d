"""Whether a JSON value is an expression of CertLogic 1.3.3, without evaluating it. Knows no facts."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from plugins.checkpoint.policy.date_times import UNITS

DEPTH = 150  # deeper nesting is nobody's rule; what the notation may write stays below it

NUMBERS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
MOMENTS: Mapping[str, Callable[[Any, Any], bool]] = {
    "before": operator.lt,
    "after": operator.gt,
    "not-after": operator.le,
    "not-before": operator.ge,
}
COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {**NUMBERS, **MOMENTS}
_OPERANDS: Mapping[str, tuple[int, int]] = {  # least and most
    "if": (3, 3),
    "and": (2, 10_000),
    "===": (2, 2),
    "in": (2, 2),
    "+": (2, 2),
    "!": (1, 1),
    "plusTime": (3, 3),
    "dccDateOfBirth": (1, 1),
    "reduce": (3, 3),
    "extractFromUVCI": (2, 2),
    **dict.fromkeys(COMPARISONS, (2, 3)),
}
_PATH = re.compile(r"([^.]+(\.[^.]+)*)?")


def problems(expression: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """What is wrong, each with the way to it inside the expression, such as ``and.1.plusTime``."""
    if depth > DEPTH:
        yield path, f"nested more than {DEPTH} deep"
    elif isinstance(expression, bool | str | int):
        return
    elif isinstance(expression, float):
        yield path, f"{expression} is a non-integer number"
    elif isinstance(expression, list):
        for number, item in enumerate(expression):
            yield from problems(item, _below(path, number), depth + 1)
    elif isinstance(expression, dict):
        yield from _of_operation(expression, path, depth)
    else:
        yield path, "invalid CertLogic expression"


def _of_operation(expression: dict[str, Any], path: str, depth: int) -> Iterator[tuple[str, str]]:
    if len(expression) != 1:
        yield path, f"expression object must have exactly one key, but it has {len(expression)}"
        return
    ((name, operands),) = expression.items()
    here = _below(path, name)
    if name == "var":
        if not isinstance(operands, str):
            yield here, 'not of the form { "var": "<path>" }'
        elif not _PATH.fullmatch(operands):
            yield here, f"data access path doesn't have a valid format: {operands}"
        return
    if not isinstance(operands, list):
        yield here, 'operation not of the form { "<operator>": [ <values...> ] }'
        return
    if name not in _OPERANDS:
        yield here, f'unrecognised operator: "{name}"'
        return
    least, most = _OPERANDS[name]
    if not least <= len(operands) <= most:
        yield here, f"has {len(operands)} operands, and takes {least if least == most else f'{least} or more'}"
        return
    if name == "plusTime":
        if type(operands[1]) is not int or abs(operands[1]) > 10_000_000:
            yield here, "the amount (second operand) must be a whole number"
        if operands[2] not in UNITS:
            yield here, f"the unit (third operand) must be one of {', '.join(UNITS)}"
        operands = operands[:1]
    elif name == "extractFromUVCI":
        if type(operands[1]) is not int:
            yield here, "the index (second operand) must be a whole number"
        operands = operands[:1]
    for number, operand in enumerate(operands):
        yield from problems(operand, _below(here, number), depth + 1)


def _below(path: str, step: str | int) -> str:
    return f"{path}.{step}" if path else str(step)
