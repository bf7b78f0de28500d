"""The officer's screen in every window that an officer may have: nothing scrolls away, nothing is cut, axe has nothing to say."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Finding, Severity, Text
from tests.support.checkpoint_page import CHI, assert_fits, scanner, tab, take_lane, verdict

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("theme", ["day", "night"])
def test_nothing_scrolls_and_axe_is_content_whatever_is_shown(
    post: tuple[Appliance, str], page: Any, theme: str, axe: Any
) -> None:
    appliance, url = post
    long = Text("Giấy chứng nhận này do một nơi cấp mà chốt chưa biết khóa, " * 3, "x " * 60)
    appliance.host.plugin("papers").says["declaration_pass"] = Finding(
        "papers.long", Severity.NOTE, Text("Ghi chú", "n")
    )
    take_lane(page, url)
    if theme == "night":
        page.click("#theme")
    for payload, decision in (("P:with-car", "admit"), ("P:symptoms", "refuse"), (CHI.national_qr(), "ask")):
        page.click('[data-action="next"]')
        verdict(page, "ready")
        scanner(page, payload)
        verdict(page, decision)
        assert_fits(page)
        axe(page)
    appliance.host.plugin("papers").says["declaration_pass"] = Finding(
        "papers.long", Severity.CONCERN, long, long, "Quyết định 5772/QĐ-BYT (20/12/2021); Regulation (EU) 2021/953"
    )
    page.click('[data-action="surge"]')
    page.click("#surge .chip >> nth=0")
    page.click("#surge button[type=submit]")
    page.wait_for_selector("#surge-banner:not([hidden])")
    scanner(page, "P:another")
    verdict(page, "refer")
    page.evaluate("document.getElementById('line-lost').hidden = false")  # every banner at once
    assert_fits(page, cut=200)  # the third reason of a long story may be cut, never a button
    axe(page)
    for sheet in ("type", "vehicle", "undo", "search", "surge", "handover"):
        page.click(f'[data-action="{sheet}"]')
        page.wait_for_selector(f"#{sheet}[open]")
        axe(page)
        page.keyboard.press("Escape")


WINDOWS = [
    *(
        (360, 560),
        (360, 640),
        (360, 740),
        (375, 667),
        (412, 915),
    ),  # small phones, with and without their browser's bars
    *((600, 960), (768, 1024), (820, 1180), (1024, 600), (1180, 820)),  # tablets, upright and lying
    *((1280, 720), (1366, 650), (1920, 1080)),
]


def test_reason_law_and_next_step_are_whole_in_every_window_that_an_officer_may_have(
    post: tuple[Appliance, str], chromium: Any
) -> None:
    appliance, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)

    def seen(shown: tuple[str, ...]) -> None:
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            assert_fits(page)
            for one in shown:
                box = page.locator(one).bounding_box()
                assert box, (one, width, height)
                assert box["height"] > 12, (one, width, height)
                assert box["y"] + box["height"] <= height, (one, width, height)

    scanner(page, "P:symptoms")
    verdict(page, "refuse")
    seen(("#verdict-word", "#verdict-who", "#reason", "#step", "#law", "#papers", "#reveal"))
    page.click('[data-action="next"]')
    verdict(page, "ready")
    scanner(page, "P:with-car")
    verdict(page, "admit")
    seen(("#verdict-word", "#reason", "#vehicle-line", "#vehicle-left"))
    page.click('[data-action="next"]')
    verdict(page, "ready")
    scanner(page, CHI.national_qr())
    verdict(page, "ask")
    seen(("#verdict-word", "#question label", "#question button >> nth=0", "#vehicle-line"))
    unknown = Text("Giấy chứng nhận này do một nơi cấp mà chốt chưa biết khóa.", "Issued by somebody unknown here.")
    step = Text("Xem giấy gốc, so tên và ngày sinh.", "Compare the original's name and date of birth.")
    law = "Quyết định 5772/QĐ-BYT (20/12/2021)"
    appliance.host.plugin("papers").says["declaration_pass"] = Finding(
        "papers.unknown", Severity.CONCERN, unknown, step, law
    )
    page.click('[data-action="next"]')
    verdict(page, "ready")
    scanner(page, "P:another")
    verdict(page, "refer")
    page.wait_for_selector("#settle-row:not([hidden])")
    seen(("#reason", "#step", "#law", "#settle-row button >> nth=0", "#settle-row button >> nth=1"))
    page.context.close()


def test_english_fits_as_well(post: tuple[Appliance, str], page: Any) -> None:
    _, url = post
    take_lane(page, url)
    page.goto(page.url + "?lang=en")
    page.wait_for_selector("#inside:not(:text('–'))")
    for payload, decision, word in (
        ("P:with-car", "admit", "GO"),
        ("P:symptoms", "refuse", "STOP"),
        (CHI.national_qr(), "ask", "ASK"),
    ):
        page.click('[data-action="next"]')
        verdict(page, "ready")
        scanner(page, payload)
        assert word in verdict(page, decision)
        assert_fits(page)


REACHED = """() => [...document.querySelectorAll("#verdict-word, #verdict button, .actions button, .bar button, #reveal")]
    .filter((one) => one.offsetParent).filter((one) => {
      one.scrollIntoView({ block: "center" });
      const box = one.getBoundingClientRect();
      const found = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return box.right > innerWidth + 1 || box.left < -1 || !(one === found || one.contains(found));
    }).map((one) => one.textContent.trim())"""


@pytest.mark.parametrize("size", [(512, 384), (640, 400), (195, 422), (844, 390)])
def test_enlarged_twice_or_on_its_side_the_page_scrolls_and_shows_everything(
    post: tuple[Appliance, str], chromium: Any, size: tuple[int, int], axe: Any
) -> None:
    """A tablet's, a kiosk's and a phone's window at 200 % (WCAG 1.4.4), and a phone held crosswise."""
    _, url = post
    page = tab(chromium, "phone")
    page.set_viewport_size({"width": size[0], "height": size[1]})
    take_lane(page, url)
    for payload, decision in ((CHI.national_qr(), "ask"), ("P:symptoms", "refuse")):
        page.evaluate("document.querySelector('[data-action=\"next\"]').click()")
        verdict(page, "ready")
        scanner(page, payload)
        verdict(page, decision)
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert page.evaluate("document.getElementById('verdict').getBoundingClientRect().height") >= 200
        assert page.evaluate(REACHED) == []
    axe(page)
    page.context.close()
