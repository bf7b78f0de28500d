"""A platform opened to look, as ``kiosk journal status|verify|export`` do, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal.jobs import NotRecorded
from kiosk.journal.verify import verify

NOTICE = [Draft("core.notice", Notice(title="x", text="y"))]


def test_it_reads_and_cannot_write(opened_platform: Appliance) -> None:
    opened_platform.record(NOTICE)
    looking = Appliance(opened_platform.profile, opened_platform.data_dir)
    looking.load_plugins()
    looking.open_to_look()
    writer = opened_platform.identity.writer
    with looking.session() as session:
        found = verify(session, writer, looking.kinds, looking.identity.digest_key(writer))
        assert (found.problem, found.records) == ("", 1)
    with pytest.raises(NotRecorded):
        looking.record(NOTICE)
    with pytest.raises(DBAPIError, match=r"read-?only"), looking.database.writing() as session:
        session.execute(text("DELETE FROM journal_records"))
    looking.database.close()
    assert opened_platform.record(NOTICE)[0].seq == 2


def test_tables_that_are_not_there_are_not_made(opened_platform: Appliance) -> None:
    with opened_platform.database.writing() as session:
        session.execute(text("DROP TABLE migrations_core"))
    looking = Appliance(opened_platform.profile, opened_platform.data_dir)
    looking.load_plugins()
    with pytest.raises(ValueError, match="tables of core are of another version"):
        looking.open_to_look()
    looking.database.close()
