"""What a table's page sends: whom, which vial, and what the nurse chose. Shapes and bounds only; nothing is looked up."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from plugins.vaccination.records.care import BodySite
from plugins.vaccination.records.words import OptionalId


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Who(_Part):
    """Whom an earlier scan found."""

    citizen: str = Field(default="", max_length=64)
    visit: OptionalId = ""


class Glass(_Part):
    """Which vial: one that is open (``vial`` and ``lot``), or one that was scanned or typed just now (``code``).

    ``product`` and ``expiry``: chosen by hand where neither code nor papers say them. ``new``: take a new vial of this lot, though the
    table's is still open. ``take_over``: it was open at another table and is here now."""

    code: str = Field(default="", max_length=400)
    lot: str = Field(default="", max_length=20)
    vial: str = Field(default="", max_length=40)
    product: str = Field(default="", max_length=60)
    expiry: date | None = None
    new: bool = False
    take_over: bool = False


class Asked(_Part):
    """One dose as it is asked for. ``asked_document``: the nurse saw the document of somebody who has a namesake.
    ``override``: why a doctor lets a dose be given some days early."""

    who: Who = Who()
    glass: Glass | None = None
    body_site: BodySite = "left_arm"
    asked_document: bool = False
    override: str = Field(default="", max_length=200)


def read(said: Any) -> Asked | None:
    """What a page sent; None where it has another shape."""
    try:
        return Asked.model_validate(said)
    except ValidationError:
        return None
