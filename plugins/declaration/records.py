"""The record kinds of the medical declaration. Field names follow the form of the Ministry of Health."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from kiosk.plugin import RecordBody
from plugins.declaration.pass_claims import COMPANIONS

Symptom = Literal["fever", "cough", "breath", "pneumonia", "throat", "fatigue"]
Contact = Literal["case", "area", "symptomatic"]
SYMPTOMS: tuple[str, ...] = get_args(Symptom)
CONTACTS: tuple[str, ...] = get_args(Contact)

IDENTIFIER = r"^[A-Z2-7]{16}$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaCodes(_Part):
    """Codes of the statistics office; a part that was not said is empty."""

    province: str = Field(default="", pattern=r"^(\d{2})?$")
    district: str = Field(default="", pattern=r"^(\d{3})?$")
    ward: str = Field(default="", pattern=r"^(\d{5})?$")


class Companion(_Part):
    """Somebody in the same vehicle who has no declaration of their own."""

    name: str = Field(max_length=80)
    birth_year: int = Field(ge=1850, le=2200)
    document: str = Field(default="", max_length=20)


class Journey(_Part):
    """What a declaration for movement adds. ``departs_at``: the traveller's own wall clock, ISO 8601 without a zone."""

    vehicle: str = Field(max_length=16)
    plate: str = Field(default="", max_length=12)
    seat: str = Field(default="", max_length=10)
    origin: AreaCodes
    departs_at: str = Field(default="", max_length=16)
    destination: AreaCodes
    destination_address: str = Field(default="", max_length=120)
    purpose: str = Field(max_length=16)
    companions: list[Companion] = Field(default_factory=list, max_length=COMPANIONS)


class Declared(RecordBody):
    """One declaration, as it was consented to. ``link_hash``: SHA-256 of the secret that lets its owner edit or withdraw it."""

    retention_days: ClassVar[int] = 30  # tracing looks back over two incubation times

    pass_id: str = Field(pattern=IDENTIFIER)
    kind: Literal["place", "movement"]
    issued_at: int = Field(ge=0, description="Unix seconds")
    expires_at: int = Field(ge=0)
    link_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    replaces: str = Field(default="", pattern=r"^([A-Z2-7]{16})?$", description="the pass that an edit withdrew")
    language: Literal["vi", "en"] = "vi"

    declarer: str = Field(default="", max_length=80, description="who declared for another person; empty: themselves")
    name: str = Field(max_length=80)
    document: str = Field(max_length=20)
    birth_year: int = Field(ge=1850, le=2200)
    sex: Literal["male", "female", "other"]
    nationality: str = Field(default="VNM", pattern=r"^[A-Z]{3}$", description="ISO 3166-1 alpha-3")
    home: AreaCodes
    address: str = Field(max_length=120)
    phone: str = Field(max_length=20)
    email: str = Field(default="", max_length=80)

    travelled: str = Field(default="", max_length=200, description="places of the past 14 days")
    symptoms: list[Symptom] = Field(default_factory=list, max_length=len(SYMPTOMS))
    contacts: list[Contact] = Field(default_factory=list, max_length=len(CONTACTS))
    journey: Journey | None = None

    @property
    def ticket(self) -> str:
        """The short number under which the core prints it: the pass's last letters."""
        return self.pass_id[-6:]


class Withdrawn(RecordBody):
    """A pass counts no longer. Names nobody; kept as long as a pass can be valid, and some days more for posts without a link."""

    retention_days: ClassVar[int] = 10

    pass_id: str = Field(pattern=IDENTIFIER)
    reason: Literal["withdrawn", "edited"] = "withdrawn"


KINDS: Mapping[str, type[BaseModel]] = {
    "declaration.declared": Declared,
    "declaration.withdrawn": Withdrawn,
}
