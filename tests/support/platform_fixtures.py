"""Fixtures around ``tests.support.platform``: import them into a conftest. Every test that takes one runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from tests.support.appliance import Workshop
from tests.support.platform import PlatformUnderTest
from tests.support.postgres import Cluster, NoPostgres

PLUGINS = ("self_check_in", "national_platform")


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    pytest.importorskip("psycopg", reason="psycopg is not installed; pip install 'kiosk-appliance[platform]'")
    try:
        made = Cluster()
    except NoPostgres as missing:
        pytest.skip(str(missing))
    made.start()
    yield made
    made.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def journal_section(request: pytest.FixtureRequest) -> str:
    """The profile's section that says where records go."""
    if request.param == "sqlite":
        return ""
    return f'[journal]\ndatabase = "{request.getfixturevalue("cluster").create_database()}"'


@pytest.fixture
def opened_platform(workshop: Workshop, journal_section: str) -> Appliance:
    """Database open, no pages."""
    return workshop.open(PLUGINS, role="platform", sections=journal_section)


@pytest.fixture
def platform(opened_platform: Appliance) -> PlatformUnderTest:
    app = create_app(opened_platform)
    app.config["TESTING"] = True
    return PlatformUnderTest(opened_platform, app.test_client())
