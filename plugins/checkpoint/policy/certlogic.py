"""CertLogic 1.3.3, compiled once and evaluated many times, with a third value for what is not known. Checks no facts.

Source: specification and test suite of ehn-dcc-development/dgc-business-rules. An ``Unknown`` in the data passes through
every operation, except where the rest already decides (Kleene's strong logic): *false and unknown* is false. Numbers with
decimals may come from the data, though not from an expression.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from plugins.checkpoint.policy import certlogic_operations as operations
from plugins.checkpoint.policy.certlogic_form import COMPARISONS, problems
from plugins.checkpoint.policy.certlogic_operations import CertLogicError, Evaluator
from plugins.checkpoint.policy.unknown import Unknown

Variable = Callable[[str], Evaluator]


def compile_expression(expression: Any, variable: Variable | None = None) -> Evaluator:
    """A function from data to the expression's value. ``variable`` says how ``var`` finds its value by its path; by default it
    drills into the data. Raises ``CertLogicError`` for what is not CertLogic; so may the function, for data of a wrong type."""
    for path, said in problems(expression):
        place = f"{path}: " if path else ""
        raise CertLogicError(place + said.vi, place + said.en)
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
        return operations.member_of_texts(_compile(operands[0], variable), frozenset(operands[1]))
    if name == "reduce":
        # inside the lambda only "current" and "accumulator" exist
        return operations.reduce(
            _compile(operands[0], variable), _compile(operands[1], drill), _compile(operands[2], variable)
        )
    parts = [_compile(operand, variable) for operand in operands]
    if name in COMPARISONS:
        return operations.comparison(COMPARISONS[name], name, parts)
    if name == "plusTime":
        return operations.plus_time(parts[0], operands[1], operands[2])
    if name == "extractFromUVCI":
        return operations.extract_from_uvci(parts[0], operands[1])
    return operations.OPERATIONS[name](*parts)
