"""The officer's page in a browser: a post with an officer, a tab that tells of every problem, and how an officer works in it.
``post``, ``page`` and ``axe`` are fixtures: a conftest imports them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.web.app import create_app
from tests.support import browser
from tests.support.accessibility import violations
from tests.support.appliance import Workshop
from tests.support.checkpoint_post import CROWD, declared, gate
from tests.support.staff import PIN, add_operator

AN, BINH, CHI = CROWD[:3]
SIZES = {"tablet": (1024, 768), "phone": (390, 844)}
# nothing may be scrolled to, and nothing that is shown may be cut off at the window's edge
NO_SCROLL = """() => {
  const root = document.documentElement;
  const out = [...document.querySelectorAll("button, .verdict-word, .strip dd")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1);
  }).map((one) => one.outerHTML.slice(0, 80));
  const left = (one) => (one.hidden ? 0 : one.scrollHeight - one.clientHeight);
  const boxes = [".verdict-body", ".verdict-text", ".question"].map((one) => document.querySelector(one));
  const cut = boxes.reduce((sum, one) => sum + left(one), 0);
  return { wide: root.scrollWidth - innerWidth, high: root.scrollHeight - innerHeight, out, cut };
}"""


@pytest.fixture
def post(workshop: Workshop, write: Any) -> Iterator[tuple[Appliance, str]]:
    """A post with an officer, and its address."""
    appliance = gate(workshop)
    add_operator(appliance, "7", Role.OFFICER)
    made = appliance.host.plugin("papers").made
    made["healthy"] = declared(AN)
    made["with-car"] = declared(AN, vehicle__plate="29A12345", vehicle__class="car", vehicle__companions="2")
    made["symptoms"] = declared(BINH, declaration__symptoms="yes")
    made["another"] = declared(CHI)
    served = write.Served(create_app(appliance))
    yield appliance, served.url
    appliance.events.close()
    served.close()


def tab(chromium: Any, size: str, **more: Any) -> Any:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce", **more
    )
    made = context.new_page()
    made.set_default_timeout(120_000)
    made.add_init_script(browser.PATIENT)
    made.problems = []
    made.on("console", lambda one: made.problems.append(one.text) if one.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: made.problems.append(str(error)))
    return made


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    """A tab in which nothing may be reported: a style or script against the page's own policy would be."""
    made = tab(chromium, request.param)
    yield made
    made.context.close()
    # the browser itself reports an answer that refuses something
    assert [one for one in made.problems if "409" not in one] == []


def take_lane(page: Any, url: str, lane: str = "A") -> None:
    """Sign in by the pad and take the lane, as an officer does."""
    page.goto(url + "/checkpoint/")
    for key in "7":
        page.click(f'[data-key="{key}"]')
    page.click('[data-key="next"]')
    for key in PIN:
        page.click(f'[data-key="{key}"]')
    page.click('[data-key="next"]')
    page.wait_for_url(url + "/checkpoint/")
    page.click(f'form:has(input[name="lane"][value="{lane}"]) button[value="in"]')
    page.wait_for_selector("#inside:not(:text('–'))")


def scanner(page: Any, text: str) -> None:
    """Keys as a scanner sends them: all at once, by their place on a US keyboard."""
    page.evaluate(browser.SEND_KEYS, [browser.us_key(letter) for letter in text + "\n"])


def verdict(page: Any, decision: str) -> str:
    """Wait for a decision; the words under it."""
    page.wait_for_selector(f'body[data-decision="{decision}"]')
    return str(page.inner_text("#verdict"))


def assert_fits(page: Any, cut: int = 0) -> None:
    found = page.evaluate(NO_SCROLL)
    assert (found["wide"], found["high"], found["out"]) == (0, 0, []), found
    assert found["cut"] <= cut, found


@pytest.fixture
def axe() -> Any:
    """Checks a page against WCAG 2.2 AA."""

    def check(page: Any) -> None:
        assert violations(page) == []

    return check
