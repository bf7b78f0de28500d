"""The device's side against the real platform over HTTP: cloned cards, revocation, parked records, appointments."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.operators.pin import Pins
from kiosk.operators.register import OPERATOR_KIND, Operator, Role
from kiosk.web.app import create_app
from plugins.national_platform import alarms, devices
from plugins.national_platform import enrolment as platform_enrolment
from plugins.national_platform.publishing import publish
from plugins.self_check_in.models import AppointmentRow, DenyRow
from plugins.self_check_in.records import Appointment, DenyEntry
from plugins.upstream_sync import backlog, enrolment
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.faults import Unauthorised
from plugins.upstream_sync.models import Alarm, ParkedRecord
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.pull import Puller
from plugins.upstream_sync.push import Pusher
from plugins.upstream_sync.transport import Limits, Transport
from tests.plugins.upstream_sync.conftest import add_records, close, make_appliance
from tests.support.appliance import Workshop
from tests.support.serving import Served
from tests.support.staff import Browser

LIMITS = Limits(5, 10, 20)


class Platform:
    """A real platform, served."""

    def __init__(self, workshop: Workshop) -> None:
        self.appliance = workshop.open(["self_check_in", "national_platform"], data="platform", role="platform")
        self._served = Served(create_app(self.appliance))
        self.url = self._served.url

    def code(self) -> str:
        now_ms = int(self.appliance.clock.now().timestamp() * 1000)
        with self.appliance.database.writing() as session:
            return platform_enrolment.mint(session, self.appliance.identity, now_ms, 1).code

    def hashes(self, writer: str) -> list[bytes]:
        return hashes(self.appliance, writer)

    def close(self) -> None:
        self._served.close()


def hashes(appliance: Appliance, writer: str) -> list[bytes]:
    with appliance.session() as session:
        return list(
            session.scalars(
                select(JournalRecord.hash).where(JournalRecord.writer == writer).order_by(JournalRecord.seq)
            )
        )


@pytest.fixture
def served(workshop: Workshop) -> Iterator[Platform]:
    made = Platform(workshop)
    yield made
    made.close()


@pytest.fixture
def enrolled(served: Platform, device: Appliance, reopened: Any) -> Appliance:
    """Enrolled after two records of its own; restarted."""
    add_records(device, 2)
    transport = Transport(LIMITS)
    enrol(device.data_dir, device.database, device.station, "kiosk", device.clock, transport, served.url, served.code())
    transport.close()
    appliance = reopened()
    assert isinstance(appliance, Appliance)
    return appliance


@pytest.fixture
def clients() -> Iterator[list[Transport]]:
    used: list[Transport] = []
    yield used
    for one in used:
        one.close()


def client(appliance: Appliance, served: Platform, clients: list[Transport]) -> PlatformClient:
    clients.append(Transport(LIMITS))
    return PlatformClient(served.url, appliance.identity, appliance.clock, clients[-1])


def push(appliance: Appliance, served: Platform, clients: list[Transport]) -> Pusher:
    sender = Pusher(appliance.database, client(appliance, served, clients), appliance.clock, 100)
    while sender.push_one():
        pass
    return sender


def pull(appliance: Appliance, served: Platform, clients: list[Transport]) -> None:
    known = enrolment.load(appliance.data_dir)
    assert known
    fetcher = Puller(
        appliance.database,
        appliance.journal,
        client(appliance, served, clients),
        appliance.clock,
        appliance.identity,
        known.platform_key(),
        known.epoch,
    )
    while fetcher.pull_one():
        pass


def test_every_epoch_arrives_under_its_own_key(enrolled: Appliance, served: Platform, clients: list[Transport]) -> None:
    add_records(enrolled, 3)
    push(enrolled, served, clients)
    for epoch, count in ((1, 2), (2, 3)):
        writer = f"{enrolled.identity.device}.{epoch}"
        assert served.hashes(writer) == hashes(enrolled, writer)
        assert len(served.hashes(writer)) == count
    with enrolled.session() as session:
        assert backlog.read_backlog(session).unsent == 0


def test_a_device_enrolled_while_it_runs_sends_its_old_journal_too(
    device: Appliance, served: Platform, clients: list[Transport]
) -> None:
    """It had no record yet, and goes on writing to its first journal until it is restarted."""
    clients.append(Transport(LIMITS))
    arguments = (device.database, device.station, "kiosk", device.clock, clients[-1], served.url, served.code())
    enrol(device.data_dir, *arguments)
    add_records(device, 3)
    push(device, served, clients)
    assert device.identity.epoch == 1
    assert served.hashes(device.identity.writer) == hashes(device, device.identity.writer)
    with device.session() as session:
        assert backlog.read_backlog(session) == backlog.Backlog(0, None, 0, ())


def test_a_cloned_card_alarms_both_sides(
    enrolled: Appliance, served: Platform, clients: list[Transport], tmp_path: Path
) -> None:
    add_records(enrolled, 2)
    push(enrolled, served, clients)
    with enrolled.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(enrolled.data_dir, tmp_path / "copy")
    copy = make_appliance(tmp_path / "copy")
    try:
        add_records(enrolled, 1)
        add_records(copy, 2)
        push(enrolled, served, clients)
        push(copy, served, clients)
        with copy.session() as session:
            assert [(one.code, one.seq) for one in session.scalars(select(Alarm))] == [("fork", 3)]
        with served.appliance.session() as session:
            assert [(one.writer, one.seq) for one in alarms.open_alarms(session)] == [(enrolled.identity.writer, 3)]
        assert served.hashes(enrolled.identity.writer) == hashes(enrolled, enrolled.identity.writer)
        # enrolling anew mends it: another journal, and nothing of the old one is lost on the card
        transport = Transport(LIMITS)
        clients.append(transport)
        arguments = (copy.database, copy.station, "kiosk", copy.clock, transport, served.url, served.code())
        assert enrol(copy.data_dir, *arguments).writer.endswith(".3")
    finally:
        close(copy)


def test_a_revoked_device_is_told(enrolled: Appliance, served: Platform, clients: list[Transport]) -> None:
    add_records(enrolled, 1)
    with served.appliance.database.writing() as session:
        devices.revoke(session, enrolled.identity.device, "lost", 1)
    with pytest.raises(Unauthorised) as met:
        push(enrolled, served, clients)
    assert met.value.code == "revoked"
    with enrolled.session() as session:
        assert backlog.read_backlog(session).unsent == 3


def test_parked_records_are_used_after_the_platforms_update(
    enrolled: Appliance, served: Platform, clients: list[Transport]
) -> None:
    known = served.appliance.kinds._kinds.pop("core.notice")
    add_records(enrolled, 2)
    sender = push(enrolled, served, clients)
    with enrolled.session() as session:
        assert session.scalars(select(ParkedRecord.reason)).all() == ["unknown_kind"] * 4
    assert sender.retry_parked() == 0
    served.appliance.kinds._kinds["core.notice"] = known
    assert sender.retry_parked() == 4
    with enrolled.session() as session:
        assert session.scalars(select(ParkedRecord.seq)).all() == []


def test_appointments_arrive(enrolled: Appliance, served: Platform, clients: list[Transport]) -> None:
    platform = served.appliance
    booked = Appointment(site="test-site", day="2026-11-22", slot="08:30-09:00")
    draft = Draft("self_check_in.appointment", booked, platform.pseudonym("001099012345"))
    notices = [Draft("core.notice", Notice(title="x", text="y"))] * 3
    publish(platform.journal, "site:test-site", [draft], platform.clock.now(), True)
    publish(platform.journal, "site:other-site", notices, platform.clock.now(), True)
    publish(platform.journal, "nation", notices, platform.clock.now(), True)
    pull(enrolled, served, clients)
    with enrolled.session() as session:
        rows = session.scalars(select(AppointmentRow.citizen)).all()
        writers = session.scalars(select(JournalHead.writer).where(~JournalHead.own)).all()
    assert rows == [enrolled.pseudonym("001099012345")], "the device names the citizen as the nation does"
    assert sorted(writers) == ["nation", "site:test-site"]


def test_operators_denials_and_notices_arrive_and_count(
    enrolled: Appliance, served: Platform, clients: list[Transport]
) -> None:
    platform = served.appliance
    citizen = platform.pseudonym("001099012345")

    def say(*drafts: Draft) -> None:
        publish(platform.journal, "nation", drafts, platform.clock.now(), True)
        pull(enrolled, served, clients)

    def operator(active: bool) -> Draft:
        hashed = Pins(memory_kib=1024, passes=1).hash("2580")
        return Draft(
            OPERATOR_KIND, Operator("207", "Trần Thị Thử", frozenset([Role.OFFICER]), active, hashed).said_as()
        )

    def denied() -> bool:
        with enrolled.session() as session:
            return session.scalars(select(DenyRow.active).where(DenyRow.citizen == citizen)).all() == [True]

    staff = Browser(enrolled)
    assert "Trần Thị Thử" not in staff.sign_in("207").text
    say(operator(True), Draft("self_check_in.deny_entry", DenyEntry(), citizen))
    say(Draft("core.notice", Notice(title="Đổi cài đặt", text="Bật làn B từ thứ Hai")))
    assert denied()
    staff.sign_in("207")
    home = staff.get("/staff/").text
    assert "Trần Thị Thử" in home
    assert "Bật làn B từ thứ Hai" in home
    say(operator(False), Draft("self_check_in.deny_entry", DenyEntry(active=False), citizen))
    assert not denied()
    assert "Trần Thị Thử" not in staff.get("/staff/").text, "the session ends with the operator"
