"""What surge mode leaves behind, in a real Chromium: completed from the strip, and heads that get their names."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import records
from tests.support.checkpoint_page import AN, assert_fits, scanner, take_lane, verdict

pytestmark = pytest.mark.browser


def switch_on(page: Any) -> None:
    page.click('[data-action="surge"]')
    page.click("#surge .chip")
    page.click('#surge button[type="submit"]')
    page.wait_for_selector("#surge-banner:visible")


def test_what_surge_mode_left_is_completed_from_the_strip_with_a_scanner(
    post: tuple[Appliance, str], page: Any, axe: Any
) -> None:
    appliance, url = post
    take_lane(page, url)
    switch_on(page)
    scanner(page, AN.national_qr())
    verdict(page, "admit")
    page.wait_for_selector("#later:text('1')")
    assert_fits(page)
    page.click("#later")
    page.wait_for_selector(".later a.button")
    axe(page)
    page.click(".later a.button")
    page.wait_for_selector("#code:focus")
    axe(page)
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    page.keyboard.type("P:healthy")  # the box has the focus, as a scanner that types needs it
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--ok")
    assert page.inner_text(".later-verdict") == "CHO QUA"
    page.goto(url + "/checkpoint/later")
    assert page.query_selector(".later") is None
    assert records(appliance)[-1].data.replaces


def test_who_was_only_counted_gets_a_name_with_a_scanner(post: tuple[Appliance, str], page: Any, axe: Any) -> None:
    appliance, url = post
    take_lane(page, url)
    switch_on(page)
    for people in (5, 1):
        page.click('[data-action="surge"]')
        page.click(f'#surge [data-count="{people}"]')
        page.wait_for_selector(f"#recent li:has-text('{people} người')", state="attached")
        if page.is_visible("#surge[open]"):
            page.keyboard.press("Escape")
    page.goto(url + "/checkpoint/later")
    axe(page)
    page.click("a:has-text('Ghi tên một người') >> nth=0")
    page.wait_for_selector("#code:focus")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    page.keyboard.type("P:healthy")  # the box has the focus, as a scanner that types needs it
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--ok")
    person, rest = [one.data for one in records(appliance) if one.kind == "checkpoint.passage"][-2:]
    assert (person.people, rest.people) == (1, 4)
    page.goto(url + "/checkpoint/later")
    assert page.inner_text(".later th:has-text('4 người')")
