"""Pieces of a rule with their types: builds CertLogic out of smaller pieces and says which do not fit. Reads no text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from kiosk.domain import Text
from kiosk.explained import text_of
from kiosk.toml_file import meant
from plugins.checkpoint.policy import date_times
from plugins.checkpoint.policy.catalogue import NOW, NOW_IN_EU_RULES
from plugins.checkpoint.policy.facts import Fact
from plugins.checkpoint.policy.tokens import NotationError

Type = Literal["boolean", "number", "text", "moment"]
_TYPES: Mapping[str, Type] = {
    "boolean": "boolean",
    "integer": "number",
    "number": "number",
    "text": "text",
    "area": "text",
    "choice": "text",
    "date": "moment",
    "moment": "moment",
}
_WORDS: Mapping[Type, Text] = {
    "boolean": Text("có hoặc không", "yes or no"),
    "number": Text("một số", "a number"),
    "text": Text("chữ", "a text"),
    "moment": Text("ngày", "a date"),
}
_UNITS = {"hour": "giờ", "day": "ngày", "month": "tháng", "year": "năm"}
_DATES_BY_ORDER = Text("ngày được so sánh bằng <, <=, > hoặc >=", "dates are compared by <, <=, > or >=")
_MOMENT_OPERATIONS = {"<": "before", "<=": "not-after", ">": "after", ">=": "not-before"}


@dataclass(frozen=True, slots=True)
class Typed:
    """A piece: its CertLogic, its type, where it began in the text, and the fact or the literal value it is, if any."""

    json: Any
    type: Type
    place: int = 0
    fact: Fact | None = None
    literal: bool = False

    @property
    def shown(self) -> Text:
        """The piece for a message."""
        if not self.fact and not self.literal:
            return Text("chỗ này", "this")
        written = self.fact.name if self.fact else repr(self.json)
        return Text(written, written)

    @property
    def told(self) -> Text:
        """The piece and its type, for a message."""
        what, kind = self.shown, _WORDS[self.type]
        return Text(f"{what.vi} là {kind.vi}", f"{what.en} is {kind.en}")


def number(value: int, place: int) -> Typed:
    return Typed(value, "number", place, literal=True)


def text(value: str, place: int) -> Typed:
    return Typed(value, "text", place, literal=True)


def boolean(value: bool, place: int) -> Typed:
    return Typed(value, "boolean", place, literal=True)


def fact(name: str, facts: Mapping[str, Fact], place: int, also: Iterable[str] = ()) -> Typed:
    """A fact by its name. ``also``: other names that a person may have meant."""
    found = facts.get(NOW if name == NOW_IN_EU_RULES else name)
    if found is None:
        near = meant(name, [*facts, *also])
        raise NotationError(
            f"không có dữ kiện nào tên {name!r}{near.vi}", f"no fact is called {name!r}{near.en}", place
        )
    path = NOW_IN_EU_RULES if found.name == NOW else found.name
    return Typed({"var": path}, _TYPES[found.kind], place, found)


def named_list(name: str, lists: Mapping[str, Sequence[Any]], place: int) -> list[Typed]:
    """One of the pack's lists."""
    if name not in lists:
        near = meant(name, lists)
        raise NotationError(
            f"không có danh sách nào tên {name!r}{near.vi}", f"no list is called {name!r}{near.en}", place
        )
    return [of_literal(value, place) for value in lists[name]]


def of_literal(value: Any, place: int = 0) -> Typed:
    """A literal of CertLogic: boolean, whole number or text."""
    return Typed(
        value,
        _TYPES["boolean" if value is True or value is False else "text" if isinstance(value, str) else "number"],
        place,
        literal=True,
    )


def both(parts: Sequence[Typed]) -> Typed:
    _all_boolean(parts, "and")
    return Typed({"and": [part.json for part in parts]}, "boolean", parts[0].place)


def either(parts: Sequence[Typed]) -> Typed:
    """CertLogic has no *or*: not (not a and not b)."""
    _all_boolean(parts, "or")
    return Typed({"!": [{"and": [_not(part.json) for part in parts]}]}, "boolean", parts[0].place)


def negated(part: Typed) -> Typed:
    _all_boolean([part], "not")
    return Typed(_not(part.json), "boolean", part.place)


def _not(json: Any) -> Any:
    if isinstance(json, dict) and "!" in json and isinstance(json["!"][0], dict):
        return json["!"][0]
    return {"!": [json]}


