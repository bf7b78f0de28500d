"""Fixtures around ``tests.support.platform``: import them into a conftest. Every test that takes one runs on both databases.

``cluster`` stands in the conftest of all tests, so that each process starts one server.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from tests.support import prepared
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
def template(cluster: Cluster) -> str:
    """The name of a database whose tables are up to date: copying it is quicker than migrating a new one each time."""
    return prepared.template(cluster, PLUGINS)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def journal_section(request: pytest.FixtureRequest) -> Iterator[str]:
    """The profile's section that says where records go."""
    if request.param == "sqlite":
        yield ""
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    url = cluster.create_database(request.getfixturevalue("template"))
    yield f'[journal]\ndatabase = "{url}"'
    cluster.leave(url)


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
