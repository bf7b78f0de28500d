"""A vaccination site for tests; see ``tests.support.vaccination``."""

from __future__ import annotations

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop
from tests.support.vaccination import Nurse, at_the_site, vaccination_site


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
