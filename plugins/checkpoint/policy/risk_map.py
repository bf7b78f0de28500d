"""Risk levels of areas by date: a map is data (``config/policies/areas``), looked up from ward to province. Draws nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.explained import Explained

Level = Literal["green", "yellow", "orange", "red"]
Code = Annotated[str, Field(pattern=r"^(\d{2}|\d{3}|\d{5})$")]


class PeriodModel(BaseModel):
    """``[[period]]``: the areas of each level between two days, both included. Codes of the statistics office: two digits are a
    province, three a district, five a ward; the smallest area that is listed counts."""

    model_config = ConfigDict(extra="forbid", strict=True)

    first: date = Field(alias="from")
    last: date | None = Field(default=None, alias="to")
    default: Level | None = Field(
        default=None, description="of areas that are not listed; none: their level is not known"
    )
    green: list[Code] = []
    yellow: list[Code] = []
    orange: list[Code] = []
    red: list[Code] = []
    source: str = Field(default="", max_length=400)

    @model_validator(mode="after")
    def _sensible(self) -> PeriodModel:
        if self.last is not None and self.last < self.first:
            raise Explained("'to' trước 'from'", "'to' is before 'from'")
        codes = [*self.green, *self.yellow, *self.orange, *self.red]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            areas = ", ".join(twice)
            raise Explained(
                f"các địa bàn này có hơn một mức: {areas}", f"these areas have more than one level: {areas}"
            )
        return self

    def levels(self) -> dict[str, Level]:
        """Level by area code."""
        return {
            **dict.fromkeys(self.green, "green"),
            **dict.fromkeys(self.yellow, "yellow"),
            **dict.fromkeys(self.orange, "orange"),
            **dict.fromkeys(self.red, "red"),
        }


class RiskMapModel(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    title: str = Field(min_length=1, max_length=200)
    sources: list[str] = []
    period: list[PeriodModel] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_at_a_time(self) -> RiskMapModel:
        ordered = sorted(self.period, key=lambda one: one.first)
        for one, following in pairwise(ordered):
            if one.last is None or one.last >= following.first:
                raise Explained(
                    f"có hai giai đoạn cùng hiệu lực ngày {following.first}", f"two periods hold on {following.first}"
                )
        return self


@dataclass(frozen=True, slots=True)
class Period:
    """One state of the map."""

    first: date
    last: date | None
    default: Level | None
    levels: Mapping[str, Level]


@dataclass(frozen=True, slots=True)
class RiskMap:
    """The levels of areas over time."""

    periods: tuple[Period, ...]

    def level(self, province: str, district: str, ward: str, on: date) -> Level | None:
        """The level of an area on a day; parts that are not known are empty. None where the map does not say."""
        for period in self.periods:
            if period.first <= on and (period.last is None or on <= period.last):
                for code in (ward, district, province):
                    if code and code in period.levels:
                        return period.levels[code]
                return period.default if province else None
        return None


def risk_map(model: RiskMapModel) -> RiskMap:
    """A checked file as a map."""
    return RiskMap(tuple(Period(one.first, one.last, one.default, one.levels()) for one in model.period))
