"""Who is vaccinated: the person's own data, kept apart from what happens to them."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kiosk.plugin import RecordBody
from plugins.vaccination.records.words import KEPT_DAYS, Sex


class Person(RecordBody):
    """A person's data as it was read or said; of several records on one citizen the last counts, field by field where it says
    something. ``document`` is masked: the citizen's keyed hash stands for the number."""

    retention_days: ClassVar[int] = KEPT_DAYS

    name: str = Field(max_length=120)
    birth_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    sex: Sex = ""
    phone: str = Field(default="", max_length=20)
    address: str = Field(default="", max_length=160)
    document: str = Field(default="", max_length=24, description="such as ••••••••2345")
    priority_group: str = Field(default="", max_length=24, description="see config/vaccination")
    guardian: str = Field(default="", max_length=120, description="who speaks for a child")
    source: Literal["card", "typed", "registration", "temporary"] = "typed"
    temporary: bool = Field(default=False, description="has no id yet: named by a code of this site until a merge")
    temporary_code: str = Field(
        default="", pattern=r"^([A-Z2-7]{26})?$", description="what follows VNX1: on their paper"
    )


class Merged(RecordBody):
    """The person who had a temporary id is the record's citizen. Every record under ``temporary`` counts as that citizen's. With
    ``undone`` that was wrong: from then on ``temporary`` stands for itself again, until it is merged anew."""

    retention_days: ClassVar[int] = KEPT_DAYS

    temporary: str = Field(min_length=22, max_length=64)
    reason: str = Field(min_length=1, max_length=200)
    undone: bool = False
