"""Tables: migrated ones equal the models, branch by branch; every key can be distributed; a plugin without migrations gets its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import UniqueConstraint, inspect

from kiosk.cli.loading import everything_installed
from kiosk.storage import migrate
from kiosk.storage.database import Base, Database, Projected
from tests.support.appliance import Workshop

MODULES = everything_installed().modules
BRANCHES = sorted(migrate.branches(MODULES))
# tables that tests define besides are nobody's here
OURS = sorted(
    (
        mapper.class_.__table__
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(("kiosk.", "plugins."))
    ),
    key=lambda table: table.name,
)
NAMES = {table.name for table in OURS}


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    made = Database(f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'x.sqlite3'}")
    migrate.upgrade(made.engine, MODULES)
    yield made
    made.close()


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_migrated_tables_are_the_models(database: Database, branch: str) -> None:
    def belongs(table: Any, name: str | None, kind: str, *_: object) -> bool:
        owner = name if kind == "table" else table.table.name
        return migrate.owner_of(str(owner), MODULES) == branch and owner in NAMES

    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": belongs, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_every_table_is_some_branchs(database: Database) -> None:
    present = {name for name in inspect(database.engine).get_table_names() if not name.startswith("migrations_")}
    assert present == {table.name for table in OURS}


def test_bringing_them_up_to_date_twice_changes_nothing(database: Database) -> None:
    before = inspect(database.engine).get_table_names()
    migrate.upgrade(database.engine, MODULES)
    assert inspect(database.engine).get_table_names() == before


@pytest.mark.parametrize("branch", BRANCHES)
def test_a_branchs_newest_revision_is_where_its_history_ends(database: Database, branch: str) -> None:
    from alembic.script import ScriptDirectory

    folder = migrate.branches(MODULES)[branch]
    config = migrate.branch_config(database.engine, branch, folder)
    assert ScriptDirectory.from_config(config).get_heads() == [migrate.newest(branch, folder)]


@pytest.mark.parametrize("table", OURS, ids=lambda table: table.name)
def test_every_key_can_be_distributed(table: Any) -> None:
    """Journals and projections lie by writer or citizen; no unique constraint crosses shards. Other tables stay where they are."""
    keys = {column.name for column in table.primary_key}
    projected = any(
        mapper.local_table is table and issubclass(mapper.class_, Projected) for mapper in Base.registry.mappers
    )
    if projected or table.name.startswith("journal_"):
        assert keys & {"writer", "citizen"}, keys
    spread = keys & {"writer", "citizen"}
    for constraint in [one for one in table.constraints if isinstance(one, UniqueConstraint)]:
        assert {column.name for column in constraint.columns} & spread or not spread
    for index in table.indexes:
        if index.unique and spread:
            assert {column.name for column in index.columns} & spread, index.name


def test_no_foreign_key_crosses_tables() -> None:
    """They could not be kept between shards."""
    assert [table.name for table in OURS if table.foreign_keys] == []


@pytest.mark.parametrize(
    ("table", "owner"),
    [
        ("self_check_in_visits", "self_check_in"),
        ("core_answers", "core"),
        ("journal_records", "core"),
        ("self_x", "self"),
    ],
)
def test_a_table_belongs_to_the_longest_name_it_starts_with(table: str, owner: str) -> None:
    assert migrate.owner_of(table, {"self": "x", "self_check_in": "y"}) == owner


def test_a_disabled_plugins_tables_stand_in_nobodys_way(workshop: Workshop) -> None:
    workshop.stop(workshop.start(["citizen_id", "self_check_in"]))
    without = workshop.start(["citizen_id"])
    assert inspect(without.database.engine).has_table("self_check_in_visits")
    workshop.stop(without)
    again = workshop.start(["citizen_id", "self_check_in"])
    assert {state.status for state in again.host.states()} == {"loaded"}


def test_a_migration_that_fails_leaves_the_branch_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "broken" / "migrations"
    folder.mkdir(parents=True)
    (folder / "broken_0001_x.py").write_text(
        'revision = "broken_0001"\ndown_revision = None\nbranch_labels = ("broken",)\ndepends_on = None\n\n'
        'def upgrade():\n    raise RuntimeError("half way")\n'
    )
    (tmp_path / "broken" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    with pytest.raises(RuntimeError, match="half way"):
        migrate.upgrade(database.engine, {"broken": "broken"})
    migrate.upgrade(database.engine, {})
    assert inspect(database.engine).has_table("journal_records")
    database.close()
