"""Live counts are for everybody and hold no person; the lists are for staff."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.operators.register import StaffAction
from plugins.national_platform import publishing
from plugins.national_platform.live import encounter_kinds
from plugins.national_platform.words import local_time, reason_words, thousands
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.platform import CITIZEN, PlatformUnderTest


def pushed(platform: PlatformUnderTest, count: int = 30) -> None:
    device = platform.device("hcm-q1")
    just_now = datetime.now(UTC) - timedelta(seconds=1)  # of today, also soon after midnight
    answer = device.push(device.visits(count, at=just_now, every=timedelta()))
    assert answer.status_code == 200


def test_the_counts_rise_with_what_arrives(platform: PlatformUnderTest) -> None:
    empty = platform.client.get("/national_platform/live.json").json
    assert (empty["devices"], empty["sites"], sum(hour["count"] for hour in empty["hours"])) == (
        {"enrolled": 0, "online": 0},
        [],
        0,
    )
    assert len(empty["hours"]) == 24


def test_the_page_shows_site_hour_and_devices(platform: PlatformUnderTest) -> None:
    pushed(platform)
    told = platform.client.get("/national_platform/live.json").json
    assert told["devices"] == {"enrolled": 1, "online": 1}
    assert {one["name"]: one["value"] for one in told["figures"]}["visits.admit"] == 30
    assert sum(hour["count"] for hour in told["hours"]) == 30
    site = told["sites"][0]
    assert (site["site"], site["today"], site["online"]) == ("hcm-q1", 30, True)
    page = platform.client.get("/national_platform/?lang=en").text
    assert "hcm-q1" in page
    assert "Live national figures" in page
    assert "Số liệu trực tiếp toàn quốc" in platform.client.get("/national_platform/?lang=vi").text


def test_bars_and_sites_count_people_and_nothing_that_was_published(platform: PlatformUnderTest) -> None:
    pushed(platform, 5)
    now = datetime.now(UTC)
    drafts = [
        Draft("self_check_in.appointment", Appointment(site="hcm-q1", day="2021-08-16"), CITIZEN),
        Draft("self_check_in.deny_entry", DenyEntry(), CITIZEN),
        Draft("core.notice", Notice(title="a", text="b")),
    ]
    publishing.publish(platform.appliance.journal, "site:hcm-q1", drafts, now, True)
    platform.appliance.record([Draft("core.staff_action", StaffAction(action="test.action"))])
    told = platform.client.get("/national_platform/live.json").json
    assert sum(hour["count"] for hour in told["hours"]) == 5
    assert [(one["site"], one["today"]) for one in told["sites"]] == [("hcm-q1", 5)]
    assert encounter_kinds(platform.appliance.kinds) == ["core.encounter", "self_check_in.visit"]


def test_nothing_of_a_person_is_public(platform: PlatformUnderTest) -> None:
    pushed(platform)
    page, numbers = (platform.client.get(f"/national_platform/{path}").text for path in ("", "live.json"))
    public = page + numbers
    assert "hcm-q1" in numbers
    assert CITIZEN not in public
    assert "A001" not in public


def test_the_page_needs_nothing_from_outside_and_no_inline_script(platform: PlatformUnderTest) -> None:
    page = platform.client.get("/national_platform/").text
    assert "http://" not in page
    assert "https://" not in page
    assert "style=" not in page
    assert page.count("<script") == page.count('<script type="module" src="/national_platform/static/') == 1
    for name in ("live.js", "live.css"):
        with platform.client.get(f"/national_platform/static/{name}") as answer:
            assert answer.status_code == 200


@pytest.mark.parametrize("path", ["devices", "alarms", "parked"])
def test_lists_are_for_staff(platform: PlatformUnderTest, path: str) -> None:
    answer = platform.client.get(f"/national_platform/{path}")
    assert answer.status_code == 303
    assert "sign" in answer.headers["Location"]


@pytest.mark.parametrize("path", ["devices/x/revoke", "alarms/x/resolve", "parked/x/retry"])
def test_nobody_changes_anything_without_signing_in(platform: PlatformUnderTest, path: str) -> None:
    device = platform.device()
    path = path.replace("x", device.identity.device)
    assert platform.client.post(f"/national_platform/{path}").status_code in (303, 400, 403)
    assert device.pull().status_code == 200


def test_numbers_and_times_as_people_read_them() -> None:
    assert (thousands(1_234_567, "vi"), thousands(1_234_567, "en")) == ("1.234.567", "1,234,567")
    assert thousands(2.5, "vi") == "2,5"
    assert local_time(0, "Asia/Ho_Chi_Minh") == "–"
    assert local_time(1_628_989_200_000, "Asia/Ho_Chi_Minh") == "15/08/2021 08:00:00"
    assert reason_words("invalid_body name string_type").en.startswith("The content")
    assert reason_words("something new").vi


def test_metrics_say_of_no_record_of_a_platforms_that_it_waits_to_be_acknowledged(platform: PlatformUnderTest) -> None:
    """Devices fetch what a platform writes; an alarm on the number would ring for ever."""
    notices = [Draft("core.notice", Notice(title="x", text="y"))] * 3
    publishing.publish(platform.appliance.journal, "nation", notices, datetime.now(UTC), True)
    text = platform.client.get("/metrics").text
    assert 'kiosk_journal_records{writer="nation"} 3.0' in text
    assert "kiosk_journal_unacknowledged{" not in text
