"""Somebody who just had a dose, for the tests of what follows it."""

from __future__ import annotations

from typing import Any

from kiosk.appliance import Appliance
from tests.support.vaccination import CROWD, Visitor, dose, ready


def injected(site: Appliance, person: int = 0, **more: Any) -> tuple[Visitor, str]:
    """The visitor, and the id of the dose's record. ``more``: fields of ``Dose``."""
    visitor = ready(site, CROWD[person])
    return visitor, str(dose(site, visitor, **more).id)
