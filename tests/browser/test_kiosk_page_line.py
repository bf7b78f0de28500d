"""The line between screen and appliance: banners, polling when streams are full, and the appliance gone and back."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.web.screen import ScreenSettings

pytestmark = pytest.mark.browser


def banners(screen: Any) -> list[str]:
    return list(screen.page.eval_on_selector_all("[data-banner]", "found => found.map((one) => one.dataset.banner)"))


def test_devices_that_are_out_of_order_are_told_with_what_to_do_instead(appliance: Any, screen: Any) -> None:
    screen.open(appliance.url)
    appliance.show("status", camera="fault", printer="ok", platform="ok", clock_trusted=True)
    screen.page.wait_for_selector("[data-banner=camera_down]")
    assert "nhập số căn cước" in screen.text("#banners")
    appliance.show("status", camera="ok", printer="fault", platform="warning", clock_trusted=True)
    screen.page.wait_for_selector("[data-banner=printer_down]")
    assert banners(screen) == ["printer_down", "platform_down"]
    screen.page.click("[data-language=en]")
    assert "printer is out of order" in screen.text("#banners")
    appliance.show("status", camera="ok", printer="warning", platform="ok", clock_trusted=True)  # a roll that soon ends
    screen.wait_until("document.querySelectorAll('[data-banner]').length === 0")
    appliance.show(
        "status", camera="ok", printer="ok", platform="info", clock_trusted=True
    )  # an hour without a network
    screen.page.wait_for_selector("[data-banner=platform_down]")
    assert "Your visit is still recorded" in screen.text("#banners")


@pytest.mark.parametrize("settings", [ScreenSettings(status_seconds=0.2)])
def test_the_screen_looks_after_the_devices_by_itself(appliance: Any, screen: Any) -> None:
    appliance.checks = [HealthCheck("printer", HealthLevel.FAULT, Text("Hết giấy.", "Out of paper."))]
    screen.open(appliance.url)
    assert banners(screen) == ["printer_down"]
    appliance.checks = [HealthCheck("journal", HealthLevel.FAULT, Text("Đầy.", "Full."))]
    screen.page.wait_for_selector("[data-banner=journal_down]")
    appliance.checks = []
    screen.wait_until("document.querySelectorAll('[data-banner]').length === 0")


def test_without_a_place_for_a_stream_the_screen_polls(appliance: Any, screen: Any, write: Any) -> None:
    appliance.events.max_streams = 0
    screen.forgiven.append("503")
    screen.open(appliance.url)
    appliance.show("answer", **write.make_answer("k1", ticket={"number": "A007", "payload": ""}))
    screen.wait_until("document.getElementById('result-number').textContent === 'A007'")
    assert banners(screen) == []


def test_an_appliance_that_is_gone_is_told_and_its_return_noticed(appliance: Any, screen: Any, write: Any) -> None:
    screen.forgiven.append("Failed to load")
    screen.open(appliance.url)
    write.until(lambda: len(appliance.events._streams) == 1)
    screen.page.context.set_offline(True)
    for pattern in ("**/kiosk/events*", "**/kiosk/poll*"):
        screen.page.route(pattern, lambda route: route.abort())
    appliance.events.close()  # ends the stream that is open
    screen.page.wait_for_selector("[data-banner=line_down]")
    assert "gặp nhân viên" in screen.text("#banners")
    screen.page.context.set_offline(False)
    screen.page.unroute("**/kiosk/poll*")
    screen.wait_until("document.querySelectorAll('[data-banner]').length === 0")
