"""Doses of elsewhere that a person showed a document about. Nothing is ever edited: a mistake is taken back by a record."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from kiosk.plugin import RecordBody
from plugins.vaccination.records.words import KEPT_DAYS, Day, OptionalId, RecordId

# what a shown dose rests on, the strongest first: a signature that was verified; one that could not be, and staff compared the paper
# original; paper alone, typed by staff
BASES = ("verified", "compared", "typed")
MOST_DOSES = 9  # a document that numbers its doses beyond this does not number them


class ShownDose(RecordBody):
    """One dose that a document tells of. It counts as known history of the citizen as long as no ``ShownWithdrawn`` names it, and
    no record of the dose itself is here. The operator is the record's own."""

    retention_days: ClassVar[int] = KEPT_DAYS

    visit: OptionalId = ""
    product: str = Field(
        min_length=1,
        max_length=60,
        description="the name in config/value_sets/vaccines.csv; another vaccine's name or code as the document has it",
    )
    on: Day
    number: int = Field(default=0, ge=0, le=MOST_DOSES, description="which dose it is, by the document; 0: not said")
    total: int = Field(default=0, ge=0, le=MOST_DOSES)
    lot: str = Field(default="", max_length=40)
    place: str = Field(default="", max_length=80, description="where it was given: a country, a site, as it was typed")
    basis: Literal["verified", "compared", "typed"]
    document: str = Field(
        max_length=32, description="the credential's kind, such as eu_dcc; “paper” where it was typed"
    )
    issuer: str = Field(default="", max_length=120)
    failed_step: str = Field(default="", max_length=32, description="why the signature could not be relied on")
    dose: OptionalId = Field(default="", description="the record of the dose, where the document names it")

    @field_validator("on")
    @classmethod
    def _a_day(cls, value: str) -> str:
        date.fromisoformat(value)  # rules reckon with it
        return value


class ShownWithdrawn(RecordBody):
    """A shown dose counts no longer: it was somebody else's, was read wrongly, is no dose."""

    retention_days: ClassVar[int] = KEPT_DAYS

    shown: RecordId
    reason: str = Field(min_length=1, max_length=200)
