"""What about a pack's file is wrong, or only odd, beyond its form and its rules: names, questions, examples. Reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from kiosk.toml_file import did_you_mean
from plugins.checkpoint.policy.catalogue import FACTS
from plugins.checkpoint.policy.pack import Condition
from plugins.checkpoint.policy.pack_file import AskTable, PackTable

Where = tuple[str | int, ...]


class Report(Protocol):
    """Takes one mistake: where, what was expected, and the line where it is known better than by the place."""

    def __call__(self, where: Where, message: str, line: int | None = None) -> None: ...


_TIMED = ("days_since_", "hours_since_", "now", "declaration.age_hours", "declaration.valid")


def unfit(table: PackTable, report: Report) -> None:
    """Reports names that are used twice, and questions and examples that do not fit the facts."""
    names: set[str] = set()
    for number, condition in enumerate(table.condition):
        if condition.name in names:
            report(("condition", number, "name"), "another condition is called so")
        names.add(condition.name)
        for place, ask in enumerate(condition.ask):
            _unfit_question(("condition", number, "ask"), place, ask, report)
    _unfit_facts(("usual",), table.usual, report)
    for number, example in enumerate(table.example):
        _unfit_facts(("example", number, "facts"), example.facts, report)
        for name in example.because or ():
            if name not in names and not name.startswith("policy."):
                report(("example", number, "because"), f"no condition is called {name!r}{did_you_mean(name, names)}")


def _unfit_facts(where: Where, facts: dict[str, Any], report: Report) -> None:
    for name, value in flat(facts).items():
        place = (*where, *name.split("."))
        if name not in FACTS:
            report(place, f"no fact is called {name!r}{did_you_mean(name, FACTS)}")
            continue
        try:
            FACTS[name].accept(value)
        except ValueError as error:
            report(place, str(error))


def _unfit_question(where: Where, place: int, ask: AskTable, report: Report) -> None:
    fact = FACTS.get(ask.fact)
    if fact is None:
        report(where, f"no fact is called {ask.fact!r}{did_you_mean(ask.fact, FACTS)}")
        return
    for choice in ask.choices:
        try:
            fact.parse(choice.value)
        except ValueError as error:
            report(where, f"question {place + 1}: {choice.value!r} is no answer for {fact.name}: {error}")


def flat(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts by their whole names; TOML makes tables of names with a point."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, dict):
            found |= {f"{name}.{key}": inside for key, inside in value.items()}
        else:
            found[name] = value
    return found


def warnings(table: PackTable, conditions: Sequence[Condition]) -> Iterator[tuple[Where, str]]:
    """What loads and is yet likely to be a mistake."""
    used = {name for condition in conditions for name in condition.uses}
    if not conditions:
        yield ("id",), "there is no condition: this policy admits nobody"
    elif all(condition.when is not None or condition.verdict == "note" for condition in conditions):
        yield ("id",), "every condition has a 'when': whoever none applies to is referred"
    if any(name.startswith(_TIMED) for name in used) and "clock_trusted" not in used:
        yield (
            ("id",),
            "rules depend on the time, and no condition asks whether the clock can be trusted (clock_trusted)",
        )
    if not table.example:
        yield ("id",), "there is no [[example]]: nothing shows that the pack says what was meant"
    written = " ".join(f"{condition.written} {condition.written_when}" for condition in conditions)
    for name in table.lists:
        if not re.search(rf"\b{re.escape(name)}\b", written):
            yield ("lists", name), "no rule uses this list"
