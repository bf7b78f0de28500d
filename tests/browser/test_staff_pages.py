"""The staff pages in a real Chromium: the pad, the keyboard, forms with their tokens, tablet and phone, and axe on every page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.operators.register import Role
from kiosk.web.app import create_app
from tests.support.accessibility import violations
from tests.support.appliance import Workshop, people, show
from tests.support.processes import eventually
from tests.support.staff import PIN, add_operator

pytestmark = pytest.mark.browser

PAGES = (
    "/staff/",
    "/staff/visits",
    "/staff/technician",
    "/staff/technician/hardware",
    "/staff/technician/profile",
    "/staff/technician/profile/text",
    "/staff/operators",
    "/recovery",
)


@pytest.fixture
def site(workshop: Workshop, write: Any) -> Iterator[tuple[Appliance, str]]:
    """An appliance with visits of today, a notice and an operator with every role, and its address."""
    appliance = workshop.start(["citizen_id", "self_check_in"])
    for one in islice(people(), 3):
        show(appliance, one.cccd_2021())
    appliance.record([Draft("core.notice", Notice(title="Đổi giờ mở cửa", text="Từ mai mở lúc 7 giờ."))])
    add_operator(appliance, "101", *Role)
    served = write.Served(create_app(appliance))
    yield appliance, served.url
    appliance.events.close()
    served.close()


@pytest.fixture(params=[(1024, 768), (390, 844)], ids=["tablet", "phone"])
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    """An empty tab; nothing may be reported on its console, or a style or script would break the page's own policy."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height}, locale="vi-VN")
    tab = context.new_page()
    tab.set_default_timeout(120_000)
    problems: list[str] = []
    tab.on("console", lambda one: problems.append(one.text) if one.type in ("error", "warning") else None)
    tab.on("pageerror", lambda error: problems.append(str(error)))
    yield tab
    context.close()
    # the browser itself reports the answer to a wrong PIN
    assert [one for one in problems if "403 (FORBIDDEN)" not in one] == []


def press(page: Any, keys: str) -> None:
    for key in keys:
        page.click(f'[data-key="{key}"]')


def sign_in(page: Any, url: str, path: str = "/staff/") -> None:
    page.goto(url + path)
    press(page, "101")
    page.click('[data-key="next"]')
    press(page, PIN)
    page.click('[data-key="next"]')
    page.wait_for_url(url + path)


def test_the_pad_signs_in_after_a_wrong_pin_and_an_erased_digit(site: tuple[Appliance, str], page: Any) -> None:
    _, url = site
    page.goto(url + "/staff/")
    press(page, "1017")
    page.click('[data-key="erase"]')
    page.click('[data-key="next"]')
    press(page, "9999")
    page.click('[data-key="next"]')
    assert "không đúng" in page.inner_text('[role="alert"]')
    assert page.input_value("#operator") == "101"
    press(page, PIN)  # goes on where the mistake was
    page.click('[data-key="next"]')
    page.wait_for_url(url + "/staff/")
    assert "Đổi giờ mở cửa" in page.inner_text("main")


def test_everything_works_by_keyboard(site: tuple[Appliance, str], page: Any) -> None:
    _, url = site
    page.goto(url + "/staff/")
    page.wait_for_selector("#operator:focus")
    page.keyboard.type("101")
    page.keyboard.press("Tab")
    page.keyboard.type(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/staff/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    eventually(lambda: page.evaluate("location.hash"))
    page.keyboard.press("Tab")
    assert "tile" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    page.wait_for_url(url + "/staff/visits")
    page.focus("#search")
    page.keyboard.type("002")
    page.keyboard.press("Enter")
    page.wait_for_selector('.search a:text-is("Xem tất cả")')
    page.wait_for_load_state("load")
    assert page.locator(".visit-ticket").all_inner_texts() == ["A002"]


def test_every_page_fits_its_screen_and_is_accessible_in_both_languages(site: tuple[Appliance, str], page: Any) -> None:
    _, url = site
    found = []

    def look(name: str, again: bool = False) -> None:
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: wider than the screen")
        small = page.evaluate(
            "[...document.querySelectorAll('a.button, button, .page-nav a, .tile, .choice, select,"
            " input:not([type=hidden], [type=checkbox])')]"
            ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))"
        )
        found.extend(f"{name}: too small for a finger: {one}" for one in small)
        if again:  # the same marks with other words
            return
        found.extend(f"{name}: {one}" for one in violations(page))

    page.goto(url + "/staff/")
    look("sign-in")
    sign_in(page, url)
    for language in ("vi", "en"):
        for path in PAGES:
            page.goto(f"{url}{path}?lang={language}")
            look(f"{path} {language}", again=language == "en")
    assert found == []


def test_the_scanner_test_sees_a_scan_without_a_reload(site: tuple[Appliance, str], page: Any) -> None:
    appliance, url = site
    sign_in(page, url, "/staff/technician/hardware")
    payload = next(people(9)).cccd_2021()
    show(appliance, payload)
    page.wait_for_selector(f'[data-part="length"]:text-is("{len(payload)}")')
    assert payload.partition("|")[0] not in page.content()


def test_leaving_for_the_citizens_screen_signs_out(site: tuple[Appliance, str], page: Any) -> None:
    _, url = site
    sign_in(page, url)
    page.click(".tile--quiet")
    page.wait_for_url(url + "/kiosk")
    page.goto(url + "/staff/")
    page.wait_for_url("**/staff/sign-in**")
    assert page.is_visible('input[name="pin"]')
