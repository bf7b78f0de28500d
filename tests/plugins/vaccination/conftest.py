"""A vaccination site for tests; see ``tests.support.vaccination``."""

from __future__ import annotations

import pytest

from kiosk.appliance import Appliance
from plugins.vaccination.arrival import board, lines
from tests.support.appliance import SetClock, Workshop
from tests.support.vaccination import Nurse, at_the_site, vaccination_site


@pytest.fixture(autouse=True)
def looking_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that only look may be a second old; a test looks right after it did something."""
    monkeypatch.setattr(lines, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(board, "FRESH_SECONDS", 0.0)


@pytest.fixture
def clock() -> SetClock:
    """Nine in the morning at the site."""
    return at_the_site()


@pytest.fixture
def site(workshop: Workshop, clock: SetClock) -> Appliance:
    """The site's appliance, everything running."""
    return vaccination_site(workshop, clock=clock)


@pytest.fixture
def nurse(site: Appliance) -> Nurse:
    """Medical staff, signed in at the site's pages."""
    return Nurse(site)
