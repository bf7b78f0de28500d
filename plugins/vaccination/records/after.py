"""What follows a dose: reactions, who left when, and who went to hospital."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.plugin import RecordBody
from plugins.vaccination.records.care import Vitals
from plugins.vaccination.records.words import KEPT_DAYS, Code, Lot, RecordId


class Step(BaseModel):
    """One prompt of the protocol that was done."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    prompt: Code
    at_ms: int = Field(ge=0, description="Unix time")


class Reaction(RecordBody):
    """A reaction after a dose. ``grade``: anaphylaxis I to IV by Circular 51/2017/TT-BYT, 0 for anything else. ``dose``: the first
    record of the dose, whatever corrected it later. ``amends``: the first word on this reaction, of which this is a further one;
    each says everything that is known by then."""

    retention_days: ClassVar[int] = KEPT_DAYS

    dose: RecordId
    lot: Lot
    grade: int = Field(ge=0, le=4)
    signs: list[Code] = Field(default_factory=list, max_length=40)
    onset_minutes: int | None = Field(default=None, ge=0, le=60 * 24 * 60)
    actions: list[Code] = Field(
        default_factory=list, max_length=40, description="prompts of the protocol that were done"
    )
    done: list[Step] = Field(
        default_factory=list, max_length=200, description="the same with their times, oldest first"
    )
    vitals: Vitals = Vitals()
    reported: Literal["site", "phone"] = "site"
    state: Literal["observed", "treated", "resolved", "transferred"] = "observed"
    note: str = Field(default="", max_length=600)
    amends: str = Field(default="", max_length=36)


class Left(RecordBody):
    """The person left the observation room. ``early``: before the time, with the reason."""

    retention_days: ClassVar[int] = KEPT_DAYS

    dose: RecordId
    early: bool = False
    reason: str = Field(default="", max_length=200)
    minutes: int = Field(ge=0, le=1440, description="since the dose")


class Handover(RecordBody):
    """The person was handed to an ambulance; the paper says what is here."""

    retention_days: ClassVar[int] = KEPT_DAYS
    on_paper: ClassVar[bool] = True

    dose: RecordId
    reaction: str = Field(default="", max_length=36)
    to: str = Field(max_length=120)
    summary: str = Field(default="", max_length=1000)
