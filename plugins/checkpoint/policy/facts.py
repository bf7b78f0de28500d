"""What a fact is: its name, type, unit, words and choices, and how a value from elsewhere is held against that. Knows no policy."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Literal

from kiosk.domain import Choice, Question, Text
from kiosk.explained import Explained
from plugins.checkpoint.policy import date_times
from plugins.checkpoint.policy.province_names import province_code

Kind = Literal["boolean", "integer", "number", "text", "area", "choice", "date", "moment"]
YES_NO = (Choice("yes", Text("Có", "Yes")), Choice("no", Text("Không", "No")))
_LONGEST = 200  # characters of a text; longer is no code of anything


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that policies may ask about.

    ``kind``: ``boolean``; ``integer``; ``number`` (may have decimals); ``text``; ``area`` (the statistics office's code, of
    which the last ``digits`` count, so that a district may come as 760 or, after its province, as 79760); ``choice`` (one of
    ``choices``); ``date`` (ISO 8601, ``datetime.date`` or its text) or ``moment`` (date and time with offset, or its text).
    Numbers lie between ``least`` and ``most``, in ``unit``. ``pattern``: what a text must look like whole.
    """

    name: str
    kind: Kind
    text: Text
    question: Text | None = None  # how a person is asked; without one, by ``text``
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    least: float = 0
    most: float = 1_000_000
    pattern: str = ""
    digits: int = 0

    def values(self) -> tuple[str, ...]:
        """The codes of the choices."""
        return tuple(choice.value for choice in self.choices)

    def accept(self, value: Any) -> Any:
        """``value`` as rules compute with it. Raises ``ValueError``, which never repeats the value: it may be somebody's."""
        return _ACCEPT[self.kind](self, value)

    def parse(self, answer: str) -> Any:
        """A person's answer, typed or picked, as a value. Raises ``ValueError``."""
        answer = answer.strip()
        if self.kind == "boolean":
            if answer not in ("yes", "no"):
                raise Explained("không phải có (yes) hoặc không (no)", "neither yes nor no")
            return answer == "yes"
        if self.kind in ("integer", "number"):
            if not re.fullmatch(
                r"-?\d{1,12}" if self.kind == "integer" else r"-?\d{1,12}([.,]\d{1,6})?", answer, re.ASCII
            ):
                raise Explained("không phải số", "not a number")
            number = float(answer.replace(",", "."))
            return self.accept(int(number) if self.kind == "integer" else number)
        if self.kind == "area" and self.digits == 2:  # nobody knows the codes by heart
            answer = province_code(answer) or answer
        return self.accept(answer)

    def asked(self, text: Text | None = None, choices: tuple[Choice, ...] = ()) -> Question:
        """The question for this fact; its id is the fact's name. A policy may bring its own words and fewer choices."""
        words = text or self.question or self.text
        if self.kind in ("boolean", "choice"):
            return Question(self.name, words, "choice", choices or self.choices or YES_NO)
        if self.kind == "date":
            return Question(self.name, words, "date", max_length=10)
        if self.kind == "integer":
            return Question(self.name, words, "digits", max_length=8)
        return Question(self.name, words, "text", max_length=_LONGEST)


def _boolean(fact: Fact, value: Any) -> bool:
    if type(value) is not bool:
        raise Explained("không phải true hoặc false", "neither true nor false")
    return value


def _number(fact: Fact, value: Any) -> int | float:
    if type(value) is not int and (type(value) is not float or fact.kind == "integer" or not math.isfinite(value)):
        if fact.kind == "integer":
            raise Explained("không phải số nguyên", "not a whole number")
        raise Explained("không phải số", "not a number")
    if not fact.least <= value <= fact.most:
        raise Explained(
            f"không nằm giữa {fact.least:g} và {fact.most:g}", f"not between {fact.least:g} and {fact.most:g}"
        )
    return value


def _text(fact: Fact, value: Any) -> str:
    if type(value) is not str or not 0 < len(value) <= _LONGEST:
        raise Explained("không phải chữ", "not a text")
    if fact.pattern and not re.fullmatch(fact.pattern, value, re.ASCII):
        raise Explained("không phải mã loại này", "not a code of this kind")
    return str(value)


def _area(fact: Fact, value: Any) -> str:
    return _text(fact, value)[-fact.digits :]


def _choice(fact: Fact, value: Any) -> str:
    if isinstance(value, str):  # a StrEnum's member counts as its text
        for choice in fact.choices:
            if choice.value == value:
                return choice.value
    values = ", ".join(fact.values())
    raise Explained(f"không phải một trong {values}", f"not one of {values}")


def _date(fact: Fact, value: Any) -> str:
    if type(value) is date:
        return value.isoformat()
    if type(value) is str and len(value) == 10:
        try:
            return date.fromisoformat(value).isoformat()
        except ValueError:
            pass
    raise Explained("không phải ngày (YYYY-MM-DD)", "not a date (YYYY-MM-DD)")


def _moment(fact: Fact, value: Any) -> datetime:
    try:
        if type(value) is str and "T" in value and len(value) <= 40:
            return date_times.parse(value)
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    form = "YYYY-MM-DDThh:mm:ssZ"
    raise Explained(f"không phải ngày giờ ({form})", f"not a date and time ({form})")


_ACCEPT: Mapping[Kind, Callable[[Fact, Any], Any]] = {
    "boolean": _boolean,
    "integer": _number,
    "number": _number,
    "text": _text,
    "area": _area,
    "choice": _choice,
    "date": _date,
    "moment": _moment,
}
