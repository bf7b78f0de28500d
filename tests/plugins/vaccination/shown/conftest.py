"""A site that trusts one issuer of certificates, with medical staff signed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop
from tests.support.issuing import Issuer
from tests.support.shown_documents import an_issuer, trusting_site


@pytest.fixture
def signer(clock: SetClock) -> Issuer:
    """Whom the site trusts."""
    return an_issuer(clock.now())


@pytest.fixture
def site(workshop: Workshop, clock: SetClock, signer: Issuer, tmp_path: Path) -> Appliance:
    return trusting_site(workshop, signer, tmp_path, clock=clock)
