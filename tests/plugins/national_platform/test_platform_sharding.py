"""The tables can be spread over machines: every key holds the column that rows are spread by, and no index crosses."""

from __future__ import annotations

import pytest
from sqlalchemy import Table, UniqueConstraint

import plugins.national_platform.models
import plugins.self_check_in.models  # noqa: F401 - makes its tables known
from kiosk.storage.database import Base

DISTRIBUTION = {"writer", "citizen"}
PLATFORM = ("journal_", "self_check_in_", "national_platform_")
TABLES = [table for name, table in sorted(Base.metadata.tables.items()) if name.startswith(PLATFORM)]


SPREAD = [table for table in TABLES if not table.info.get("reference")]


@pytest.mark.parametrize("table", SPREAD, ids=lambda table: table.name)
def test_keys_hold_the_column_that_rows_are_spread_by(table: Table) -> None:
    shared = DISTRIBUTION & {column.name for column in table.primary_key}
    assert shared
    for index in table.indexes:
        if index.unique:
            assert shared & {column.name for column in index.columns}, index.name
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            assert shared & {column.name for column in constraint.columns}, constraint.name
        assert not table.foreign_keys


def test_reference_tables_are_the_few_that_every_machine_may_hold() -> None:
    reference = {table.name for table in TABLES if table.info.get("reference")}
    assert reference == {"national_platform_codes", "national_platform_devices"}
    assert len(TABLES) > 8
