"""What every appliance of a test run needs alike and what is dear to make: the register of installed plugins, and migrated tables.

Made once per process by the product's own code, then copied. Prepares nothing of what an appliance keeps of its own.
"""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk.appliance import Appliance
from kiosk.plugin_host.host import PluginInfo, installed_plugins
from kiosk.storage import migrate
from kiosk.storage.database import Database, sqlite_url
from tests.support.postgres import Cluster

FILE = "kiosk.sqlite3"


def installed() -> dict[str, PluginInfo]:
    """The installed plugins. A test may put more of them on the path."""
    return dict(_installed(tuple(sys.path)))


def give_tables(appliance: Appliance) -> None:
    """Lay a database file with the shipped plugins' tables into an empty data directory; opening adds those of the test's own plugins."""
    file = appliance.data_dir / FILE
    if appliance.settings.journal.database or file.exists():
        return
    shipped = ((name, module) for name, module in appliance.modules.items() if module.startswith("plugins."))
    appliance.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file.write_bytes(_migrated(tuple(sorted(shipped))))


@cache
def template(cluster: Cluster, plugins: tuple[str, ...]) -> str:
    """The name of a PostgreSQL database with these shipped plugins' tables."""
    url = cluster.create_database()
    database = Database(url)
    migrate.upgrade(database.engine, {name: installed()[name].module for name in plugins})
    database.close()  # nobody may be connected to what is copied
    return cluster.name(url)


@cache
def _installed(_path: tuple[str, ...]) -> dict[str, PluginInfo]:
    return installed_plugins()


@cache
def _migrated(modules: tuple[tuple[str, str], ...]) -> bytes:
    with TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder)))
        migrate.upgrade(database.engine, dict(modules))
        database.close()  # the last connection takes the write-ahead log in
        return (Path(folder) / FILE).read_bytes()
