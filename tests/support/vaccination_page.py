"""A vaccination site's pages in a browser: a site with staff, tabs that tell of every problem, and how staff work in them.
``served``, ``tab`` and ``tablet`` are fixtures: a conftest imports them; what its tests begin with a file says itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.web.app import create_app
from tests.support import browser
from tests.support.appliance import Workshop
from tests.support.serving import Served
from tests.support.staff import PIN, add_operator
from tests.support.vaccination import vaccination_site

OPERATOR = "11"
# the browser reports by itself what a page asked for and did not get
REFUSALS = ("409", "400 (BAD", "422 (UNP", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED")


@contextmanager
def serving(site: Appliance) -> Iterator[str]:
    """The site's address as long as its pages are served."""
    made = Served(create_app(site))
    try:
        yield made.url
    finally:
        site.events.close()
        made.close()


@pytest.fixture
def served(workshop: Workshop) -> Iterator[tuple[Appliance, str]]:
    """A site with medical staff, and its address."""
    site = vaccination_site(workshop)
    add_operator(site, OPERATOR, Role.MEDICAL_STAFF)
    with serving(site) as url:
        yield site, url


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Opens tabs in which nothing may be reported but refusals: a style or script against the page's own policy would be."""
    opened: list[Any] = []

    def make(width: int = 1024, height: int = 768) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce", has_touch=True
        )
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.add_init_script(browser.PATIENT)
        page.problems = []
        page.on("console", lambda one: page.problems.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        opened.append(page)
        return page

    yield make
    for page in opened:
        page.context.close()
        assert [one for one in page.problems if not any(word in one for word in REFUSALS)] == []


@pytest.fixture
def tablet(tab: Callable[..., Any]) -> Any:
    """One tab of the size that staff have."""
    return tab()


def sign_in(page: Any, url: str, path: str, operator: str = OPERATOR, ready: str = "") -> None:
    """By the pad, and on to the page; ``ready``: a selector that the page's script fills in once it works."""
    page.goto(url + path)
    for key in (*operator, "next", *PIN, "next"):
        page.click(f'[data-key="{key}"]')
    page.wait_for_url(url + path)
    if ready:
        page.wait_for_selector(ready)


def scanner(page: Any, text: str) -> None:
    """Keys as a scanner sends them: all at once, by their place on a US keyboard."""
    page.evaluate(browser.SEND_KEYS, [browser.us_key(letter) for letter in text + "\n"])
