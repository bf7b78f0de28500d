"""Brings the tables up to date: one Alembic branch for the core and one per plugin that has a ``migrations`` folder.

Each branch keeps its own version table, so that a plugin can be disabled, or uninstalled, without its history standing in
the way of the others. A third-party plugin without that folder gets its missing tables created.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from kiosk.database import Base

SCRIPTS = Path(__file__).resolve().parent / "migrations"


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
    for branch, folder in found.items():
        config = branch_config(engine, branch, folder)
        if set(ScriptDirectory.from_config(config).get_heads()) != _current(engine, branch):
            command.upgrade(config, "head")
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


def _current(engine: Engine, branch: str) -> set[str]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": version_table(branch)})
        return set(context.get_current_heads())