def _all_boolean(parts: Sequence[Typed], word: str) -> None:
    for part in parts:
        if part.type != "boolean":
            raise NotationError(
                f"{word!r} nối các câu trả lời có hoặc không, mà {part.told.vi}",
                f"{word!r} joins answers of yes or no, and {part.told.en}",
                part.place,
            )


def equal(left: Typed, right: Typed) -> Typed:
    """``==``."""
    if "moment" in (left.type, right.type):
        raise NotationError(
            f"{_DATES_BY_ORDER.vi}, không bằng == hoặc !=", f"{_DATES_BY_ORDER.en}, not by == or !=", left.place
        )
    fits(left, right)
    return Typed({"===": [left.json, right.json]}, "boolean", left.place)


def contained(member: Typed, group: Sequence[Typed]) -> Typed:
    """``in``."""
    if member.type == "moment":
        raise NotationError(
            f"{_DATES_BY_ORDER.vi}, không bằng 'in'", f"{_DATES_BY_ORDER.en}, not by 'in'", member.place
        )
    for item in group:
        fits(member, item)
    return Typed({"in": [member.json, [item.json for item in group]]}, "boolean", member.place)


def ordered(word: str, *parts: Typed) -> Typed:
    """``<`` and its like, of two parts or three in a row."""
    if any(part.type == "moment" for part in parts):
        name, operands = _MOMENT_OPERATIONS[word], [_moment(part) for part in parts]
    else:
        for part in parts:
            if part.type != "number":
                raise NotationError(
                    f"{word!r} so sánh số hoặc ngày, mà {part.told.vi}",
                    f"{word!r} compares numbers or dates, and {part.told.en}",
                    part.place,
                )
        name, operands = word, [part.json for part in parts]
    return Typed({name: operands}, "boolean", parts[0].place)


def _moment(part: Typed) -> Any:
    if isinstance(part.json, dict) and "plusTime" in part.json:
        return part.json
    if part.type == "moment" or (part.literal and part.type == "text"):
        return later(part, 0, "day", part.place).json
    raise NotationError(
        f"ngày chỉ so sánh được với ngày, mà {part.told.vi}",
        f"a date is compared with a date, and {part.told.en}",
        part.place,
    )


def later(part: Typed, amount: int, unit: str | None, place: int) -> Typed:
    """A date some units later, or a number raised. ``unit`` None: a plain number was added."""
    if unit is None:
        if part.type != "number":
            if part.type == "moment":
                vi, en = "cần một đơn vị sau số, như 'days'", "expected a unit after the number, such as 'days'"
            else:
                vi, en = "cần một số trước '+' hoặc '-'", "expected a number before '+' or '-'"
            raise NotationError(vi, en, place)
        return Typed({"+": [part.json, amount]}, "number", part.place)
    if part.literal and part.type == "text":
        try:
            date_times.parse(part.json)
        except ValueError as error:
            said = text_of(error)
            raise NotationError(said.vi, said.en, part.place) from None
    elif part.type != "moment" or part.fact is None:
        raise NotationError(
            f"chỉ cộng {_UNITS[unit]} ({unit}s) vào một ngày, mà {part.shown.vi} không phải tên của một ngày",
            f"{unit}s are added to a date, and {part.shown.en} is not the name of one",
            place,
        )
    return Typed({"plusTime": [part.json, amount, unit]}, "moment", part.place)


def fits(left: Typed, right: Typed) -> None:
    """Whether the two can be equal at all. Raises ``NotationError`` saying why not."""
    if left.type != right.type:
        raise NotationError(f"{left.told.vi}, còn {right.told.vi}", f"{left.told.en}, and {right.told.en}", left.place)
    for one, other in ((left, right), (right, left)):
        if one.fact is None or not other.literal:
            continue
        try:
            accepted = one.fact.accept(other.json)
        except ValueError as error:
            near, why = meant(str(other.json), one.fact.values()), text_of(error)
            vi = f"{one.fact.name} không bao giờ là {other.shown.vi}: {why.vi}{near.vi}"
            raise NotationError(
                vi, f"{one.fact.name} is never {other.shown.en}: {why.en}{near.en}", other.place
            ) from None
        if accepted != other.json:
            vi = f"{one.fact.name} không bao giờ là {other.shown.vi}: hãy viết {accepted!r}"
            raise NotationError(vi, f"{one.fact.name} is never {other.shown.en}: write {accepted!r}", other.place)
