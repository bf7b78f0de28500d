"""The citizen's screen while the bare core runs: the way to staff instead of a wish for a code, and back again."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.web.screen import ScreenSettings

pytestmark = pytest.mark.browser

SAFE = HealthCheck("safe_mode", HealthLevel.FAULT, Text("", ""))
QUICK = ScreenSettings(site_name="Trạm Y tế", preview="/preview.svg", status_seconds=0.1)


@pytest.mark.parametrize("settings", [QUICK])
def test_in_safe_mode_people_are_sent_to_staff(appliance: Any, screen: Any) -> None:
    appliance.checks = [SAFE]
    screen.open(appliance.url)
    assert screen.text("#idle-title") == "Máy đang được bảo trì"
    assert "Mời bạn gặp nhân viên" in screen.text(".screen--idle")
    for gone in (".steps", ".idle-accepted", ".idle-drawing", "#see-camera", '[data-action="no-qr"]'):
        assert not screen.page.is_visible(gone), gone
    screen.page.click('[data-language="en"]')
    assert screen.text("#idle-title") == "This kiosk is being serviced"


@pytest.mark.parametrize("settings", [QUICK])
def test_the_screen_notices_when_it_begins_and_ends(appliance: Any, screen: Any) -> None:
    screen.open(appliance.url)
    assert screen.text("#idle-title") == "Đưa mã QR vào đầu đọc"
    assert "chứng nhận" not in screen.text(".idle-accepted")
    appliance.checks = [SAFE]
    screen.wait_until("document.getElementById('idle-title').innerText.startsWith('Máy đang')")
    appliance.checks = []
    screen.wait_until("document.getElementById('idle-title').innerText.startsWith('Đưa mã')")
    assert screen.page.is_visible(".steps")
