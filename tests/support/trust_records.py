"""Trust as records in tests: an issuer whose word is recorded, a certificate of theirs, and what an appliance makes of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.domain import Draft
from plugins.health_certificate.key_files import materials
from plugins.health_certificate.records import TrustKey
from tests.support.appliance import Workshop, codes, show
from tests.support.issuing import Issuer, hc1, issuer

NOW = datetime.now().astimezone()
PLUGINS = ["health_certificate"]
VALID, NO_LIST = "health_certificate.valid.green", "health_certificate.no_trust_list"


@pytest.fixture(scope="module")
def by() -> Issuer:
    return issuer(begin=NOW - timedelta(days=30), end=NOW + timedelta(days=30))


@pytest.fixture(scope="module")
def payload(by: Issuer) -> str:
    return hc1(by, begin=NOW - timedelta(days=1), end=NOW + timedelta(days=1))


def trusting(by: Issuer, active: bool = True) -> Draft:
    return Draft("health_certificate.trust_key", TrustKey(material=materials(by.pem)[0], active=active))


def verdict(appliance: Appliance, payload: str) -> str:
    return codes(show(appliance, payload))[-1]


def run(*arguments: str, text: str | None = None) -> Result:
    """A command, as it is typed."""
    return CliRunner().invoke(main, [*arguments], input=text)


def at(workshop: Workshop, **more: Any) -> list[str]:
    """The options that name the test's appliance."""
    return ["--profile", str(workshop.profile(PLUGINS, **more)), "--data", str(workshop.folder / "data")]
