"""What the operations of CertLogic compute, each made of its compiled operands. Reads no expressions; see ``certlogic``.

Every one passes ``Unknown`` on, unless the known operands decide already.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from kiosk.explained import Explained, text_of
from plugins.checkpoint.policy import date_times
from plugins.checkpoint.policy.certlogic_form import MOMENTS
from plugins.checkpoint.policy.unknown import Unknown, either, together

Evaluator = Callable[[Any], Any]


class CertLogicError(Explained):
    """An expression that is not CertLogic, or an operand of a type that its operation does not take."""


def truth(value: Any) -> bool | None:
    """True or False; None for what is unknown. Raises ``CertLogicError`` for what is neither truthy nor falsy, as a moment."""
    if value is True or value is False:
        return bool(value)
    if type(value) is Unknown:
        return None
    if isinstance(value, datetime):
        raise CertLogicError("ngày không phải đúng hoặc sai", "a date is neither true nor false")
    return bool(value)


def both(*parts: Evaluator) -> Evaluator:
    """``and``: the first operand that is falsy, else the last. A false one decides, whatever is unknown."""

    def evaluate(data: Any) -> Any:
        value: Any = None
        unknown: Unknown | None = None
        for part in parts:
            value = part(data)
            if value is True:
                continue
            if value is False:
                return value
            if type(value) is Unknown:
                unknown = either(unknown, value)
            elif not truth(value):
                return value
        return value if unknown is None else unknown

    return evaluate


def negated(part: Evaluator) -> Evaluator:
    """``!``."""

    def evaluate(data: Any) -> Any:
        value = part(data)
        if value is True or value is False:  # the common case, quickly
            return not value
        known = truth(value)
        return value if known is None else not known

    return evaluate


def choose(guard: Evaluator, then: Evaluator, other: Evaluator) -> Evaluator:
    """``if``. While the guard is unknown, only what both ways agree on is known."""

    def evaluate(data: Any) -> Any:
        value = guard(data)
        known = truth(value)
        if known is not None:
            return then(data) if known else other(data)
        # whichever way the guard turns out: where both ways say the same, that is known
        first, second = then(data), other(data)
        if type(first) is not Unknown and same(first, second):
            return first
        return value

    return evaluate


def same(left: Any, right: Any) -> bool:
    """Equality without turning one type into another: ``1`` is not ``true``."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return bool(left == right)


def equals(left: Evaluator, right: Evaluator) -> Evaluator:
    """``===``."""

    def evaluate(data: Any) -> Any:
        one, two = left(data), right(data)
        if type(one) is str and type(two) is str:  # the common case, quickly
            return one == two
        if type(one) is Unknown or type(two) is Unknown:
            return either(one, two)
        return same(one, two)

    return evaluate


def member(value_of: Evaluator, group: Evaluator) -> Evaluator:
    """``in``, for any operands."""

    def evaluate(data: Any) -> Any:
        value, items = value_of(data), group(data)
        if type(items) is Unknown:
            return either(value, items)
        if not isinstance(items, list | tuple):
            raise CertLogicError(
                'toán hạng thứ hai của "in" không phải danh sách', 'the second operand of "in" is not an array'
            )
        if type(value) is Unknown:
            return value if items else False  # nothing is in an empty array
        if any(type(item) is not Unknown and same(value, item) for item in items):
            return True
        unknown = [item for item in items if type(item) is Unknown]
        return together(unknown) if unknown else False

    return evaluate


def member_of_texts(value_of: Evaluator, texts: frozenset[str]) -> Evaluator:
    """``in`` a list of texts that stands in the rule: the common case."""

    def evaluate(data: Any) -> Any:
        value = value_of(data)
        if type(value) is str:
            return value in texts
        return value if type(value) is Unknown and texts else False

    return evaluate


