"""The card is full, write-protected, slow or damaged: everybody is referred, it is said on health, and it works again afterwards."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from kiosk.appliance import Appliance
from kiosk.domain import Decision
from kiosk.web.app import create_app
from tests.support.appliance import Workshop, assert_whole, codes, let_go, people, records, show
from tests.support.cards import damage, fill_up, small_card, unprotect, write_protect

SHIPPED = ("citizen_id", "self_check_in")


def health(appliance: Appliance) -> dict[str, str]:
    return {check.name: check.level.value for check in appliance.health()}


def faults(appliance: Appliance) -> int:
    return sum(state.faults for state in appliance.host.states())


def assert_not_recorded(appliance: Appliance, answer: Any) -> None:
    assert (answer.decision, codes(answer), answer.record, answer.ticket) == (
        Decision.REFER, ["core.not_recorded.disk"], None, None,
    )  # fmt: skip
    assert answer.findings[0]["text"]["vi"] == "Lượt của bạn chưa được ghi lại."
    assert health(appliance)["journal"] == "fault"
    client = create_app(appliance).test_client()
    for page in ("/kiosk", "/health", "/metrics"):
        assert client.get(page).status_code == 200, page
    assert faults(appliance) == 0  # the card is to blame, no plugin


def fill(appliance: Appliance, limit: int) -> None:
    """From now on the database may not grow: each new connection of the pool gets the limit as well."""
    let_go(appliance)
    from sqlalchemy import event

    def configure(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA max_page_count = {limit}")

    event.listen(appliance.database.engine, "connect", configure)


def test_a_full_database_refers_everybody_and_goes_on_when_there_is_room(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    crowd = people()
    first = show(appliance, next(crowd).cccd_2021())
    assert first.decision is Decision.ADMIT
    fill(appliance, 1)  # SQLite takes the present size where it is larger
    payload, answer = "", first
    for _ in range(200):
        payload = next(crowd).cccd_2021()
        answer = show(appliance, payload)
        if answer.record is None:
            break
    key = answer.key
    assert_not_recorded(appliance, answer)
    written = len(records(appliance))
    assert_not_recorded(appliance, show(appliance, payload))
    fill(appliance, 1_000_000)
    again = show(appliance, payload, key)
    assert (again.decision, again.record) == (Decision.ADMIT, {"writer": appliance.identity.writer, "seq": written + 1})
    assert health(appliance)["journal"] == "ok"
    assert len(assert_whole(appliance)) == written + 1


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with 3 MB."""
    with small_card(tmp_path / "card") as card:
        yield card


def test_a_full_card_refers_everybody_and_goes_on_when_there_is_room(small_disk: Path) -> None:
    workshop = Workshop(small_disk)
    appliance = workshop.start(SHIPPED)
    crowd = people()
    assert show(appliance, next(crowd).cccd_2021()).decision is Decision.ADMIT
    ballast = small_disk / "ballast"
    fill_up(ballast)
    answer, payload = None, ""
    for _ in range(400):
        payload = next(crowd).cccd_2021()
        answer = show(appliance, payload)
        if answer.record is None:
            break
    assert answer is not None
    assert_not_recorded(appliance, answer)
    assert health(appliance)["disk"] == "warning"
    written = len(records(appliance))
    ballast.unlink()
    again = show(appliance, payload, answer.key)
    assert (again.decision, again.record) == (Decision.ADMIT, {"writer": appliance.identity.writer, "seq": written + 1})
    assert len(assert_whole(appliance)) == written + 1
    workshop.close()


def test_a_card_that_became_read_only(small_disk: Path) -> None:
    workshop = Workshop(small_disk)
    appliance = workshop.start(SHIPPED)
    crowd = people()
    assert show(appliance, next(crowd).cccd_2021()).decision is Decision.ADMIT
    let_go(appliance)  # open files would keep the file system from being remounted
    write_protect(small_disk)
    try:
        assert_not_recorded(appliance, show(appliance, next(crowd).cccd_2021()))
    finally:
        unprotect(small_disk)
    let_go(appliance)
    assert show(appliance, next(crowd).cccd_2021()).decision is Decision.ADMIT
    assert len(assert_whole(appliance)) == 2
    workshop.close()


def test_a_database_that_refuses_writes(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    crowd = people()
    show(appliance, next(crowd).cccd_2021())
    from sqlalchemy import event

    def read_only(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA query_only = ON")

    event.listen(appliance.database.engine, "connect", read_only)
    let_go(appliance)
    assert_not_recorded(appliance, show(appliance, next(crowd).cccd_2021()))
    event.remove(appliance.database.engine, "connect", read_only)
    let_go(appliance)
    assert show(appliance, next(crowd).cccd_2021()).decision is Decision.ADMIT
    assert len(assert_whole(appliance)) == 2


@pytest.mark.parametrize("table", ["journal_records", "self_check_in_visits", "core_answers", "journal_heads"])
def test_a_damaged_page(workshop: Workshop, table: str) -> None:
    appliance = workshop.start(SHIPPED)
    crowd = people()
    for _ in range(20):
        show(appliance, next(crowd).cccd_2021())
    let_go(appliance)
    damage(appliance.data_dir / "kiosk.sqlite3", table)
    for _ in range(5):
        answer = show(appliance, next(crowd).cccd_2021())
        assert answer.decision is Decision.REFER
        assert answer.ticket is None
    assert answer.record is None
    assert_not_recorded(appliance, answer)


def test_a_lock_that_somebody_else_holds(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED, hook_seconds=0.5)
    from sqlalchemy import event

    def impatient(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout = 50")

    event.listen(appliance.database.engine, "connect", impatient)
    let_go(appliance)
    crowd = people()
    other = sqlite3.connect(appliance.data_dir / "kiosk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert_not_recorded(appliance, show(appliance, next(crowd).cccd_2021()))
    other.execute("ROLLBACK")
    other.close()
    assert show(appliance, next(crowd).cccd_2021()).decision is Decision.ADMIT


def test_a_damaged_database_is_named_when_it_is_opened(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    workshop.stop(appliance)
    file = appliance.data_dir / "kiosk.sqlite3"
    file.write_bytes(b"this is no database" * 1000)
    with pytest.raises(Exception, match="not a database"):
        workshop.start(SHIPPED)
    assert file.read_bytes().startswith(b"this is no database")  # what may be saved is not overwritten


def test_reading_goes_on_while_nothing_can_be_written(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    show(appliance, next(people()).cccd_2021())
    other = sqlite3.connect(appliance.data_dir / "kiosk.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with appliance.session() as session:
            assert session.execute(text("SELECT count(*) FROM journal_records")).scalar() == 1
        assert create_app(appliance).test_client().get("/metrics").status_code == 200
    finally:
        other.execute("ROLLBACK")
        other.close()
