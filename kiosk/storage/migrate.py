"""Brings the tables up to date: one Alembic branch for the core and one per plugin that has a ``migrations`` folder.

Each branch keeps its own version table, so that a plugin can be disabled, or uninstalled, without its history standing in
the way of the others. A third-party plugin without that folder gets its missing tables created.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from kiosk.storage.database import Base

if TYPE_CHECKING:
    from alembic.config import Config

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
MIGRATING = 0x6B696F736B  # the advisory lock's number: "kiosk"


def branches(modules: Mapping[str, str]) -> dict[str, Path]:
    """Branch name -> folder of its migrations: the core's, then each plugin's (name -> module) that has one."""
    found = {"core": SCRIPTS / "versions"}
    for name, module in modules.items():
        spec = importlib.util.find_spec(module)
        for location in (spec.submodule_search_locations if spec else None) or ():
            folder = Path(location) / "migrations"
            if folder.is_dir():
                found[name] = folder
    return found


def branch_config(engine: Engine, branch: str, folder: Path) -> Config:
    """Alembic's configuration for one branch."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(folder))
    config.attributes.update(engine=engine, branch=branch, version_table=version_table(branch))
    return config


def version_table(branch: str) -> str:
    return f"migrations_{branch}"


def upgrade(engine: Engine, modules: Mapping[str, str]) -> None:
    """Run what is missing on every branch. Raises what Alembic or the database raise."""
    found = branches(modules)
    with _one_at_a_time(engine):
        _upgrade(engine, modules, found)


def outdated(engine: Engine, modules: Mapping[str, str]) -> list[str]:
    """The branches whose tables are of another version than this program's. A plugin that never ran has none: it is left out."""
    now = {branch: (_current(engine, branch), newest(branch, folder)) for branch, folder in branches(modules).items()}
    return [branch for branch, (there, here) in now.items() if there != here and (there or branch == "core")]


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[None]:
    """On PostgreSQL several processes start at once: the first brings the tables up to date, the others wait for it."""
    if engine.dialect.name != "postgresql":
        yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATING})")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"SELECT pg_advisory_unlock({MIGRATING})")


def _upgrade(engine: Engine, modules: Mapping[str, str], found: Mapping[str, Path]) -> None:
    for branch, folder in found.items():
        if _current(engine, branch) != newest(branch, folder):
            # Alembic is large and most starts need nothing of it
            from alembic import command

            command.upgrade(branch_config(engine, branch, folder), "head")
    without = [name for name in modules if name not in found]
    tables = [
        table for table in Base.metadata.sorted_tables if any(table.name.startswith(name + "_") for name in without)
    ]
    if tables:
        Base.metadata.create_all(engine, tables=tables)


def owner_of(table: str, plugins: Mapping[str, str]) -> str:
    """The branch that a table belongs to: the plugin whose name it starts with, else the core."""
    owners = [name for name in plugins if table.startswith(name + "_")]
    return max(owners, key=len) if owners else "core"


def newest(branch: str, folder: Path) -> str:
    """The newest revision of a branch, by its file's name: ``<branch>_<four digits>_<words>.py``; "" before the first."""
    numbered = sorted(file.name[: len(branch) + 5] for file in folder.glob(f"{branch}_[0-9][0-9][0-9][0-9]_*.py"))
    return numbered[-1] if numbered else ""


def _current(engine: Engine, branch: str) -> str:
    table = version_table(branch)
    if not inspect(engine).has_table(table):
        return ""
    with engine.connect() as connection:
        return str(connection.execute(text(f"SELECT version_num FROM {table}")).scalar() or "")  # noqa: S608 - our own name
