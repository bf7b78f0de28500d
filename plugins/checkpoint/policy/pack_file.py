"""The form of a pack's file: what keys there are and what may stand in them. Checks no rules and no names of facts."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from kiosk.domain import Choice, Text
from kiosk.explained import Explained
from plugins.checkpoint.policy.outcome import Verdict

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,47}$")]


def _day(value: Any) -> Any:
    if isinstance(value, date):  # a datetime is one, too
        return value
    raise Explained(
        "cần một ngày như 2021-08-23, hoặc thời điểm như 2021-08-23T06:00:00+07:00, không có dấu ngoặc kép",
        "expected a day such as 2021-08-23, or a time such as 2021-08-23T06:00:00+07:00, without quotes",
    )


def _listed(value: Any) -> Any:
    if isinstance(value, str) or type(value) is int:
        return value
    raise Explained("cần chữ hoặc số nguyên", "expected texts or whole numbers")


Day = Annotated[Any, AfterValidator(_day)]
Listed = Annotated[Any, AfterValidator(_listed)]
NotMet = Literal["refuse", "refer", "note"]
IfMissing = Literal["ask", "refer", "note"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Words(_Table):
    """Words for people in both languages."""

    vi: str = Field(min_length=1, max_length=300)
    en: str = Field(min_length=1, max_length=300)

    def text(self) -> Text:
        return Text(self.vi, self.en)


class ChoiceTable(Words):
    """One answer that can be picked."""

    value: str = Field(min_length=1, max_length=60)

    def choice(self) -> Choice:
        return Choice(self.value, self.text())


class AskTable(_Table):
    """``ask``: how a missing fact is asked for, where its own words are not the best here."""

    fact: str
    text: Words | None = None
    choices: list[ChoiceTable] = Field(default=[], max_length=12)


class ConditionTable(_Table):
    """``[[condition]]``: what must hold, for whom (``when``), and what follows where it does not (``verdict``).

    ``if_missing``: what follows where a fact is not known. "note" holds nobody up: the condition is shown as open, and does not
    count as met."""

    name: Name
    when: Any = None
    rule: Any = None
    rule_json: str | None = None
    verdict: NotMet
    if_missing: IfMissing = "ask"
    reason: Words
    next_step: Words | None = None
    legal_basis: str = Field(default="", max_length=300)
    ask: list[AskTable] = []

    @field_validator("ask", mode="before")
    @classmethod
    def _one_or_more(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _whole(self) -> ConditionTable:
        if (self.rule is None) == (self.rule_json is None):
            raise Explained("cần một trong hai: 'rule' hoặc 'rule_json'", "expected one of 'rule' and 'rule_json'")
        if self.verdict != "note" and self.next_step is None:
            raise Explained(
                f"thiếu 'next_step': ai bị báo {self.verdict!r} phải được nghe bước tiếp theo",
                f"expected 'next_step': whoever is told {self.verdict!r} must hear what to do next",
            )
        return self


class ExampleTable(_Table):
    """``[[example]]``: a made-up traveller and what the pack says to him; ``kiosk policy check`` holds the pack to it."""

    name: str = Field(min_length=1, max_length=120)
    at: Day | None = None
    facts: dict[str, Any] = {}
    bare: bool = Field(default=False, description="without the facts in [usual]")
    verdict: Verdict = Field(strict=False)
    because: list[str] | None = Field(default=None, description="the conditions that are not met or open, all of them")


class PackTable(_Table):
    """The whole file."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,47}$")
    title: Words
    valid_from: Day
    valid_to: Day | None = Field(default=None, description="a day: to its end; a time: until then")
    time_zone: str = "Asia/Ho_Chi_Minh"
    legal_basis: str = Field(default="", max_length=300)
    sources: list[str] = Field(default=[], description="where the rules come from")
    simplified: str = Field(default="", max_length=1000, description="what this model leaves out")
    risk_map: str = Field(default="", max_length=200, description="file with the areas' risk levels, beside this one")
    lists: dict[Name, Annotated[list[Listed], Field(min_length=1, max_length=2000)]] = {}
    usual: dict[str, Any] = Field(default={}, description="facts that every example has unless it says otherwise")
    condition: list[ConditionTable] = Field(default=[], max_length=200)
    example: list[ExampleTable] = Field(default=[], max_length=500)

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise Explained(
                "cần tên múi giờ như Asia/Ho_Chi_Minh", "expected the name of a time zone such as Asia/Ho_Chi_Minh"
            ) from None
        return value
