"""What follows a dose: reactions, who left when, and who went to hospital."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kiosk.plugin import RecordBody
from plugins.vaccination.records.words import KEPT_DAYS, Code, Lot, RecordId


class Reaction(RecordBody):
    """A reaction after a dose. ``grade``: anaphylaxis I to IV by Circular 51/2017/TT-BYT, 0 for anything else."""

    retention_days: ClassVar[int] = KEPT_DAYS

    dose: RecordId
    lot: Lot
    grade: int = Field(ge=0, le=4)
    signs: list[Code] = Field(default_factory=list, max_length=40)
    onset_minutes: int | None = Field(default=None, ge=0, le=60 * 24 * 60)
    actions: list[Code] = Field(
        default_factory=list, max_length=40, description="prompts of the protocol that were done"
    )
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

    dose: RecordId
    reaction: str = Field(default="", max_length=36)
    to: str = Field(max_length=120)
    summary: str = Field(default="", max_length=1000)
