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


@pytest.fixture(scope="session")
def template(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database whose tables are up to date: copying it is quicker than migrating a new one each time."""
    workshop = Workshop(tmp_path_factory.mktemp("template"))
    url = cluster.create_database()
    workshop.open(PLUGINS, role="platform", sections=f'[journal]\ndatabase = "{url}"')
    workshop.close()
    return url.partition("@/")[2].partition("?")[0]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def journal_section(request: pytest.FixtureRequest) -> str:
    """The profile's section that says where records go."""
    if request.param == "sqlite":
        return ""
    cluster: Cluster = request.getfixturevalue("cluster")
    return f'[journal]\ndatabase = "{cluster.create_database(request.getfixturevalue("template"))}"'


@pytest.fixture
def opened_platform(workshop: Workshop, journal_section: str) -> Appliance:
    """Database open, no pages."""
    return workshop.open(PLUGINS, role="platform", sections=journal_section)


@pytest.fixture
def platform(opened_platform: Appliance) -> PlatformUnderTest:
    return with_pages(opened_platform)


@pytest.fixture(scope="module")
def shared_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlatformUnderTest]:
    """One on SQLite for a whole module: for what is refused before any table is written."""
    workshop = Workshop(tmp_path_factory.mktemp("platform"))
    yield with_pages(workshop.open(PLUGINS, role="platform"))
    workshop.close()


def with_pages(appliance: Appliance) -> PlatformUnderTest:
    app = create_app(appliance)
    app.config["TESTING"] = True
    return PlatformUnderTest(appliance, app.test_client())
