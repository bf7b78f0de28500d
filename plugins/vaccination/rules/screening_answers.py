"""Answers and measurements as people type them, read into values. What cannot be read is not known; nothing is guessed."""

from __future__ import annotations

import math
import re

from plugins.vaccination.rules.screening_file import QuestionTable

_NUMBER = re.compile(r"-?\d{1,6}(?:[.,]\d{1,4})?")


def number_of(value: object) -> float | None:
    """A number, or a text of one with a comma (as in Viet Nam) or a point. None for anything else."""
    if isinstance(value, str):
        text = value.strip()
        return float(text.replace(",", ".")) if text.isascii() and _NUMBER.fullmatch(text) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e6 and math.isfinite(value) else None


def valid_answer(question: QuestionTable, answer: str | None) -> str | float | None:
    """The answer, if it is one to this question: "yes" or "no", a choice's value, or a number within its bounds; else None."""
    if not isinstance(answer, str):
        return None
    if question.kind == "yes_no":
        return answer if answer in ("yes", "no") else None
    if question.kind == "choice":
        return answer if any(one.value == answer for one in question.choices) else None
    number = number_of(answer)
    lowest, highest = question.lowest or 0, question.highest or 0
    return number if number is not None and lowest <= number <= highest else None
