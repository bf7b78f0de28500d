"""Vaccine at a site: allocated, received, opened, wasted, moved, recalled; and the day's end. Counts of vials and doses."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kiosk.plugin import RecordBody
from plugins.vaccination.records.words import KEPT_DAYS, Day, Gtin, Lot, OptionalDay, Place, Product


class Allocation(RecordBody):
    """The platform sends this lot to a site. A later one with the same consignment, lot and site replaces it."""

    retention_days: ClassVar[int] = KEPT_DAYS

    consignment: str = Field(max_length=40)
    site: str = Field(max_length=64)
    product: Product
    gtin: Gtin = ""
    lot: Lot
    expiry: Day
    vials: int = Field(ge=0, le=1_000_000)
    doses_per_vial: int = Field(ge=1, le=50)
    sender: str = Field(default="", max_length=64)


class Received(RecordBody):
    """A consignment (one of its lots) arrived. ``allocated``: whether the platform had announced it here."""

    retention_days: ClassVar[int] = KEPT_DAYS

    consignment: str = Field(max_length=40)
    product: Product
    gtin: Gtin = ""
    lot: Lot
    expiry: Day
    vials: int = Field(ge=0, le=1_000_000, description="usable ones")
    damaged: int = Field(default=0, ge=0, le=1_000_000)
    doses_per_vial: int = Field(ge=1, le=50)
    temperature: float | None = Field(default=None, ge=-100, le=60, description="°C on arrival")
    allocated: bool = True
    note: str = Field(default="", max_length=200)


class VialOpened(RecordBody):
    """A vial was pierced: from now on its time runs. A later one on the same lot and vial says that it went to another table; its
    doses and time stay those of the first."""

    vial: str = Field(min_length=1, max_length=40)
    product: Product
    gtin: Gtin = ""
    lot: Lot
    expiry: OptionalDay = ""
    doses: int = Field(ge=1, le=50)
    use_by_ms: int = Field(ge=0, description="Unix time")
    table: Place = ""


class Wasted(RecordBody):
    """Doses that nobody got."""

    product: Product
    lot: Lot
    vial: str = Field(default="", max_length=40)
    doses: int = Field(ge=1, le=1_000_000)
    reason: Literal["open_too_long", "left_over", "broken", "cold_chain", "expired", "recalled", "drawn_wrong", "other"]
    note: str = Field(default="", max_length=200)


class Transferred(RecordBody):
    """Closed vials went to another site."""

    product: Product
    lot: Lot
    vials: int = Field(ge=1, le=1_000_000)
    doses_per_vial: int = Field(ge=1, le=50)
    to_site: str = Field(min_length=1, max_length=64)
    consignment: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=200)


class Counted(RecordBody):
    """Somebody counted the closed vials of a lot in the refrigerator."""

    product: Product
    lot: Lot
    vials: int = Field(ge=0, le=1_000_000)
    note: str = Field(default="", max_length=200)


class Temperature(RecordBody):
    """One reading of a refrigerator or cold box."""

    store: str = Field(min_length=1, max_length=40)
    celsius: float = Field(ge=-100, le=60)
    within: bool
    note: str = Field(default="", max_length=200)


class ClockConfirmed(RecordBody):
    """The supervisor looked at the date of a device whose clock nothing keeps right: it counts for that day, and until the device is
    started again. ``boot``: the kernel's random name of the running start, empty where it has none."""

    day: Day
    boot: str = Field(default="", max_length=64)


class Recall(RecordBody):
    """The authority takes a lot back, from the platform to everybody; ``lifted`` ends it. The newest on a lot counts."""

    retention_days: ClassVar[None] = None

    product: Product
    lot: Lot
    lifted: bool = False
    reason: str = Field(max_length=200)


class DayClosed(RecordBody):
    """The supervisor closed a day; ``digest`` is the SHA-256 of the day's figures as they are in ``report``."""

    retention_days: ClassVar[int] = KEPT_DAYS

    day: Day
    report: str = Field(max_length=60_000, description="the figures as canonical JSON (RFC 8785); names nobody")
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    note: str = Field(default="", max_length=600)
