"""A real Chromium before the citizen's screen: the real page and routes, with answers that the test writes.

The appliance behind it is a stand-in, so that every decision, delay and fault can be shown on demand.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flask
import pytest
from flask_babel import Babel

from kiosk.appliance import Appliance
from kiosk.domain import HealthCheck
from kiosk.events import EventHub
from kiosk.screen_language import ScreenLanguage
from kiosk.settings.profile import read_profile
from kiosk.web import fonts
from kiosk.web.app import HEADERS, create_app
from kiosk.web.screen import ScreenSettings, make_blueprint
from tests.support.browser import KEYBOARD, PATIENT, SEND_KEYS, us_key
from tests.support.checkpoint_page import axe, page, post
from tests.support.serving import Served
from tests.support.vaccination_page import served, tab, tablet

# the officer's, and those of a vaccination site's staff; files about other pages have their own
__all__ = ["axe", "page", "post", "served", "tab", "tablet"]

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")


@dataclass
class StandIn:
    """What the screen needs of an appliance, and what the test makes of the scans it gets."""

    settings: ScreenSettings
    events: EventHub = field(default_factory=lambda: EventHub(heartbeat=1.0))
    scans: list[dict[str, Any]] = field(default_factory=list)
    screen_language: ScreenLanguage = field(default_factory=ScreenLanguage)
    forgotten: int = 0
    checks: list[HealthCheck] = field(default_factory=list)
    answer: Callable[[dict[str, Any]], Any] = lambda scan: flask.abort(500)
    url: str = ""

    def health(self) -> list[HealthCheck]:
        return self.checks

    def forget_person(self) -> None:
        self.events.forget()
        self.screen_language.forget()
        self.forgotten += 1  # at last: whoever waits for it finds all of it done

    def scripted(self, **answer: Any) -> None:
        """Answer every scan from now on with this."""
        self.answer = lambda scan: make_answer(scan["key"], **answer)

    def show(self, name: str, **data: Any) -> None:
        """What the appliance tells the screen by itself."""
        self.events.publish(name, data)


def make_answer(key: str, decision: str = "admit", **more: Any) -> dict[str, Any]:
    """An answer in the shape of ``POST /api/v1/scans``."""
    empty = {"findings": [], "questions": [], "citizen": None, "record": None, "ticket": None}
    return {**empty, "key": key, "decision": decision, **more}


def finding(severity: str, vi: str, en: str, step: tuple[str, str] = ("", ""), law: str = "") -> dict[str, Any]:
    return {
        "code": "test.reason",
        "severity": severity,
        "text": {"vi": vi, "en": en},
        "next_step": {"vi": step[0], "en": step[1]},
        "legal_basis": law,
    }


def make_app(appliance: StandIn) -> flask.Flask:
    """The screen's real routes, templates, words and security headers, with scripted scans behind them."""
    app = flask.Flask("kiosk.web")
    app.config["BABEL_DEFAULT_LOCALE"] = "vi"
    Babel(app)
    app.register_blueprint(fonts.make_blueprint())
    app.register_blueprint(make_blueprint(appliance, appliance.settings))

    @app.post("/api/v1/scans")
    def scans() -> Any:
        scan = flask.request.get_json()
        appliance.scans.append(scan)
        return appliance.answer(scan)

    @app.get("/preview.svg")
    def preview() -> flask.Response:
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720">'
            '<rect width="1280" height="720" fill="#5b6b7a"/><circle cx="640" cy="280" r="150" fill="#c9a58b"/>'
            '<rect x="560" y="330" width="170" height="300" rx="20" fill="#111"/></svg>'
        )
        return flask.Response(picture, mimetype="image/svg+xml")

    @app.after_request
    def harden(response: flask.Response) -> flask.Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


WHOLE = """
role = "kiosk"
plugins = ["citizen_id", "self_check_in"]
[site]
id = "test-site"
name = "Trạm Y tế Thử nghiệm"
lane = "B"
[limits]
idle_reset_seconds = 300
"""


@contextmanager
def whole_appliance(folder: Path, **more: object) -> Iterator[tuple[Appliance, str]]:
    """An appliance that is built, opened and started as ``kiosk run`` does it, and served; ``more`` plugins by name. With its address."""
    path = folder / "site.toml"
    path.write_text(WHOLE, "utf-8")
    appliance = Appliance(read_profile(path), folder / "data")
    appliance.load_plugins()
    for name, plugin in more.items():
        appliance.host.register(name, plugin)
    appliance.open()
    app = create_app(appliance)
    appliance.start()
    served = Served(app)
    try:
        yield appliance, served.url
    finally:
        appliance.events.close()
        served.close()
        appliance.stop()