def comparison(compare: Callable[[Any, Any], bool], name: str, parts: list[Evaluator]) -> Evaluator:
    """``<`` and its like for numbers, ``before`` and its like for moments; of three operands, each pair in a row."""
    wanted = (datetime,) if name in MOMENTS else (int, float)
    exactly = frozenset(wanted)  # by identity: a truth value is no number here

    def pair(one: Any, two: Any) -> Any:
        if type(one) is Unknown or type(two) is Unknown:
            return either(one, two)
        if not (isinstance(one, wanted) and isinstance(two, wanted)) or isinstance(one, bool) or isinstance(two, bool):
            vi, en = ("ngày", "dates") if datetime in wanted else ("số", "numbers")
            raise CertLogicError(f'"{name}" chỉ so sánh {vi}', f'"{name}" compares {en} only')
        return compare(one, two)

    def two_sided(data: Any) -> Any:
        one, two = left(data), right(data)
        if type(one) in exactly and type(two) in exactly:  # the common case, quickly
            return compare(one, two)
        return pair(one, two)

    def between(data: Any) -> Any:
        values = [part(data) for part in parts]
        first, second = pair(values[0], values[1]), pair(values[1], values[2])
        if first is False or second is False:
            return False
        return either(first, second) if type(first) is Unknown or type(second) is Unknown else True

    left, right = parts[0], parts[1]
    return two_sided if len(parts) == 2 else between


def plus(left: Evaluator, right: Evaluator) -> Evaluator:
    """``+``."""

    def evaluate(data: Any) -> Any:
        one, two = left(data), right(data)
        if type(one) is Unknown or type(two) is Unknown:
            return either(one, two)
        if type(one) not in (int, float) or type(two) not in (int, float):
            raise CertLogicError('"+" chỉ cộng số', '"+" adds numbers only')
        try:
            return one + two
        except OverflowError:
            raise CertLogicError('"+": quá lớn', '"+": too large') from None

    return evaluate


def plus_time(date: Evaluator, amount: int, unit: str) -> Evaluator:
    """``plusTime``."""

    def evaluate(data: Any) -> Any:
        value = date(data)
        if type(value) is Unknown:
            return value
        try:
            return date_times.plus(date_times.moment_of(value), amount, unit)
        except ValueError as error:
            why = text_of(error)
            raise CertLogicError(f'"plusTime": {why.vi}', f'"plusTime": {why.en}') from None

    return evaluate


def date_of_birth(date: Evaluator) -> Evaluator:
    """``dccDateOfBirth``: the last day that a partial date can mean."""

    def evaluate(data: Any) -> Any:
        value = date(data)
        if type(value) is Unknown:
            return value
        if not isinstance(value, str) or "T" in value:
            raise CertLogicError(
                '"dccDateOfBirth" cần chữ ghi năm, tháng hoặc ngày',
                '"dccDateOfBirth" takes the text of a year, a month or a day',
            )
        try:
            return date_times.parse(value)
        except ValueError as error:
            why = text_of(error)
            raise CertLogicError(f'"dccDateOfBirth": {why.vi}', f'"dccDateOfBirth": {why.en}') from None

    return evaluate


def extract_from_uvci(text: Evaluator, index: int) -> Evaluator:
    """``extractFromUVCI``: a fragment of a certificate's identifier by its place, or null."""

    def evaluate(data: Any) -> Any:
        value = text(data)
        if value is None or type(value) is Unknown:
            return value
        if not isinstance(value, str):
            raise CertLogicError('"extractFromUVCI" cần chữ', '"extractFromUVCI" takes a text')
        fragments = value.removeprefix("URN:UVCI:").replace("/", ":").replace("#", ":").split(":")
        return fragments[index] if 0 <= index < len(fragments) else None

    return evaluate


def reduce(operand: Evaluator, step: Evaluator, initial: Evaluator) -> Evaluator:
    """``reduce``: a left fold; of null, the initial value."""

    def evaluate(data: Any) -> Any:
        items, value = operand(data), initial(data)
        if type(items) is Unknown:
            return items
        if items is None:
            return value
        if not isinstance(items, list | tuple):
            raise CertLogicError(
                'toán hạng thứ nhất của "reduce" không phải danh sách', 'the first operand of "reduce" is not an array'
            )
        for item in items:
            value = step({"current": item, "accumulator": value, "data": data})
        return value

    return evaluate


OPERATIONS: Mapping[str, Callable[..., Evaluator]] = {
    "and": both,
    "!": negated,
    "if": choose,
    "===": equals,
    "in": member,
    "+": plus,
    "dccDateOfBirth": date_of_birth,
}
