"""The notation in which technicians write rules, read into CertLogic: ``doses >= 2 and days_since_last_dose >= 14``.

    or, and, not, ( )              in this order of binding, the weakest first
    == != < <= > >=                a <= b <= c means both
    in [..]   not in [..]          or the name of one of the pack's lists
    date + 14 days                 also hours, months, years, and minus; ``now`` is the moment of judging
    "text"  12  true  false        and the names of facts

Checks names and types against the facts. Evaluates nothing. Reads foreign text: bounded in length and depth.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plugins.checkpoint.policy import typed
from plugins.checkpoint.policy.facts import Fact
from plugins.checkpoint.policy.tokens import NotationError, Token, tokens
from plugins.checkpoint.policy.typed import Typed

MAX_LENGTH = 4000  # characters of one expression
MAX_DEPTH = 25  # brackets and nots within each other
_UNITS = {f"{unit}{plural}": unit for unit in ("hour", "day", "month", "year") for plural in ("", "s")}
_ORDER = ("<", "<=", ">", ">=")

Lists = Mapping[str, Sequence[Any]]


def read(text: str, facts: Mapping[str, Fact], lists: Lists) -> Typed:
    """The expression that ``text`` writes. Raises ``NotationError`` with the place in ``text``."""
    if len(text) > MAX_LENGTH:
        raise NotationError(
            f"dài hơn {MAX_LENGTH} ký tự: hãy chia thành nhiều điều kiện",
            f"longer than {MAX_LENGTH} characters: make several conditions of it",
            0,
        )
    return _Reader(tokens(text), facts, lists).whole()


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, words: Sequence[Token], facts: Mapping[str, Fact], lists: Lists) -> None:
        self._words = words
        self._place = 0
        self._depth = 0
        self._facts = facts
        self._lists = lists

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _take(self, *wanted: str) -> Token | None:
        word = self._next
        if word.kind in ("mark", "name") and word.text in wanted:
            self._place += 1
            return word
        return None

    def _need(self, wanted: str, vi: str, en: str) -> None:
        """``vi``, ``en``: where or for what ``wanted`` has to stand."""
        if self._take(wanted) is None:
            raise self._instead_of(f"{wanted!r} {vi}", f"{wanted!r} {en}")

    def _instead_of(self, vi: str, en: str) -> NotationError:
        word = self._next
        return NotationError(f"cần {vi}, mà gặp {word.shown.vi}", f"expected {en}, found {word.shown.en}", word.place)

    def whole(self) -> Typed:
        found = self._either()
        if self._next.kind != "end":
            raise self._instead_of(
                "'and', 'or', một phép so sánh hoặc hết quy tắc", "'and', 'or', a comparison or the end"
            )
        return found

    def _either(self) -> Typed:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return typed.either(parts) if len(parts) > 1 else parts[0]

    def _both(self) -> Typed:
        parts = [self._negated()]
        while self._take("and"):
            parts.append(self._negated())
        return typed.both(parts) if len(parts) > 1 else parts[0]

    def _negated(self) -> Typed:
        word = self._take("not")
        if word is None:
            return self._compared()
        self._deeper(word)
        found = typed.negated(self._negated())
        self._depth -= 1
        return found

    def _compared(self) -> Typed:
        left = self._sum()
        if self._take("not"):
            self._need("in", "sau 'not'", "after 'not'")
            return typed.negated(typed.contained(left, self._group()))
        if self._take("in"):
            return typed.contained(left, self._group())
        word = self._take("==", "!=", *_ORDER)
        if word is None:
            return left
        right = self._sum()
        if word.text in ("==", "!="):
            same = typed.equal(left, right)
            return same if word.text == "==" else typed.negated(same)
        second = self._take(*_ORDER)
        if second is None:
            return typed.ordered(word.text, left, right)
        third = self._sum()
        if second.text == word.text:
            return typed.ordered(word.text, left, right, third)
        return typed.both([typed.ordered(word.text, left, right), typed.ordered(second.text, right, third)])

    def _sum(self) -> Typed:
        found = self._single()
        while True:
            word = self._take("+", "-")
            if word is None:
                return found
            amount = self._whole_number(f" sau {word.text!r}", f" after {word.text!r}")
            amount = -amount if word.text == "-" else amount
            unit = _UNITS.get(self._next.text) if self._next.kind == "name" else None
            if unit:
                self._place += 1
            found = typed.later(found, amount, unit, word.place)

    def _single(self) -> Typed:
        word = self._next
        if self._take("("):
            self._deeper(word)
            found = self._either()
            self._depth -= 1
            self._need(")", "để đóng ngoặc", "to close the bracket")
            return found
        if self._take("-"):
            return typed.number(-self._whole_number(" sau '-'", " after '-'"), word.place)
        if word.kind == "number":
            return typed.number(self._whole_number(), word.place)
        if word.kind == "string":
            self._place += 1
            return typed.text(word.text, word.place)
        if self._take("true", "false"):
            return typed.boolean(word.text == "true", word.place)
        if word.kind == "name" and word.text not in ("and", "or", "not", "in"):
            self._place += 1
            return typed.fact(word.text, self._facts, word.place, also=self._lists)
        raise self._instead_of("một dữ kiện, một giá trị hoặc '('", "a fact, a value or '('")

    def _whole_number(self, vi: str = "", en: str = "") -> int:
        """``vi``, ``en``: after what it has to stand."""
        word = self._next
        if word.kind != "number":
            raise self._instead_of(f"một số nguyên{vi}", f"a whole number{en}")
        if not word.text.isdecimal() or len(word.text) > 9:
            raise NotationError(
                "cần một số nguyên nhiều nhất 9 chữ số: CertLogic không có số thập phân",
                "expected a whole number of at most 9 digits: CertLogic has no fractions",
                word.place,
            )
        self._place += 1
        return int(word.text)

    def _group(self) -> list[Typed]:
        word = self._next
        if word.kind == "name" and word.text not in ("true", "false"):
            self._place += 1
            return typed.named_list(word.text, self._lists, word.place)
        if self._take("[") is None:
            raise self._instead_of("'[' hoặc tên một danh sách sau 'in'", "'[' or the name of a list after 'in'")
        items: list[Typed] = []
        while not self._take("]"):
            if items:
                self._need(",", "giữa các giá trị của danh sách", "between the values of a list")
                if self._take("]"):
                    break
            items.append(self._single())
            if not items[-1].literal:
                raise NotationError("danh sách chỉ chứa giá trị", "a list holds values only", items[-1].place)
        if not items:
            raise NotationError(
                "danh sách trống: không có gì nằm trong đó", "the list is empty: nothing is in it", word.place
            )
        return items

    def _deeper(self, word: Token) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise NotationError(
                f"hơn {MAX_DEPTH} ngoặc lồng vào nhau", f"more than {MAX_DEPTH} brackets within each other", word.place
            )