@pytest.fixture
def write() -> SimpleNamespace:
    """Helpers for tests, which cannot import this file."""
    return SimpleNamespace(
        make_answer=make_answer,
        finding=finding,
        until=until,
        us_key=us_key,
        KEYBOARD=KEYBOARD,
        Served=Served,
        make_app=make_app,
        whole_appliance=whole_appliance,
    )


@pytest.fixture
def settings() -> ScreenSettings:
    """Override with ``@pytest.mark.parametrize("settings", …)``. Nobody leaves before a test is over, however slow the machine is."""
    return ScreenSettings(
        site_name="Trạm Y tế phường Bến Nghé",
        lane="2",
        preview="/preview.svg",
        wedge_gap_ms=10,
        idle_seconds=300,
        answer_seconds=100,
        status_seconds=600,
    )


@pytest.fixture
def appliance(settings: ScreenSettings) -> Iterator[StandIn]:
    stand_in = StandIn(replace(settings))
    served = Served(make_app(stand_in))
    stand_in.url = served.url
    yield stand_in
    stand_in.events.close()
    served.close()


@dataclass
class Screen:
    """A browser page before the screen, with what went wrong on it."""

    page: Any
    problems: list[str] = field(default_factory=list)
    forgiven: list[str] = field(default_factory=list)  # words of problems that the browser itself reports, as it should

    def open(self, url: str) -> None:
        self.page.goto(url + "/kiosk")
        self.wait_until("document.getElementById('clock-time').textContent !== ''")

    def state(self) -> str:
        return str(self.page.evaluate("document.body.dataset.screen"))

    def wait_for(self, state: str, timeout: float = 120_000) -> None:
        self.page.wait_for_selector(f'section[data-screen="{state}"]:not([hidden])', timeout=timeout)

    def wait_until(self, expression: str, seconds: float = 120.0) -> None:
        """Playwright's own ``wait_for_function`` needs ``eval`` in the page, which the security policy forbids."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            assert time.monotonic() < end, f"did not become true in time: {expression}"
            self.page.wait_for_timeout(20)

    def follow(self, expression: str) -> None:
        """From now on every value that this takes is kept, however shortly it lasts: see ``followed``."""
        self.page.evaluate(
            f"""() => {{
              const look = () => JSON.stringify({expression});
              window.followed = [look()];
              const note = () => window.followed.at(-1) !== look() && window.followed.push(look());
              new MutationObserver(note).observe(document, {{ attributes: true, childList: true, characterData: true, subtree: true }});
            }}"""
        )

    def followed(self) -> list[Any]:
        return [json.loads(one) for one in self.page.evaluate("window.followed")]

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector)).strip()

    def decision(self) -> str:
        return str(self.page.get_attribute('section[data-screen="result"]', "data-decision"))

    def scanner(self, text: str, end: str = "\n") -> None:
        """Keys as a scanner sends them: all at once, by their place on a US keyboard."""
        self.page.evaluate(SEND_KEYS, [us_key(letter) for letter in text + end])

    def keys(self, script: str) -> Any:
        """Run a script that presses keys as a scanner does: ``press({key, code, …})`` on the page's body."""
        return self.page.evaluate(f"() => {{ const target = document.body; {KEYBOARD} {script} }}")

    def person(self, text: str, gap_ms: int = 25) -> None:
        """Keys one by one; the pause between them is longer than the page takes a scanner's to be."""
        self.page.keyboard.type(text, delay=gap_ms)


@pytest.fixture
def patience() -> str:
    """Override with ``@pytest.mark.parametrize("patience", [""])`` where the page's own is what the test is about."""
    return PATIENT


@pytest.fixture
def screen(chromium: Any, patience: str) -> Iterator[Screen]:
    """An empty tab; at the end nothing may have been reported on its console (a CSP violation would be)."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN", reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.add_init_script(patience)
    made = Screen(page)
    page.on(
        "console", lambda message: made.problems.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: made.problems.append(str(error)))
    yield made
    context.close()
    assert [one for one in made.problems if not any(word in one for word in made.forgiven)] == []


def until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    """Wait for something on this side of the wire; fails when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)
