"""``kiosk dev``: for who changes the program. ``kiosk dev migration NAME`` drafts a migration of one branch."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from alembic import command

from kiosk.cli.loading import everything_installed
from kiosk.storage import migrate
from kiosk.storage.database import Database


@click.group()
def dev() -> None:
    """For developers."""


@dev.command()
@click.argument("branch")
@click.argument("message")
def migration(branch: str, message: str) -> None:
    """Draft a migration for BRANCH (core, or a plugin) from the difference between its models and its history."""
    modules = everything_installed().modules
    folder = migrate.branches(modules).get(branch)
    if folder is None:
        raise click.ClickException(f"{branch} has no folder of migrations; make it first")
    with tempfile.TemporaryDirectory() as directory:
        database = Database(f"sqlite:///{directory}/draft.sqlite3")
        config = migrate.branch_config(database.engine, branch, folder)
        config.attributes["owns"] = lambda table: migrate.owner_of(table, modules) == branch
        first = not any(folder.glob("*.py"))
        command.upgrade(config, "head")
        number = len(list(folder.glob("*.py"))) + 1
        command.revision(
            config,
            message,
            autogenerate=True,
            head="base" if first else f"{branch}@head",
            branch_label=branch if first else None,
            version_path=str(folder),
            rev_id=f"{branch}_{number:04d}",
        )
        database.close()
    click.echo(f"look it over in {Path(folder).name}, then run the tests")
