"""Erasure: only what is acknowledged and old goes; the chain verifies after it, and the erasure is on record."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.core_models import NoticeRow
from kiosk.core_slice import Notice
from kiosk.daily_erasure import DailyErasure
from kiosk.domain import Draft
from kiosk.encounter.answers import AnsweredKey
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.redact import redact
from kiosk.journal.replay import replay
from kiosk.journal.verify import verify
from kiosk.plugin import DecodedCode
from kiosk.record_kinds import Kind
from kiosk.settings.profile import CoreSettings, Profile, SiteSettings


class SetClock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.time = datetime(2021, 8, 1, tzinfo=UTC)
        self.is_trusted = True

    def now(self) -> datetime:
        return self.time

    def trusted(self) -> bool:
        return self.is_trusted


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def device(tmp_path: Path, clock: SetClock) -> Iterator[Appliance]:
    core = CoreSettings(site=SiteSettings(id="test-site", name="Điểm thử"), plugins=[])
    appliance = Appliance(Profile(path=Path("test"), core=core, sections={}), tmp_path / "device", clock=clock)
    appliance.load_plugins()
    appliance.open()
    appliance.journal.start()
    yield appliance
    appliance.journal.stop()
    appliance.database.close()


def add(appliance: Appliance, count: int = 1) -> None:
    appliance.record([Draft("core.notice", Notice(title="Nguyễn Văn An", text="x")) for _ in range(count)])


def acknowledge(appliance: Appliance, seq: int) -> None:
    with appliance.database.writing() as session:
        session.execute(update(JournalHead).values(acknowledged=seq))


def bodies(session: Session) -> dict[int, str | None]:
    rows = session.execute(select(JournalRecord.seq, JournalRecord.body).order_by(JournalRecord.seq))
    return {row.seq: row.body for row in rows}


def erased(appliance: Appliance) -> list[int]:
    with appliance.session() as session:
        return [seq for seq, body in bodies(session).items() if body is None]


def check(appliance: Appliance) -> None:
    with appliance.session() as session:
        found = verify(session, appliance.identity.writer, appliance.kinds, appliance.identity.pseudonym_key)
    assert found.problem == ""


def test_only_what_is_acknowledged_and_old_goes(device: Appliance, clock: SetClock) -> None:
    add(device, 3)
    clock.time += timedelta(days=60)
    add(device, 2)
    clock.time += timedelta(days=40)
    assert redact(device.journal, 90) == {}, "nothing is acknowledged"
    acknowledge(device, 2)
    assert redact(device.journal, 90, dry_run=True) == {device.identity.writer: 2}
    assert erased(device) == []
    assert redact(device.journal, 90) == {device.identity.writer: 2}
    assert erased(device) == [1, 2]
    acknowledge(device, 5)
    assert redact(device.journal, 90) == {device.identity.writer: 1}
    assert erased(device) == [1, 2, 3]
    assert redact(device.journal, 90) == {}
    check(device)


def test_the_erasure_is_a_record_and_is_itself_kept(device: Appliance, clock: SetClock) -> None:
    add(device, 2)
    acknowledge(device, 2)
    clock.time += timedelta(days=91)
    redact(device.journal, 90)
    with device.session() as session:
        last = session.scalars(select(JournalRecord).order_by(JournalRecord.seq.desc())).first()
    assert last is not None
    assert last.kind == "core.erasure"
    assert last.body is not None
    assert json.loads(last.body) == {"journal": device.identity.writer, "first": 1, "last": 2, "records": 2}
    acknowledge(device, 3)
    clock.time += timedelta(days=1000)
    assert redact(device.journal, 90) == {}
    check(device)


def test_nothing_personal_is_left_in_tables_and_a_replay_agrees(device: Appliance, clock: SetClock) -> None:
    add(device, 2)
    clock.time += timedelta(days=91)
    add(device, 1)
    acknowledge(device, 3)
    redact(device.journal, 90)

    def notices() -> list[int]:
        with device.session() as session:
            return list(session.scalars(select(NoticeRow.seq)))

    assert notices() == [3]
    replay(device.database, device.host, device.kinds)
    assert notices() == [3]


def test_the_text_is_gone_from_the_card(device: Appliance, clock: SetClock) -> None:
    add(device, 30)
    acknowledge(device, 30)
    clock.time += timedelta(days=91)
    redact(device.journal, 90)
    with device.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"Nguy\xe1\xbb\x85n" not in (device.data_dir / "kiosk.sqlite3").read_bytes()


def test_an_untrusted_clock_erases_nothing(device: Appliance, clock: SetClock) -> None:
    add(device)
    acknowledge(device, 1)
    clock.time += timedelta(days=4000)
    clock.is_trusted = False
    assert redact(device.journal, 90) == {}
    assert not DailyErasure(device.journal, 90).once()
    clock.is_trusted = True
    assert DailyErasure(device.journal, 90).once()
    assert erased(device) == [1]


def test_answers_that_nobody_asks_for_again_are_forgotten(device: Appliance, clock: SetClock) -> None:
    answer = device.handle(device.new_scan(DecodedCode("unknown", b"unknown", "QRCode"), "test"))
    key = answer.key

    def known() -> bool:
        with device.session() as session:
            return session.get(AnsweredKey, key) is not None

    assert known()
    DailyErasure(device.journal, 90).once()
    assert known()
    clock.time += timedelta(days=3)
    DailyErasure(device.journal, 90).once()
    assert not known()


def test_a_record_with_a_wrong_date_is_as_old_as_the_next_with_a_right_one(device: Appliance, clock: SetClock) -> None:
    clock.time, clock.is_trusted = datetime(1970, 1, 2, tzinfo=UTC), False
    add(device, 2)
    acknowledge(device, 2)
    clock.time, clock.is_trusted = datetime(2021, 8, 1, tzinfo=UTC), True
    assert redact(device.journal, 90) == {}, "nobody knows how old they are"
    add(device, 1)
    acknowledge(device, 3)
    assert redact(device.journal, 90) == {}
    clock.time += timedelta(days=91)
    assert redact(device.journal, 90) == {device.identity.writer: 3}


def test_a_kind_may_keep_longer_or_for_ever(device: Appliance, clock: SetClock) -> None:
    class Kept(Notice):
        retention_days: ClassVar[int | None] = None

    class Longer(Notice):
        retention_days: ClassVar[int | None] = 365

    device.kinds._kinds["core.kept"] = Kind("core.kept", "core", Kept, 1)
    device.kinds._kinds["core.longer"] = Kind("core.longer", "core", Longer, 1)
    device.record(
        [
            Draft("core.kept", Kept(title="a", text="b")),
            Draft("core.longer", Longer(title="a", text="b")),
            Draft("core.notice", Notice(title="a", text="b")),
        ]
    )
    acknowledge(device, 3)
    clock.time += timedelta(days=100)
    redact(device.journal, 90)
    assert erased(device) == [3]
    clock.time += timedelta(days=300)
    redact(device.journal, 90)
    assert erased(device) == [2, 3]
    check(device)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    steps=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 40), st.booleans(), st.floats(0, 1)), max_size=8),
)
def test_whatever_happens_the_chain_verifies_and_nothing_goes_early(
    device: Appliance, clock: SetClock, steps: list[tuple[int, int, bool, float]]
) -> None:
    add(device)
    for count, days, trusted, share in steps:
        clock.is_trusted = trusted
        if count:
            add(device, count)
        clock.time += timedelta(days=days)
        with device.session() as session:
            head = session.execute(select(JournalHead.seq, JournalHead.acknowledged)).one_or_none()
        if head:
            acknowledge(device, max(head.acknowledged, int(head.seq * share)))
        redact(device.journal, 30)
    check(device)
    cutoff = clock.time - timedelta(days=30)
    with device.session() as session:
        for row in session.scalars(select(JournalRecord).where(JournalRecord.body.is_(None))):
            assert row.kind == "core.notice"
            assert row.occurred_at_ms <= cutoff.timestamp() * 1000
