"""What the platform says and keeps: registrations, whom a site expects, findings across sites, certificates."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from kiosk.plugin import RecordBody
from plugins.vaccination.records.words import KEPT_DAYS, Day, OptionalId, Product, Sex


class Registration(RecordBody):
    """A citizen asked to be vaccinated. Kept on the platform; a later one on the same citizen replaces it."""

    retention_days: ClassVar[int] = KEPT_DAYS

    name: str = Field(max_length=120)
    birth_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    sex: Sex = ""
    phone: str = Field(default="", max_length=20)
    area: str = Field(default="", max_length=10, description="statistics office's code")
    document: str = Field(default="", max_length=24, description="masked")
    priority_group: str = Field(default="", max_length=24)
    round: str = Field(default="", max_length=40)
    state: Literal["registered", "approved", "withdrawn"] = "registered"


class Round(RecordBody):
    """A round of the campaign: whom it invites, with what, and on which days. A later one of this name replaces it."""

    retention_days: ClassVar[None] = None

    round: str = Field(min_length=1, max_length=40)
    product: Product
    groups: list[Annotated[str, Field(max_length=24)]] = Field(
        default_factory=list, max_length=60, description="priority groups; empty: all, in their order"
    )
    first_day: Day
    last_day: Day
    closed: bool = False


class Capacity(RecordBody):
    """How many people a site takes in one slot of a day. Said to the site; a later one on the same slot replaces it."""

    retention_days: ClassVar[int] = 365

    site: str = Field(max_length=64)
    day: Day
    slot: str = Field(pattern=r"^\d{2}:\d{2}-\d{2}:\d{2}$", description="such as 08:30-09:00")
    places: int = Field(ge=0, le=10_000)


class KnownDose(BaseModel):
    """A dose that the platform knows of. ``shown``: it has no record; a document was shown about it at ``site``, and this is what that
    rests on. ``number``: which dose it is, by that document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    product: Product
    on: Day
    lot: str = Field(default="", max_length=20)
    site: str = Field(default="", max_length=64)
    record: OptionalId = ""
    shown: Literal["", "verified", "compared", "typed"] = ""
    number: int = Field(default=0, ge=0, le=9)


class Expected(RecordBody):
    """A site expects this citizen: appointment, what is needed to greet them offline, and the doses they had anywhere.
    A later record on the same citizen, site and day replaces it."""

    retention_days: ClassVar[int] = 365

    site: str = Field(max_length=64)
    day: Day
    slot: str = Field(default="", max_length=20, description="such as 08:30-09:00")
    round: str = Field(default="", max_length=40)
    state: Literal["booked", "cancelled"] = "booked"
    product: str = Field(default="", max_length=60)
    name: str = Field(default="", max_length=120)
    birth_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    sex: Sex = ""
    phone: str = Field(default="", max_length=20)
    priority_group: str = Field(default="", max_length=24)
    doses: list[KnownDose] = Field(default_factory=list, max_length=12)


class Finding(RecordBody):
    """What the platform saw when it put several sites' doses of one citizen side by side; told to the sites concerned."""

    retention_days: ClassVar[int] = KEPT_DAYS

    code: Literal["dose_twice", "interval_short", "not_allowed_mix", "beyond_course", "recalled_lot"]
    first: OptionalId = ""
    second: OptionalId = ""
    sites: list[str] = Field(default_factory=list, max_length=8)
    doses: list[KnownDose] = Field(default_factory=list, max_length=12)
    settled: bool = False
    reason: str = Field(default="", max_length=200, description="why a person settled it; empty: a correction did")


class Certificate(RecordBody):
    """An official certificate was issued. The signed code itself is kept, so that it can be shown again as it was."""

    retention_days: ClassVar[int] = KEPT_DAYS

    uvci: str = Field(max_length=80)
    colour: Literal["yellow", "green"]
    kid: str = Field(pattern=r"^[A-Za-z0-9+/]{11}=$", description="base64 of 8 bytes")
    issued_at: int = Field(ge=0, description="Unix seconds")
    expires_at: int = Field(ge=0)
    dose: OptionalId = ""
    number: int = Field(ge=1, le=9)
    total: int = Field(ge=1, le=9)
    payload: str = Field(max_length=4000, repr=False)


class Revoked(RecordBody):
    """A certificate counts no longer. ``uvci_hash``: SHA-256 of the UVCI, hex; names nobody."""

    retention_days: ClassVar[None] = None

    uvci_hash: str = Field(pattern=r"^[0-9a-f]{64}$")
    reason: str = Field(default="", max_length=200)


class SignerKey(RecordBody):
    """A document signer's certificate. It signs from ``not_before`` to ``signs_until``, and verifies until ``not_after``."""

    retention_days: ClassVar[None] = None

    kid: str = Field(pattern=r"^[A-Za-z0-9+/]{11}=$")
    certificate: str = Field(max_length=4000, description="base64 of DER (X.509)")
    not_before: int = Field(ge=0, description="Unix seconds")
    signs_until: int = Field(ge=0)
    not_after: int = Field(ge=0)
    withdrawn: bool = False
