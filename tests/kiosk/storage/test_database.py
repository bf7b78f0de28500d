"""The engine's errors: they name the statement, never what people showed, for they may end up in a log or on a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kiosk.storage.database import Database, sqlite_url


def test_an_error_does_not_carry_the_values(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path))
    with pytest.raises(DBAPIError) as failed, database.writing() as session:
        session.execute(text("INSERT INTO nowhere VALUES (:name)"), {"name": "Nguyễn Văn Thử"})
    database.close()
    assert "nowhere" in str(failed.value)
    assert "Nguyễn" not in str(failed.value)
