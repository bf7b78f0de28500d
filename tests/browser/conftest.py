"""A real Chromium before the citizen's screen: the real page and routes, with answers that the test writes.

The appliance behind it is a stand-in, so that every decision, delay and fault can be shown on demand.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import flask
import pytest
from flask_babel import Babel
from waitress.server import create_server

from kiosk.web.app import HEADERS
from kiosk.web.events import EventHub
from kiosk.web.screen import ScreenSettings, make_blueprint

playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)


@dataclass
class StandIn:
    """What the screen needs of an appliance, and what the test makes of the scans it gets."""

    settings: ScreenSettings
    events: EventHub = field(default_factory=lambda: EventHub(heartbeat=1.0))
    scans: list[dict[str, Any]] = field(default_factory=list)
    forgotten: int = 0
    answer: Callable[[dict[str, Any]], Any] = lambda scan: flask.abort(500)
    url: str = ""

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
    app.register_blueprint(make_blueprint(appliance, appliance.settings))

    @app.post("/api/v1/scans")
    def scans() -> Any:
        scan = flask.request.get_json()
        appliance.scans.append(scan)
        return appliance.answer(scan)

    @app.get("/preview.svg")
    def preview() -> flask.Response:
        picture = (
            '<svg xmlns="http://www.w3.org/2000/svg" width="1280" height="720"><rect width="1280" height="720" fill="#5b6b7a"/>'
            '<circle cx="640" cy="280" r="150" fill="#c9a58b"/><rect x="380" y="470" width="520" height="250" rx="120" fill="#2f4b66"/>'
            '<rect x="560" y="330" width="170" height="300" rx="20" fill="#111"/><rect x="575" y="380" width="140" height="140" fill="#fff"/></svg>'
        )
        return flask.Response(picture, mimetype="image/svg+xml")

    @app.after_request
    def harden(response: flask.Response) -> flask.Response:
        if flask.request.path == "/kiosk/forget":
            appliance.forgotten += 1
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


class Served:
    """An app under waitress on a free port of this machine."""

    def __init__(self, app: flask.Flask) -> None:
        self.server = create_server(app, host="127.0.0.1", port=0, threads=12)
        self.url = f"http://127.0.0.1:{self.server.effective_port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.server.task_dispatcher.shutdown(timeout=2)
        self.server.close()
        self.thread.join(timeout=5)


@pytest.fixture
def settings() -> ScreenSettings:
    """A test changes it with ``@pytest.mark.parametrize("settings", …)`` or ``dataclasses.replace`` in its own fixture."""
    return ScreenSettings(site_name="Trạm Y tế phường Bến Nghé", lane="2", preview="/preview.svg")


@pytest.fixture
def appliance(settings: ScreenSettings) -> Iterator[StandIn]:
    stand_in = StandIn(replace(settings))
    served = Served(make_app(stand_in))
    stand_in.url = served.url
    yield stand_in
    stand_in.events.close()
    served.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: browser tests skipped (Debian: apt install chromium)")
    with playwright_api.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Screen:
    """A browser page before the screen, with what went wrong on it."""

    page: Any
    problems: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        self.page.goto(url + "/kiosk")
        self.page.wait_for_function("document.getElementById('clock-time').textContent !== ''")

    def state(self) -> str:
        return str(self.page.evaluate("document.body.dataset.screen"))

    def wait_for(self, state: str, timeout: float = 5000) -> None:
        self.page.wait_for_selector(f'section[data-screen="{state}"]:not([hidden])', timeout=timeout)

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector)).strip()

    def scanner(self, text: str, end: str = "Enter") -> None:
        """Keys as fast as a scanner sends them."""
        self.page.keyboard.type(text)
        if end:
            self.page.keyboard.press(end)

    def person(self, text: str) -> None:
        """Keys as slowly as a person types them."""
        self.page.keyboard.type(text, delay=80)


@pytest.fixture
def screen(chromium: Any) -> Iterator[Screen]:
    """An empty tab; at the end nothing may have been reported on its console (a CSP violation would be)."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(5000)
    made = Screen(page)
    page.on("console", lambda message: made.problems.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: made.problems.append(str(error)))
    yield made
    context.close()
    assert made.problems == []


def until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait for something on this side of the wire; fails when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)
