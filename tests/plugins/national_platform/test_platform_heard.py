"""A device that only fetches is heard of as well, and noting it is cheap."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError

from kiosk.storage.database import Database
from plugins.national_platform import devices
from plugins.national_platform.devices import DeviceLine
from plugins.national_platform.heard import EVERY_SECONDS, Heard, without_journal
from plugins.national_platform.models import Contact
from tests.support.platform import PlatformUnderTest


def line(platform: PlatformUnderTest) -> DeviceLine:
    with platform.appliance.session() as session:
        (found,) = devices.device_lines(session)
    return found


def test_a_device_that_only_fetches_is_connected_and_its_clock_unknown(platform: PlatformUnderTest) -> None:
    device = platform.device("hcm-q1")
    assert line(platform).last_contact_ms == 0
    assert device.pull().status_code == 200
    found = line(platform)
    assert found.last_contact_ms > 1_600_000_000_000
    assert (found.drift_ms, found.clock_trusted, found.records) == (None, False, 0)
    assert platform.client.get("/national_platform/live.json").json["devices"] == {"enrolled": 1, "online": 1}


def test_fetching_after_a_batch_keeps_what_the_batch_told(platform: PlatformUnderTest) -> None:
    device = platform.device()
    device.push(device.visits(2), app_version="1.2.3")
    with platform.appliance.database.writing() as session:
        for contact in session.scalars(select(Contact)):
            contact.last_contact_ms = 1
    Heard(platform.appliance.database).note(device.identity.device, 1_700_000_000_000)
    found = line(platform)
    assert found.last_contact_ms == 1_700_000_000_000
    assert (found.app_version, found.clock_trusted, found.records) == ("1.2.3", True, 2)
    assert found.drift_ms is not None


def test_a_request_that_is_refused_is_no_contact(platform: PlatformUnderTest) -> None:
    device = platform.device()
    assert device.pull(htm="POST").status_code == 401
    assert line(platform).last_contact_ms == 0


def test_it_is_written_once_in_a_while(platform: PlatformUnderTest) -> None:
    device = platform.device().identity.device
    now = 0.0
    heard = Heard(platform.appliance.database, lambda: now)
    written = []
    event.listen(platform.appliance.database.engine, "commit", written.append)
    for now in (0.0, 1.0, EVERY_SECONDS - 0.1, EVERY_SECONDS, EVERY_SECONDS + 1):
        heard.note(device, 1_700_000_000_000 + int(now * 1000))
    assert len(written) == 2
    with platform.appliance.session() as session:
        contact = session.get_one(Contact, without_journal(device))
    assert contact.last_contact_ms == 1_700_000_000_000 + int(EVERY_SECONDS * 1000)


def test_a_note_that_cannot_be_written_does_not_fail_the_request(
    platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = platform.device()

    def away(_self: Database) -> None:
        raise OperationalError("INSERT", {}, Exception("gone"))

    monkeypatch.setattr(Database, "writing", away)
    assert device.pull().status_code == 200
