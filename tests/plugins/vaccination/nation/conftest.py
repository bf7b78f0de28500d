"""A platform with the vaccination slice for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from kiosk.appliance import Appliance
from tests.support import prepared
from tests.support.appliance import Workshop
from tests.support.platform import PlatformUnderTest
from tests.support.platform_fixtures import journal_section, with_pages
from tests.support.postgres import Cluster

PLUGINS = ("vaccination", "national_platform")

__all__ = ["journal_section"]


@pytest.fixture(scope="session")
def template(cluster: Cluster) -> str:
    """The name of a database whose tables are up to date."""
    return prepared.template(cluster, PLUGINS)


@pytest.fixture
def opened_platform(workshop: Workshop, journal_section: str) -> Appliance:
    """Database open, no pages."""
    return workshop.open(PLUGINS, role="platform", sections=journal_section)


@pytest.fixture
def platform(opened_platform: Appliance) -> PlatformUnderTest:
    return with_pages(opened_platform)
