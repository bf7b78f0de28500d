"""Devices, alarms and parked records as staff see and change them."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from plugins.national_platform import alarms
from plugins.national_platform.models import Alarm, Device, ParkedRecord
from tests.support.appliance import records
from tests.support.platform import Device as Sender
from tests.support.platform import PlatformUnderTest
from tests.support.staff import Browser, add_operator


@pytest.fixture
def browser(platform: PlatformUnderTest) -> Browser:
    add_operator(platform.appliance, "chief", Role.ADMINISTRATOR)
    add_operator(platform.appliance, "tech", Role.TECHNICIAN)
    add_operator(platform.appliance, "nurse", Role.MEDICAL_STAFF)
    return Browser(platform.appliance)


@pytest.fixture
def device(platform: PlatformUnderTest) -> Sender:
    made = platform.device("hcm-q1")
    made.push(made.visits(3))
    return made


def actions(appliance: Appliance) -> list[str]:
    return [one.data.action for one in records(appliance) if one.kind == "core.staff_action"]


def test_devices_are_listed_and_revoked_by_administrators_alone(
    platform: PlatformUnderTest, browser: Browser, device: Sender
) -> None:
    name = device.identity.device
    browser.sign_in("tech")
    assert name in browser.get("/national_platform/devices").text
    assert "revoke" not in browser.get("/national_platform/devices?lang=en").text
    assert browser.post(f"/national_platform/devices/{name}/revoke", {"reason": "x"}).status_code == 403
    browser = Browser(platform.appliance)
    browser.sign_in("chief")
    done = browser.post(f"/national_platform/devices/{name}/revoke", {"reason": "mất cắp"}, follow_redirects=True)
    assert "mất cắp" in done.text
    assert "Đã thu hồi thiết bị" in done.text
    assert device.pull().json["error"]["code"] == "revoked"
    assert "platform.revoke_device" in actions(platform.appliance)
    with platform.appliance.session() as session:
        assert session.get_one(Device, name).revoked_reason == "mất cắp"
    again = browser.post(f"/national_platform/devices/{name}/revoke", {"reason": "x"}, follow_redirects=True)
    assert "đã bị thu hồi" in again.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_two_entries_of_the_menu_have_one_name(browser: Browser, language: str) -> None:
    browser.sign_in("chief")
    page = browser.get(f"/national_platform/devices?lang={language}").text
    menu = page.partition("<nav")[2].partition("</nav>")[0]
    names = [name.strip() for name in re.findall(r"<a\b[^>]*>([^<]+)</a>", menu)]
    assert {"vi": "Máy đã đăng ký", "en": "Enrolled devices"}[language] in names
    assert len(names) == len(set(names)) > 5


def test_an_alarm_says_what_to_do_and_is_closed(platform: PlatformUnderTest, browser: Browser, device: Sender) -> None:
    browser.sign_in("chief")
    assert "Không có báo động nào" in browser.get("/national_platform/alarms").text
    assert device.push(device.visits(3)).status_code == 409  # other records under the same numbers
    page = browser.get("/national_platform/alarms?lang=en").text
    assert device.writer in page
    assert "A card was probably copied" in page
    closed = browser.post(f"/national_platform/alarms/{device.writer}/resolve")
    assert closed.status_code == 303
    with platform.appliance.session() as session:
        assert alarms.open_alarms(session) == []
        assert len(session.scalars(select(Alarm)).all()) == 1, "it stays on record"
    assert "platform.resolve_alarm" in actions(platform.appliance)


def test_parked_records_are_shown_with_their_reason_and_tried_again(
    platform: PlatformUnderTest, browser: Browser, device: Sender
) -> None:
    with platform.appliance.database.writing() as session:
        session.add(
            ParkedRecord(writer=device.writer, seq=2, kind="self_check_in.visit", reason="unknown_kind", parked_at_ms=1)
        )
    browser.sign_in("tech")
    page = browser.get("/national_platform/parked?lang=en").text
    assert "does not know this kind" in page
    assert "self_check_in.visit" in page
    assert browser.post("/national_platform/parked/nobody.2/retry").status_code == 303
    with platform.appliance.session() as session:
        assert len(session.scalars(select(ParkedRecord)).all()) == 1


def test_other_staff_see_none_of_it(browser: Browser) -> None:
    browser.sign_in("nurse")
    for path in ("devices", "alarms", "parked"):
        assert browser.get(f"/national_platform/{path}").status_code == 403
