"""Erasure on a platform: every journal, by its kinds' times, once, on record; chains verify and tables equal a replay."""

from __future__ import annotations

import json
import logging
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.clock import SystemClock
from kiosk.core_slice import Notice
from kiosk.daily_erasure import DailyErasure
from kiosk.domain import Draft
from kiosk.journal.append import Head
from kiosk.journal.models import JournalErasure, JournalHead, JournalRecord
from kiosk.journal.redact_held import AlreadyErasing, _alone, redact_held, spans
from kiosk.journal.replay import replay
from kiosk.journal.verify import verify
from kiosk.operators.register import StaffAction
from plugins.national_platform import parked, publishing
from plugins.national_platform.models import ParkedRecord
from plugins.self_check_in.models import AppointmentRow, DenyRow, VisitRow
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support import platform_fixtures
from tests.support.appliance import SetClock, Workshop, records, tables
from tests.support.platform import CITIZEN, chained, hand_line, lines_of, make, take, visit, visits

template, journal_section = platform_fixtures.template, platform_fixtures.journal_section
WRITER = "device.2"


class Calendar(SetClock):
    """Stands still, at a date that tests set."""

    def __init__(self) -> None:
        super().__init__()
        self.time = datetime(2021, 8, 1, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def platform(workshop: Workshop, journal_section: str, clock: Calendar) -> Appliance:
    return workshop.open(platform_fixtures.PLUGINS, role="platform", sections=journal_section, clock=clock)


def push(platform: Appliance, count: int, at: datetime, writer: str = WRITER, head: Head | None = None) -> Head:
    made = visits(platform, writer, count, at=at, head=head, key=platform.identity.pseudonym_key)
    take(platform, writer, lines_of(made), key=platform.identity.pseudonym_key)
    return Head(made[-1].seq, made[-1].hash)


def erased(platform: Appliance, writer: str = WRITER) -> list[int]:
    with platform.session() as session:
        query = select(JournalRecord.seq).where(JournalRecord.writer == writer, JournalRecord.body.is_(None))
        return list(session.scalars(query.order_by(JournalRecord.seq)))


def assert_verified(platform: Appliance) -> None:
    with platform.session() as session:
        for writer in session.scalars(select(JournalHead.writer)).all():
            found = verify(session, writer, platform.kinds, platform.identity.pseudonym_key)
            assert found.problem == "", found


def test_old_bodies_of_received_journals_go_and_the_chain_stays(platform: Appliance, clock: Calendar) -> None:
    head = push(platform, 30, clock.time)
    push(platform, 4, clock.time, "another.2")
    clock.time += timedelta(days=60)
    push(platform, 5, clock.time, head=head)
    assert redact_held(platform.journal, 90) == {}
    clock.time += timedelta(days=31)
    assert redact_held(platform.journal, 90, dry_run=True) == {WRITER: 30, "another.2": 4}
    assert erased(platform) == []
    assert redact_held(platform.journal, 90) == {WRITER: 30, "another.2": 4}
    assert erased(platform) == list(range(1, 31))
    assert redact_held(platform.journal, 90) == {}
    with platform.session() as session:
        assert Counter(session.scalars(select(VisitRow.writer))) == {WRITER: 5}
        head_row = session.get_one(JournalHead, WRITER)
        assert (head_row.seq, head_row.erased) == (35, 30)
    said = {one.data.journal: (one.data.first, one.data.last, one.data.records) for one in records(platform)}
    assert said == {WRITER: (1, 30, 30), "another.2": (1, 4, 4)}
    assert_verified(platform)
    live = tables(platform)
    assert sum(row[-1] for row in live["self_check_in_hours"]) == 39
    replay(platform.database, platform.host, platform.kinds)
    assert tables(platform) == live


def test_a_batch_that_comes_again_brings_nothing_back(platform: Appliance, clock: Calendar) -> None:
    made = visits(platform, WRITER, 20, at=clock.time, key=platform.identity.pseudonym_key)
    take(platform, WRITER, lines_of(made), key=platform.identity.pseudonym_key)
    clock.time += timedelta(days=91)
    redact_held(platform.journal, 90)
    again = take(platform, WRITER, lines_of(made), key=platform.identity.pseudonym_key)
    assert (again.stored, again.duplicates) == (0, 20)
    assert erased(platform) == list(range(1, 21))


def test_what_was_published_goes_by_its_own_time_and_tables_equal_a_replay(
    platform: Appliance, clock: Calendar
) -> None:
    drafts = [
        Draft("self_check_in.appointment", Appointment(site="here", day="2021-08-16"), CITIZEN),
        Draft("self_check_in.deny_entry", DenyEntry(), CITIZEN),
        Draft("core.notice", Notice(title="a", text="b")),
    ]
    publishing.publish(platform.journal, "site:here", drafts, clock.time, True)
    platform.record([Draft("core.staff_action", StaffAction(action="test.action"))])
    own = platform.identity.writer
    clock.time += timedelta(days=100)
    assert redact_held(platform.journal, 90) == {"site:here": 1}
    clock.time += timedelta(days=266)
    assert redact_held(platform.journal, 90) == {"site:here": 1}
    clock.time += timedelta(days=365)
    assert redact_held(platform.journal, 90) == {own: 1}
    assert (erased(platform, "site:here"), erased(platform, own)) == ([1, 3], [1])
    with platform.session() as session:
        assert session.scalars(select(AppointmentRow)).all() == []
        assert len(session.scalars(select(DenyRow)).all()) == 1, "still denied"
    live = tables(platform)
    replay(platform.database, platform.host, platform.kinds)
    assert tables(platform) == live
    assert_verified(platform)


def test_a_later_word_on_the_same_thing_stays(platform: Appliance, clock: Calendar) -> None:
    def say(slot: str) -> None:
        body = Appointment(site="here", day="2022-08-16", slot=slot)
        publishing.publish(
            platform.journal, "site:here", [Draft("self_check_in.appointment", body, CITIZEN)], clock.time, True
        )

    say("08:00")
    clock.time += timedelta(days=200)
    say("09:00")
    clock.time += timedelta(days=200)
    assert redact_held(platform.journal, 90) == {"site:here": 1}
    with platform.session() as session:
        assert session.scalars(select(AppointmentRow.slot)).all() == ["09:00"]


def test_what_is_kept_for_years_does_not_hold_up_the_rest(platform: Appliance, clock: Calendar) -> None:
    key = platform.identity.pseudonym_key
    drafts = [
        Draft("core.staff_action", StaffAction(action="test.action")),
        *(Draft("self_check_in.visit", visit(number), CITIZEN) for number in (1, 2)),
    ]
    made = make(platform, WRITER, drafts, at=clock.time, key=key)
    take(platform, WRITER, lines_of(made), key=key)
    push(platform, 1, clock.time + timedelta(days=95), head=Head(3, made[-1].hash))
    clock.time += timedelta(days=100)
    assert redact_held(platform.journal, 90) == {WRITER: 2}
    with platform.session() as session:
        cursors = {one.days: one.done_to for one in session.scalars(select(JournalErasure))}
    assert cursors == {90: 3}
    assert spans(platform.kinds, 90) == [90, 365, 730]
    clock.time += timedelta(days=700)
    assert redact_held(platform.journal, 90) == {WRITER: 2}
    assert erased(platform) == [1, 2, 3, 4]


def test_a_wrong_clock_is_as_old_as_the_next_right_one(platform: Appliance, clock: Calendar) -> None:
    """Neither the beginning of time nor the far future says when a visit was."""
    key, now_ms = platform.identity.pseudonym_key, int(clock.time.timestamp() * 1000)
    body = visit().model_dump_json(exclude_defaults=True).encode()
    times = [(1_000, False), (now_ms + 400 * 86_400_000, True), (now_ms, True), (2_000, False)]
    lines = [
        hand_line(seq, body, "self_check_in.visit", occurred_at_ms=at, clock_trusted=trusted)
        for seq, (at, trusted) in enumerate(times, 1)
    ]
    take(platform, WRITER, b"\n".join(lines) + b"\n", chained(WRITER, lines, key), key)
    assert redact_held(platform.journal, 90) == {}
    clock.time += timedelta(days=91)
    assert redact_held(platform.journal, 90) == {WRITER: 3}
    assert erased(platform) == [1, 2, 3], "of the last one nobody knows how old it is"


def test_what_is_set_aside_stays_until_it_was_dealt_with(platform: Appliance, clock: Calendar) -> None:
    push(platform, 3, clock.time)
    with platform.database.writing() as session:
        session.add(
            ParkedRecord(writer=WRITER, seq=2, kind="self_check_in.visit", reason="unknown_kind", parked_at_ms=1)
        )
        session.delete(session.get_one(VisitRow, (WRITER, 2)))
    clock.time += timedelta(days=91)
    assert redact_held(platform.journal, 90) == {WRITER: 2}
    assert parked.retry(platform.journal, WRITER, [2]) == []
    assert redact_held(platform.journal, 90) == {WRITER: 1}
    assert erased(platform) == [1, 2, 3]


def test_an_untrusted_clock_erases_nothing(platform: Appliance, clock: Calendar) -> None:
    push(platform, 2, clock.time)
    clock.time += timedelta(days=4000)
    clock.is_trusted = False
    assert redact_held(platform.journal, 90) == {}
    assert not DailyErasure(platform.journal, 90, role="platform").once()


def test_a_longer_or_shorter_time_in_the_profile_counts_from_the_next_day(platform: Appliance, clock: Calendar) -> None:
    push(platform, 2, clock.time)
    clock.time += timedelta(days=40)
    assert redact_held(platform.journal, 90) == {}
    assert redact_held(platform.journal, 30) == {WRITER: 2}


def test_a_running_platform_does_it_daily_and_one_process_at_a_time(
    platform: Appliance, clock: Calendar, caplog: pytest.LogCaptureFixture
) -> None:
    push(platform, 2, clock.time)
    clock.time += timedelta(days=91)
    daily = platform.erasure
    if not platform.database.is_sqlite:
        with _alone(platform.database):
            assert daily.once()
            assert erased(platform) == []
            with pytest.raises(AlreadyErasing):
                redact_held(platform.journal, 90)
    with caplog.at_level(logging.INFO):
        assert daily.once()
    assert erased(platform) == [1, 2]
    assert "2 bodies erased" in caplog.text


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.journal.redact_held.AT_ONCE", 4)
    monkeypatch.setattr("kiosk.journal.redact_held.PAGE", 3)


@pytest.mark.usefixtures("small_pieces")
def test_much_is_done_in_pieces(platform: Appliance, clock: Calendar) -> None:
    push(platform, 25, clock.time)
    clock.time += timedelta(days=91)
    assert redact_held(platform.journal, 90, dry_run=True) == {WRITER: 25}
    assert redact_held(platform.journal, 90) == {WRITER: 25}
    done = [one.data for one in records(platform)]
    assert sum(one.records for one in done) == 25
    assert len(done) > 4
    assert_verified(platform)


def test_the_command_erases_on_a_platform_too(
    workshop: Workshop, journal_section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SystemClock, "trusted", lambda _self: True)  # whatever this machine's kernel says of its time
    platform = workshop.open(platform_fixtures.PLUGINS, role="platform", sections=journal_section)
    push(platform, 6, datetime.now(UTC) - timedelta(days=120))
    push(platform, 3, datetime.now(UTC) - timedelta(days=10), "another.2")
    workshop.stop(platform)
    profile = workshop.profile(platform_fixtures.PLUGINS, role="platform", sections=journal_section)
    at = ["--profile", str(profile), "--data", str(platform.data_dir), "--json"]
    told = CliRunner().invoke(main, ["journal", "redact", *at])
    assert json.loads(told.stdout) == {"dry_run": False, "erased": {WRITER: 6}}
    again = workshop.open(platform_fixtures.PLUGINS, role="platform", sections=journal_section)
    assert erased(again) == [1, 2, 3, 4, 5, 6]
    assert erased(again, "another.2") == []
