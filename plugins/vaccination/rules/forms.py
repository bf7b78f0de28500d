"""What the data files of these rules have in common: strict tables, words in both languages, days and sources. Reads no file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from kiosk.domain import Text
from kiosk.explained import Explained

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,47}$")]


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Explained(
        "cần một ngày như 2021-08-10, không có dấu ngoặc kép", "expected a day such as 2021-08-10, without quotes"
    )


Day = Annotated[Any, AfterValidator(_day)]


class Table(BaseModel):
    """Unknown keys and values of another type are mistakes."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Words(Table):
    """Words for people in both languages."""

    vi: str = Field(min_length=1, max_length=400)
    en: str = Field(min_length=1, max_length=400)

    def text(self) -> Text:
        return Text(self.vi, self.en)

    def in_language(self, language: str) -> str:
        """As ``Text`` has it, for pages."""
        return self.text().in_language(language)


class Dated(Table):
    """What every list or pack says of itself. ``valid_until`` counts to the end of that day; left out: until further notice."""

    id: Name
    title: Words
    valid_from: Day
    valid_until: Day | None = None
    legal_basis: str = Field(min_length=1, max_length=300)
    sources: list[str] = Field(min_length=1)
    not_found: str = Field(default="", max_length=2000, description="what public sources left open")

    @field_validator("valid_until")
    @classmethod
    def _in_order(cls, value: Any, info: ValidationInfo) -> Any:
        since = info.data.get("valid_from")
        if value is not None and since is not None and value < since:
            raise Explained("ngày này không được trước 'valid_from'", "expected a day not before 'valid_from'")
        return value

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return bool(self.valid_from <= on and (self.valid_until is None or on <= self.valid_until))
