"""The form of a screening pack's file: what keys there are and what may stand in them. Checks no names against each other."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from kiosk.explained import Explained
from plugins.vaccination.rules.forms import Dated, Name, Table, Words

Effect = Literal["caution", "postpone", "contraindicated"]
Age = Field(default=None, ge=0, le=130)


class EffectTable(Table):
    """What follows, and the reason in words. ``days``: after how many it is worth coming again, where the rule names a time;
    ``hospital``: to be vaccinated at a hospital; ``observe_minutes``: longer observation than the pack's own; ``vaccines``: only
    for these."""

    outcome: Effect
    reason: Words
    next_step: Words | None = None
    days: int | None = Field(default=None, ge=1, le=3650)
    hospital: bool = False
    observe_minutes: int | None = Field(default=None, ge=1, le=1440)
    vaccines: list[str] = Field(default=[], max_length=20)


class ConsequenceTable(EffectTable):
    """``answer``: of yes_no and choice; ``below`` and ``least``: of a number (``least`` itself included)."""

    answer: str | None = None
    below: float | None = None
    least: float | None = None

    @model_validator(mode="after")
    def _one(self) -> ConsequenceTable:
        if (self.answer is None) == (self.below is None and self.least is None):
            raise Explained(
                "cần 'answer', hoặc với câu hỏi số thì 'below' hay 'least'",
                "expected 'answer', or 'below' or 'least' of a number",
            )
        return self

    def holds_for(self, answer: str | float) -> bool:
        """Whether this follows from the answer."""
        if isinstance(answer, str):
            return answer == self.answer
        return (self.below is None or answer < self.below) and (self.least is None or answer >= self.least)


class ChoiceTable(Words):
    value: Name


class QuestionTable(Table):
    """``[[question]]``. Asked of everybody, or of one sex (``sex``), from an age to an age (whole years, both included), before
    some vaccines (``vaccines``), or after an answer to a question above (``after``, ``after_answer``)."""

    id: Name
    kind: Literal["yes_no", "choice", "number"] = "yes_no"
    text: Words
    help: Words | None = None
    choices: list[ChoiceTable] = Field(default=[], max_length=12)
    unit: Words | None = None
    lowest: float | None = None
    highest: float | None = None
    sex: Literal["female", "male"] | None = None
    from_age: int | None = Age
    to_age: int | None = Age
    vaccines: list[str] = Field(default=[], max_length=20)
    after: Name | None = None
    after_answer: str = "yes"
    consequence: list[ConsequenceTable] = Field(default=[], max_length=12)

    @model_validator(mode="after")
    def _whole(self) -> QuestionTable:
        if (self.kind == "choice") != bool(self.choices):
            raise Explained(
                "cần 'choices' khi kind là \"choice\", và chỉ khi đó",
                "expected 'choices' for kind \"choice\", and only there",
            )
        if self.kind == "number" and (self.lowest is None or self.highest is None or self.lowest >= self.highest):
            raise Explained(
                "câu hỏi số cần 'lowest' và 'highest': ngoài khoảng đó là gõ nhầm, không phải câu trả lời",
                "expected 'lowest' and 'highest' for a number: what lies outside is a slip, not an answer",
            )
        if len({one.value for one in self.choices}) != len(self.choices):
            raise Explained("hai lựa chọn có cùng 'value'", "two choices have the same value")
        allowed = {"yes", "no"} if self.kind == "yes_no" else {one.value for one in self.choices}
        for one in self.consequence:
            if self.kind == "number" and one.answer is not None:
                raise Explained(
                    "hệ quả của câu hỏi số cần 'below' hay 'least'",
                    "expected 'below' or 'least' in a consequence of a number",
                )
            if self.kind != "number" and one.answer not in allowed:
                answers = ", ".join(sorted(allowed))
                raise Explained(
                    f"hệ quả cần một câu trả lời của câu hỏi này: {answers}",
                    f"expected an answer of this question in a consequence: {answers}",
                )
        return self


class LimitTable(EffectTable):
    """``below``, ``above``: what lies beyond (not at) the limit; ``above_vital`` and ``by``: more than so much above another vital
    sign, where that one is known."""

    below: float | None = None
    above: float | None = None
    above_vital: Name | None = None
    by: float | None = None

    @model_validator(mode="after")
    def _one(self) -> LimitTable:
        if sum(value is not None for value in (self.below, self.above, self.above_vital)) != 1:
            raise Explained(
                "cần đúng một trong 'below', 'above' và 'above_vital'",
                "expected one of 'below', 'above' and 'above_vital'",
            )
        if (self.above_vital is None) != (self.by is None):
            raise Explained("'by' và 'above_vital' phải đi cùng nhau", "expected 'by' with 'above_vital'")
        return self


class VitalTable(Table):
    """``[[vital]]``: a vital sign and its limits. ``measured``: "always", "when" (of whom ``from_age`` or a "yes" to one of
    ``after`` holds) or "if_known" (never asked for). Values outside ``lowest`` to ``highest`` are slips."""

    id: Name
    text: Words
    unit: Annotated[str, Field(min_length=1, max_length=20)] | Words  # one word where both languages write it alike
    lowest: float
    highest: float
    decimals: int = Field(default=0, ge=0, le=2)
    measured: Literal["always", "when", "if_known"] = "always"
    from_age: int | None = Age
    after: list[Name] = Field(default=[], max_length=20)
    limit: list[LimitTable] = Field(default=[], max_length=12)

    @model_validator(mode="after")
    def _whole(self) -> VitalTable:
        if self.lowest >= self.highest:
            raise Explained("'lowest' phải nhỏ hơn 'highest'", "expected 'lowest' below 'highest'")
        if (self.measured == "when") != (self.from_age is not None or bool(self.after)):
            raise Explained(
                "cần 'from_age' hay 'after' khi measured là \"when\", và chỉ khi đó",
                "expected 'from_age' or 'after' for measured \"when\", and only there",
            )
        return self


class AgeTable(EffectTable):
    """``[[age]]``: what follows from the age alone, in whole years, both included."""

    from_age: int | None = Age
    to_age: int | None = Age

    @model_validator(mode="after")
    def _some(self) -> AgeTable:
        if self.from_age is None and self.to_age is None:
            raise Explained("cần 'from_age' hay 'to_age'", "expected 'from_age' or 'to_age'")
        return self


class PackTable(Dated):
    """The whole file. ``vaccines``: those it was made for; left out: all."""

    observe_minutes: int = Field(ge=15, le=1440)
    aftercare: Words | None = None
    vaccines: list[str] = Field(default=[], max_length=20)
    question: list[QuestionTable] = Field(min_length=1, max_length=60)
    vital: list[VitalTable] = Field(default=[], max_length=20)
    age: list[AgeTable] = Field(default=[], max_length=12)
