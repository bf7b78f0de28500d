"""What is done with a person: called, screened, consented, vaccinated, or not."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.plugin import RecordBody
from plugins.vaccination.records.words import (
    KEPT_DAYS,
    Code,
    Day,
    Gtin,
    Lot,
    OptionalDay,
    OptionalId,
    Place,
    Product,
    RecordId,
)

Outcome = Literal["eligible", "caution", "postpone", "contraindicated"]
BodySite = Literal["left_arm", "right_arm", "left_thigh", "right_thigh"]


class Called(RecordBody):
    """A number was called to a table (again), was served, or its turn passed; "waiting" takes it back into the queue.
    ``visit``: id of the record of the arrival."""

    visit: RecordId
    ticket: str = Field(max_length=16)
    step: Literal["screening", "injection"]
    table: Place
    state: Literal["called", "served", "absent", "waiting"] = "called"


class Vitals(BaseModel):
    """Vital signs as they were measured; None: not measured."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    temperature: float | None = Field(default=None, ge=30, le=45, description="°C")
    pulse: int | None = Field(default=None, ge=20, le=250, description="beats a minute")
    systolic: int | None = Field(default=None, ge=40, le=300, description="mmHg")
    diastolic: int | None = Field(default=None, ge=20, le=200, description="mmHg")
    respiration: int | None = Field(default=None, ge=4, le=80, description="breaths a minute")
    usual_systolic: int | None = Field(default=None, ge=40, le=300, description="mmHg, as the person says")


class Screening(RecordBody):
    """One examination before a dose, under the rule pack of its day. The last of a person and day counts."""

    retention_days: ClassVar[int] = KEPT_DAYS

    visit: OptionalId = ""
    product: str = Field(default="", max_length=60, description="the vaccine that was planned")
    pack: str = Field(max_length=40)
    pack_digest: str = Field(max_length=64, description="SHA-256 of the pack's file")
    answers: dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=80)]] = Field(
        default_factory=dict, max_length=60
    )
    at_once: list[Code] = Field(
        default_factory=list, max_length=60, description="questions answered “no” together, after they were read out"
    )
    vitals: Vitals = Vitals()
    outcome: Outcome
    reasons: list[Code] = Field(default_factory=list, max_length=40)
    observation_minutes: int = Field(default=30, ge=15, le=240)
    postponed_until: str = Field(default="", max_length=10)
    note: str = Field(default="", max_length=400)
    table: Place = ""


class Consent(RecordBody):
    """A person (or who speaks for them) agreed, declined, or took it back. ``strokes``: the signature as it was drawn, points in
    a 400 × 150 field: ``x,y x,y;x,y …``; or ``typed``: the signer's name, of who cannot draw, and the record's operator was the
    witness."""

    retention_days: ClassVar[int] = KEPT_DAYS

    visit: OptionalId = ""
    text_id: str = Field(max_length=40)
    text_digest: str = Field(max_length=64, description="SHA-256 of the words that were shown")
    state: Literal["given", "declined", "withdrawn"]
    by: Literal["self", "guardian"] = "self"
    guardian: str = Field(default="", max_length=120)
    strokes: str = Field(default="", max_length=12_000, pattern=r"^[0-9,; ]*$", repr=False)
    typed: str = Field(default="", max_length=120, repr=False, description="signed by keyboard before the operator")
    reason: str = Field(default="", max_length=200)


class Was(BaseModel):
    """What a corrected record had said: so that what counts doses needs nothing but the correction."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: Product
    lot: Lot
    number: int = Field(ge=1, le=9)
    given_on: Day


class Dose(RecordBody):
    """A dose was given. With ``amends`` it is the correction of an earlier record of a dose, and replaces it whole; with ``void``
    as well that dose was never given. ``was`` then says what is counted out."""

    retention_days: ClassVar[int] = KEPT_DAYS
    on_paper: ClassVar[bool] = True

    visit: OptionalId = ""
    product: Product
    gtin: Gtin = ""
    lot: Lot
    expiry: OptionalDay = ""
    vial: str = Field(default="", max_length=40, description="GS1 (21), or the number that the site gave the open vial")
    number: int = Field(ge=1, le=9, description="which dose of the course")
    total: int = Field(ge=1, le=9, description="doses of the full course")
    given_on: Day
    body_site: BodySite = "left_arm"
    table: Place = ""
    screening: OptionalId = ""
    consent: OptionalId = ""
    next_on: OptionalDay = Field(default="", description="from this day on the next dose may be given")
    observation_minutes: int = Field(default=30, ge=15, le=240)
    warnings: list[Code] = Field(default_factory=list, max_length=20)
    amends: OptionalId = ""
    was: Was | None = None
    void: bool = False
    reason: str = Field(default="", max_length=200, description="why it is corrected, or was given before its time")

    @model_validator(mode="after")
    def _whole(self) -> Dose:
        if bool(self.amends) != (self.was is not None) or (self.void and not self.amends):
            raise ValueError("a correction names the record that it replaces and what that had said")
        if self.amends and not self.reason:
            raise ValueError("a correction has a reason")
        return self


class NotGiven(RecordBody):
    """A dose was asked for and refused by the rules, or the person went without: nothing is silently dropped."""

    retention_days: ClassVar[int] = KEPT_DAYS

    visit: OptionalId = ""
    product: str = Field(default="", max_length=60)
    lot: str = Field(default="", max_length=20)
    vial: str = Field(default="", max_length=40)
    reasons: list[Code] = Field(default_factory=list, max_length=20)
    table: Place = ""
