"""CertLogic 1.3.3, compiled once and evaluated many times, with a third value for what is not known. Checks no facts.

Source: specification and test suite of ehn-dcc-development/dgc-business-rules. An ``Unknown`` in the data passes through
every operation, except where the rest already decides (Kleene's strong logic): *false and unknown* is false. Numbers with
decimals may come from the data, though not from an expression.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from plugins.checkpoint.policy import certlogic_operations as operations
from plugins.checkpoint.policy.certlogic_form import COMPARISONS, problems
from plugins.checkpoint.policy.certlogic_operations import CertLogicError, Evaluator
from plugins.checkpoint.policy.unknown import Unknown

Variable = Callable[[str], Evaluator]


def compile_expression(expression: Any, variable: Variable | None = None) -> Evaluator:
    """One expression by itself: see ``Compiler``."""
    return Compiler(variable).compile(expression)


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


class Compiler:
    """Makes functions of expressions, from data to the expression's value. What occurs in several of them is made once and shared:
    the conditions of a policy say much the same, and what lies close together is read from memory in less time."""

    def __init__(self, variable: Variable | None = None) -> None:
        """``variable`` says how ``var`` finds its value by its path; by default it drills into the data."""
        self._variable = variable or drill
        self._made: dict[str, Evaluator] = {}

    def compile(self, expression: Any) -> Evaluator:
        """Raises ``CertLogicError`` for what is not CertLogic; so may the function, for data of a wrong type."""
        for path, said in problems(expression):
            place = f"{path}: " if path else ""
            raise CertLogicError(place + said.vi, place + said.en)
        return self._shared(expression)

    def _shared(self, expression: Any) -> Evaluator:
        written = json.dumps(expression, sort_keys=True)
        found = self._made.get(written)
        if found is None:
            found = self._made[written] = self._compile(expression)
        return found

    def _compile(self, expression: Any) -> Evaluator:
        if isinstance(expression, list):
            items = [self._shared(item) for item in expression]
            return lambda data: [item(data) for item in items]
        if not isinstance(expression, dict):
            return lambda data: expression
        ((name, operands),) = expression.items()
        if name == "var":
            return self._variable(operands)
        if name == "in" and isinstance(operands[1], list) and all(type(item) is str for item in operands[1]):
            return operations.member_of_texts(self._shared(operands[0]), frozenset(operands[1]))
        if name == "reduce":
            # inside the lambda only "current" and "accumulator" exist
            return operations.reduce(
                self._shared(operands[0]), Compiler()._shared(operands[1]), self._shared(operands[2])
            )
        parts = [self._shared(operand) for operand in operands]
        if name in COMPARISONS:
            return operations.comparison(COMPARISONS[name], name, parts)
        if name == "plusTime":
            return operations.plus_time(parts[0], operands[1], operands[2])
        if name == "extractFromUVCI":
            return operations.extract_from_uvci(parts[0], operands[1])
        return operations.OPERATIONS[name](*parts)
