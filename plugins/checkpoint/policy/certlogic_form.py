"""Whether a JSON value is an expression of CertLogic 1.3.3, without evaluating it. Knows no facts.
The English words are those of the official suite."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kiosk.domain import Text
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


def problems(expression: Any, path: str = "", depth: int = 0) -> Iterator[tuple[str, Text]]:
    """What is wrong, each with the way to it inside the expression, such as ``and.1.plusTime``."""
    if depth > DEPTH:
        yield path, Text(f"lồng vào nhau hơn {DEPTH} tầng", f"nested more than {DEPTH} deep")
    elif isinstance(expression, bool | str | int):
        return
    elif isinstance(expression, float):
        yield path, Text(f"{expression} không phải số nguyên", f"{expression} is a non-integer number")
    elif isinstance(expression, list):
        for number, item in enumerate(expression):
            yield from problems(item, _below(path, number), depth + 1)
    elif isinstance(expression, dict):
        yield from _of_operation(expression, path, depth)
    else:
        yield path, Text("không phải biểu thức CertLogic", "invalid CertLogic expression")


def _of_operation(expression: dict[str, Any], path: str, depth: int) -> Iterator[tuple[str, Text]]:
    if len(expression) != 1:
        keys = len(expression)
        yield (
            path,
            Text(
                f"đối tượng biểu thức phải có đúng một khóa, mà có {keys}",
                f"expression object must have exactly one key, but it has {keys}",
            ),
        )
        return
    ((name, operands),) = expression.items()
    here = _below(path, name)
    if name == "var":
        if not isinstance(operands, str):
            yield here, _form('{ "var": "<path>" }', "")
        elif not _PATH.fullmatch(operands):
            yield (
                here,
                Text(
                    f"đường dẫn tới dữ liệu không đúng dạng: {operands}",
                    f"data access path doesn't have a valid format: {operands}",
                ),
            )
        return
    if not isinstance(operands, list):
        yield here, _form('{ "<operator>": [ <values...> ] }', "operation ")
        return
    if name not in _OPERANDS:
        yield here, Text(f'không có phép toán "{name}"', f'unrecognised operator: "{name}"')
        return
    least, most = _OPERANDS[name]
    if not least <= len(operands) <= most:
        many, vi, en = len(operands), f"{least}", f"{least}"
        if least != most:
            vi, en = f"từ {least} trở lên", f"{least} or more"
        yield here, Text(f"có {many} toán hạng, mà cần {vi}", f"has {many} operands, and takes {en}")
        return
    if name == "plusTime":
        if type(operands[1]) is not int or abs(operands[1]) > 10_000_000:
            yield (
                here,
                Text(
                    "lượng cộng (toán hạng thứ hai) phải là số nguyên",
                    "the amount (second operand) must be a whole number",
                ),
            )
        if operands[2] not in UNITS:
            units = ", ".join(UNITS)
            yield (
                here,
                Text(
                    f"đơn vị (toán hạng thứ ba) phải là một trong {units}",
                    f"the unit (third operand) must be one of {units}",
                ),
            )
        operands = operands[:1]
    elif name == "extractFromUVCI":
        if type(operands[1]) is not int:
            yield (
                here,
                Text(
                    "thứ tự (toán hạng thứ hai) phải là số nguyên", "the index (second operand) must be a whole number"
                ),
            )
        operands = operands[:1]
    for number, operand in enumerate(operands):
        yield from problems(operand, _below(here, number), depth + 1)


def _form(form: str, what: str) -> Text:
    return Text(f"không có dạng {form}", f"{what}not of the form {form}")


def _below(path: str, step: str | int) -> str:
    return f"{path}.{step}" if path else str(step)
