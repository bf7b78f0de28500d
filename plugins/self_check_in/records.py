"""The record kinds of self check-in."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from kiosk.core_slice import EncounterBody
from kiosk.plugin import RecordBody


class Visit(EncounterBody):
    """Someone came to a site (or left it). ``number`` is the day's running number, 0 where none was given."""

    number: int = Field(default=0, ge=0, le=99_999)
    again: bool = Field(default=False, description="returned within the time in which the number is kept")


class Appointment(RecordBody):
    """The platform expects this citizen at a site. A later record for the same citizen, site and day replaces it."""

    retention_days: ClassVar[int] = 365  # it is said long before its day, and a device may fetch it as late as then

    site: str = Field(max_length=40)
    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", description="the site's own date")
    slot: str = Field(default="", max_length=20, description="such as 08:30-09:00")
    purpose: str = Field(default="", max_length=80)
    status: Literal["booked", "cancelled"] = "booked"


class DenyEntry(RecordBody):
    """A person to be referred to staff wherever they appear. Named only by the keyed hash."""

    retention_days: ClassVar[None] = (
        None  # it counts until the platform says otherwise; nothing in it but the list's name
    )

    active: bool = True
    list_name: str = Field(default="deny", max_length=40)
