"""A platform with the vaccination slice for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import Workshop
from tests.support.platform import PlatformUnderTest
from tests.support.platform_fixtures import cluster, journal_section, with_pages
from tests.support.postgres import Cluster

PLUGINS = ("vaccination", "national_platform")

__all__ = ["cluster", "journal_section"]


@pytest.fixture(scope="session")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database whose tables are up to date."""
    workshop = Workshop(tmp_path_factory.mktemp("template"))
    url = cluster.create_database()
    workshop.open(PLUGINS, role="platform", sections=f'[journal]\ndatabase = "{url}"')
    workshop.close()
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture
def opened_platform(workshop: Workshop, journal_section: str) -> Appliance:
    """Database open, no pages."""
    return workshop.open(PLUGINS, role="platform", sections=journal_section)


@pytest.fixture
def platform(opened_platform: Appliance) -> PlatformUnderTest:
    return with_pages(opened_platform)
