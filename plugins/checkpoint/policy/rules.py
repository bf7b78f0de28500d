"""A rule as a pack writes it (texts in the notation, tables of them, or CertLogic) made one checked piece of CertLogic.

rule = "doses >= 2"      rule = ["…", "…"] or { all = ["…", "…"] }      rule = { any = ["…", { all = [ … ] }] }
{ none = ["…", "…"] }    rule_json = '{ ">=": [ { "var": "doses" }, 2 ] }'
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from kiosk.domain import Text
from kiosk.explained import Explained
from kiosk.toml_file import meant
from plugins.checkpoint.policy import notation, typed
from plugins.checkpoint.policy.catalogue import NOW, NOW_IN_EU_RULES
from plugins.checkpoint.policy.certlogic_form import MOMENTS, NUMBERS, problems
from plugins.checkpoint.policy.facts import Fact
from plugins.checkpoint.policy.notation import Lists
from plugins.checkpoint.policy.tokens import NotationError
from plugins.checkpoint.policy.typed import Typed

MAX_DEPTH = 6  # tables within tables
MAX_JSON = 20_000  # characters
_NO_RULE = Text(
    "cần một câu chữ, một danh sách câu chữ, hoặc một bảng có một trong all, any, none",
    "expected a text, a list of texts, or a table with one of all, any, none",
)
_REDUCE = Text(
    '"reduce" không dùng cho quy định: không dữ kiện nào là danh sách',
    '"reduce" is not for policies: no fact is a list',
)
_JOIN: Mapping[str, Callable[[Sequence[Typed]], Typed]] = {
    "all": lambda parts: typed.both(parts) if len(parts) > 1 else parts[0],
    "any": lambda parts: typed.either(parts) if len(parts) > 1 else parts[0],
    "none": lambda parts: typed.negated(typed.either(parts) if len(parts) > 1 else parts[0]),
}


class RuleError(Explained):
    """A rule that cannot be used. ``written``: which of its texts, in the order of writing; ``place``: the offset in that text,
    ``line`` the line of it (from 0)."""

    def __init__(self, said: Text, written: int = 0, place: int = 0, line: int = 0) -> None:
        super().__init__(said.vi, said.en)
        self.written = written
        self.place = place
        self.line = line


def read_rule(value: Any, facts: Mapping[str, Fact], lists: Lists) -> Any:
    """A rule of texts and tables as CertLogic. Raises ``RuleError``."""
    return _Tables(facts, lists).read(value, 0).json


class _Tables:
    """Joins the texts of one rule, counting them, so that a message finds its line."""

    def __init__(self, facts: Mapping[str, Fact], lists: Lists) -> None:
        self._facts = facts
        self._lists = lists
        self._text = -1

    def read(self, value: Any, depth: int) -> Typed:
        if depth > MAX_DEPTH:
            deep = Text(f"hơn {MAX_DEPTH} bảng lồng vào nhau", f"more than {MAX_DEPTH} tables within each other")
            raise RuleError(deep, max(self._text, 0))
        if isinstance(value, str):
            return self._of_text(value)
        if isinstance(value, list):
            value = {"all": value}
        if not isinstance(value, dict) or len(value) != 1 or next(iter(value)) not in _JOIN:
            raise RuleError(_NO_RULE, max(self._text, 0))
        ((word, parts),) = value.items()
        if not isinstance(parts, list) or not parts:
            empty = Text(
                f"{word!r} phải là danh sách có ít nhất một quy tắc",
                f"expected {word!r} to be a list with at least one rule",
            )
            raise RuleError(empty, max(self._text, 0))
        return _JOIN[word]([self.read(part, depth + 1) for part in parts])

    def _of_text(self, text: str) -> Typed:
        self._text += 1
        try:
            found = notation.read(text, self._facts, self._lists)
            if found.type != "boolean":
                raise NotationError(
                    f"{found.shown.vi} đứng một mình không phải câu trả lời có hoặc không: hãy so sánh với một giá trị",
                    f"{found.shown.en} alone is no answer of yes or no: compare it with something",
                    0,
                )
        except NotationError as error:
            raise RuleError(error.text, self._text, error.place, text.count("\n", 0, error.place)) from None
        return found


def read_json(text: str, facts: Mapping[str, Fact]) -> Any:
    """A rule that is written as CertLogic. Raises ``RuleError`` with everything that is wrong with it."""
    if len(text) > MAX_JSON:
        raise RuleError(Text(f"dài hơn {MAX_JSON} ký tự", f"longer than {MAX_JSON} characters"))
    try:
        expression = json.loads(text)
    except json.JSONDecodeError as error:
        said = Text(f"không phải JSON: {error.msg}", f"not JSON: {error.msg}")
        raise RuleError(said, place=error.pos, line=error.lineno - 1) from None
    except RecursionError:
        raise RuleError(Text("lồng vào nhau quá sâu", "nested too deep")) from None
    found = list(problems(expression)) or list(_unfit(expression, facts, ""))
    if found:
        raise RuleError(
            Text(
                "; ".join(f"tại {path}: {said.vi}" if path else said.vi for path, said in found[:5]),
                "; ".join(f"at {path}: {said.en}" if path else said.en for path, said in found[:5]),
            )
        )
    if not isinstance(expression, dict):
        raise RuleError(
            Text(
                "một giá trị đứng một mình không phải quy tắc: cần một phép toán",
                "a value alone is no rule: expected an operation",
            )
        )
    return expression


def _unfit(expression: Any, facts: Mapping[str, Fact], path: str) -> Iterator[tuple[str, Text]]:
    """Names and types that do not fit the facts, as far as can be told without evaluating."""
    if isinstance(expression, list):
        for number, item in enumerate(expression):
            yield from _unfit(item, facts, f"{path}.{number}" if path else str(number))
    if not isinstance(expression, dict):
        return
    ((name, operands),) = expression.items()
    here = f"{path}.{name}" if path else name
    if name == "var":
        if operands not in facts and operands != NOW_IN_EU_RULES:
            near = meant(operands, facts)
            yield (
                here,
                Text(f"không có dữ kiện nào tên {operands!r}{near.vi}", f"no fact is called {operands!r}{near.en}"),
            )
        return
    if name == "reduce":
        yield here, _REDUCE
        return
    yield from _unfit(operands, facts, here)
    try:
        _check_types(name, [_piece(operand, facts) for operand in operands])
    except NotationError as error:
        yield here, error.text


def _piece(expression: Any, facts: Mapping[str, Fact]) -> Typed | None:
    """A fact, a literal or a date, where it is one of these."""
    if isinstance(expression, bool | int | str):
        return typed.of_literal(expression)
    if isinstance(expression, dict):
        ((name, operands),) = expression.items()
        if name == "var" and (operands in facts or operands == NOW_IN_EU_RULES):
            return typed.fact(operands, facts, 0)
        if name in ("plusTime", "dccDateOfBirth"):
            return Typed(expression, "moment")
        if name in MOMENTS or name in NUMBERS or name in ("===", "in", "!"):
            return Typed(expression, "boolean")
    return None


def _check_types(name: str, pieces: Sequence[Typed | None]) -> None:
    known = [piece for piece in pieces if piece is not None]
    if name == "===" and len(known) == 2:
        typed.equal(known[0], known[1])
    elif name in NUMBERS:
        for piece in known:
            if piece.type != "number":
                raise NotationError(
                    f'"{name}" so sánh số, mà {piece.shown.vi} không phải số',
                    f'"{name}" compares numbers, and {piece.shown.en} is none',
                    0,
                )
    elif name in MOMENTS:
        for piece in known:
            if piece.type != "moment" or piece.fact is not None:
                raise NotationError(
                    f'"{name}" so sánh ngày do "plusTime" tạo ra, mà {piece.shown.vi} không phải',
                    f'"{name}" compares dates made by "plusTime", and {piece.shown.en} is none',
                    0,
                )
    elif name in ("plusTime", "dccDateOfBirth") and pieces[0] is not None:
        typed.later(pieces[0], 0, "day", 0)


def facts_of(expression: Any) -> list[str]:
    """The facts in a piece of CertLogic, in the order in which they are asked, each once."""
    found: dict[str, None] = {}
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            path = one.get("var")
            if isinstance(path, str):
                found[NOW if path == NOW_IN_EU_RULES else path] = None
            else:
                waiting += reversed(list(one.values()))
        elif isinstance(one, list):
            waiting += reversed(one)
    return list(found)
