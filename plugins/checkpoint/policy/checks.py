"""What about a pack's file is wrong, or only odd, beyond its form and its rules: names, questions, examples. Reads no files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from kiosk.domain import Text
from kiosk.explained import text_of
from kiosk.toml_file import meant
from plugins.checkpoint.policy.catalogue import FACTS
from plugins.checkpoint.policy.pack import Condition
from plugins.checkpoint.policy.pack_file import AskTable, PackTable

Where = tuple[str | int, ...]


class Report(Protocol):
    """Takes one mistake: where, what was expected, and the line where it is known better than by the place."""

    def __call__(self, where: Where, said: Text, line: int | None = None) -> None: ...


_TWICE = Text("đã có điều kiện khác tên này", "another condition is called so")
_NO_CONDITION = Text(
    "không có điều kiện nào: quy định này không cho ai qua", "there is no condition: this policy admits nobody"
)
_ALL_GUARDED = Text(
    "điều kiện nào cũng có 'when': ai không thuộc điều kiện nào thì được chuyển cán bộ xem xét",
    "every condition has a 'when': whoever none applies to is referred",
)
_CLOCK = Text(
    "quy tắc phụ thuộc thời gian, mà không điều kiện nào hỏi đồng hồ có tin cậy không (clock_trusted)",
    "rules depend on the time, and no condition asks whether the clock can be trusted (clock_trusted)",
)
_NO_EXAMPLE = Text(
    "không có [[example]]: không có gì cho thấy gói này nói đúng điều muốn nói",
    "there is no [[example]]: nothing shows that the pack says what was meant",
)
_UNUSED = Text("không quy tắc nào dùng danh sách này", "no rule uses this list")
_TIMED = ("days_since_", "hours_since_", "now", "declaration.age_hours", "declaration.valid")


def unfit(table: PackTable, report: Report) -> None:
    """Reports names that are used twice, and questions and examples that do not fit the facts."""
    names: set[str] = set()
    for number, condition in enumerate(table.condition):
        if condition.name in names:
            report(("condition", number, "name"), _TWICE)
        names.add(condition.name)
        for place, ask in enumerate(condition.ask):
            _unfit_question(("condition", number, "ask"), place, ask, report)
    _unfit_facts(("usual",), table.usual, report)
    for number, example in enumerate(table.example):
        _unfit_facts(("example", number, "facts"), example.facts, report)
        for name in example.because or ():
            if name not in names and not name.startswith("policy."):
                near = meant(name, names)
                said = Text(
                    f"không có điều kiện nào tên {name!r}{near.vi}", f"no condition is called {name!r}{near.en}"
                )
                report(("example", number, "because"), said)


def _unfit_facts(where: Where, facts: dict[str, Any], report: Report) -> None:
    for name, value in flat(facts).items():
        place = (*where, *name.split("."))
        if name not in FACTS:
            report(place, no_fact(name))
            continue
        try:
            FACTS[name].accept(value)
        except ValueError as error:
            report(place, text_of(error))


def _unfit_question(where: Where, place: int, ask: AskTable, report: Report) -> None:
    fact = FACTS.get(ask.fact)
    if fact is None:
        report(where, no_fact(ask.fact))
        return
    for choice in ask.choices:
        try:
            fact.parse(choice.value)
        except ValueError as error:
            why = text_of(error)
            said = Text(
                f"câu hỏi {place + 1}: {choice.value!r} không phải câu trả lời cho {fact.name}: {why.vi}",
                f"question {place + 1}: {choice.value!r} is no answer for {fact.name}: {why.en}",
            )
            report(where, said)


def no_fact(name: str) -> Text:
    """That nothing is called so, with what may have been meant."""
    near = meant(name, FACTS)
    return Text(f"không có dữ kiện nào tên {name!r}{near.vi}", f"no fact is called {name!r}{near.en}")


def flat(facts: dict[str, Any]) -> dict[str, Any]:
    """Facts by their whole names; TOML makes tables of names with a point."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        if isinstance(value, dict):
            found |= {f"{name}.{key}": inside for key, inside in value.items()}
        else:
            found[name] = value
    return found


def warnings(table: PackTable, conditions: Sequence[Condition]) -> Iterator[tuple[Where, Text]]:
    """What loads and is yet likely to be a mistake."""
    used = {name for condition in conditions for name in condition.uses}
    if not conditions:
        yield ("id",), _NO_CONDITION
    elif all(condition.when is not None or condition.verdict == "note" for condition in conditions):
        yield ("id",), _ALL_GUARDED
    if any(name.startswith(_TIMED) for name in used) and "clock_trusted" not in used:
        yield ("id",), _CLOCK
    if not table.example:
        yield ("id",), _NO_EXAMPLE
    written = " ".join(f"{condition.written} {condition.written_when}" for condition in conditions)
    for name in table.lists:
        if not re.search(rf"\b{re.escape(name)}\b", written):
            yield ("lists", name), _UNUSED
