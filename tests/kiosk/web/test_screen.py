"""The routes of the citizen's screen: page, words in both languages, events, polling, forgetting, fonts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import flask
import pytest
from flask.testing import FlaskClient
from flask_babel import Babel
from hypothesis import HealthCheck as Rule
from hypothesis import given, settings
from hypothesis import strategies as st

import kiosk.web
from kiosk.domain import CitizenLink, HealthCheck, HealthLevel, Text
from kiosk.events import EventHub
from kiosk.plugin_host.host import Collected
from kiosk.web import fonts
from kiosk.web.fonts import FONT_NAMES
from kiosk.web.screen import ScreenSettings, make_blueprint, settings_of
from kiosk.web.screen_status import status_of

WEB = Path(kiosk.web.__file__).parent


@dataclass
class StandIn:
    """What the blueprint uses of an appliance."""

    events: EventHub = field(default_factory=lambda: EventHub(max_streams=1, heartbeat=0.02))
    checks: list[HealthCheck] = field(default_factory=list)

    def health(self) -> list[HealthCheck]:
        return self.checks

    def forget_person(self) -> None:
        self.events.forget()


@pytest.fixture
def appliance() -> Iterator[StandIn]:
    made = StandIn()
    yield made
    made.events.close()


@pytest.fixture
def client(appliance: StandIn) -> FlaskClient:
    app = flask.Flask("kiosk.web")
    app.config.update(BABEL_DEFAULT_LOCALE="vi", TESTING=True)
    Babel(app)
    app.register_blueprint(fonts.make_blueprint())
    app.register_blueprint(make_blueprint(appliance, ScreenSettings(site_name="Trạm </script> Thử & Nghiệm", lane="3")))
    return app.test_client()


def check(name: str, level: HealthLevel) -> HealthCheck:
    return HealthCheck(name, level, Text("", ""))


def page_data(client: FlaskClient) -> dict[str, Any]:
    html = client.get("/kiosk").get_data(as_text=True)
    block = re.search(r'<script type="application/json" id="kiosk-data">(.*?)</script>', html, re.S)
    assert block
    return dict(json.loads(block[1]))


def test_the_root_leads_to_the_screen(client: FlaskClient) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.location) == (302, "/kiosk")


def test_the_page_is_never_kept_and_speaks_the_sites_language(client: FlaskClient) -> None:
    answer = client.get("/kiosk")
    assert answer.headers["Cache-Control"] == "no-store"
    assert '<html lang="vi">' in answer.get_data(as_text=True)
    assert "Đưa mã QR vào đầu đọc" in answer.get_data(as_text=True)


def test_the_page_holds_nothing_that_the_security_policy_forbids(client: FlaskClient) -> None:
    html = client.get("/kiosk").get_data(as_text=True)
    assert not re.search(r"\son\w+\s*=", html)
    assert not re.search(r"\sstyle\s*=|<style", html)
    scripts = re.findall(r"<script\b([^>]*)>", html)
    assert all('src="/static/' in tag or 'type="application/json"' in tag for tag in scripts)
    outside = re.findall(r'(?:src|href)="([^"]+)"', html)
    assert [link for link in outside if not link.startswith(("/", "#"))] == []


def test_a_site_name_cannot_break_out_of_the_page(client: FlaskClient) -> None:
    html = client.get("/kiosk").get_data(as_text=True)
    assert "Trạm </script>" not in html
    assert page_data(client)["settings"]["site_name"] == "Trạm </script> Thử & Nghiệm"


def test_the_page_knows_the_state_of_devices_and_where_to_go_on(client: FlaskClient, appliance: StandIn) -> None:
    appliance.checks = [check("camera:front", HealthLevel.FAULT)]
    appliance.events.publish("answer", {"key": "k"})
    data = page_data(client)
    assert data["status"]["camera"] == "fault"
    assert data["after"] == 1
    assert client.get(data["urls"]["status"]).get_json() == data["status"]


def test_a_fault_in_asking_the_devices_leaves_the_screen_to_the_people(client: FlaskClient, appliance: StandIn) -> None:
    appliance.checks = [SimpleNamespace()]  # type: ignore[list-item]
    assert client.get("/kiosk").status_code == 200
    assert client.get("/kiosk/status").get_json()["camera"] is None


def test_the_best_of_several_devices_counts_and_a_clock_must_be_right() -> None:
    checks = [
        check("camera:left", HealthLevel.FAULT),
        check("camera:right", HealthLevel.OK),
        check("printer", HealthLevel.FAULT),
        check("printer_room", HealthLevel.OK),  # another thing
        check("sync.contact", HealthLevel.WARNING),
        check("clock", HealthLevel.WARNING),
    ]
    assert status_of(checks) == {
        "camera": "ok",
        "printer": "fault",
        "platform": "warning",
        "journal": None,
        "clock_trusted": False,
        "safe_mode": False,
    }
    assert status_of([])["clock_trusted"] is True


def test_safe_mode_is_told_to_the_page(client: FlaskClient, appliance: StandIn) -> None:
    assert "data-service" not in client.get("/kiosk").get_data(as_text=True)
    appliance.checks = [check("safe_mode", HealthLevel.FAULT)]
    html = client.get("/kiosk").get_data(as_text=True)
    assert '<body class="kiosk" data-screen="idle" data-service>' in html
    assert client.get("/kiosk/status").get_json()["safe_mode"] is True


def test_events_stream_and_a_full_house_is_told_to_poll(client: FlaskClient, appliance: StandIn) -> None:
    first = client.get("/kiosk/events", buffered=False)
    assert first.mimetype == "text/event-stream"
    assert first.headers["Cache-Control"] == "no-store"
    second = client.get("/kiosk/events")
    assert second.status_code == 503
    assert int(second.headers["Retry-After"]) > 0
    first.close()
    assert len(appliance.events._streams) == 0


def test_a_returning_stream_goes_on_after_what_it_saw(client: FlaskClient, appliance: StandIn) -> None:
    for n in (1, 2):
        appliance.events.publish("answer", {"n": n})
    answer = client.get("/kiosk/events", headers={"Last-Event-ID": "1"}, buffered=False)
    pieces = iter(answer.response)
    assert next(pieces).startswith(b"retry")
    assert b'"n":2' in next(pieces)
    answer.close()


FAR = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.mark.parametrize("near", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_the_screen_is_for_this_machine(client: FlaskClient, near: str) -> None:
    assert client.get("/kiosk", environ_base={"REMOTE_ADDR": near}).status_code == 200


def test_nobody_elsewhere_hears_of_the_person_before_the_screen(client: FlaskClient, appliance: StandIn) -> None:
    appliance.events.publish("answer", {"citizen": "Nguyễn Văn An"})
    for path in ("/kiosk/events", "/kiosk/poll?after=0"):
        answer = client.get(path, environ_base=FAR)
        assert answer.status_code == 403
        assert "An" not in answer.text
    assert client.post("/kiosk/forget", environ_base=FAR).status_code == 403
    assert client.post("/kiosk/language", json={"language": "en"}, environ_base=FAR).status_code == 403
    assert client.get("/kiosk/status", environ_base=FAR).status_code == 200  # says nothing of anybody
    assert client.get("/kiosk/poll?after=0").get_json()["events"], "it was not forgotten from afar"


def test_polling_gives_what_came_after(client: FlaskClient, appliance: StandIn) -> None:
    appliance.events.publish("answer", {"n": 1})
    appliance.events.publish("print", {"printed": True})
    answer = client.get("/kiosk/poll?after=1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.get_json() == {"last": 2, "events": [{"id": 2, "event": "print", "data": {"printed": True}}]}


@settings(suppress_health_check=[Rule.function_scoped_fixture, Rule.too_slow], max_examples=50)
@given(text=st.text(max_size=40))
def test_any_number_from_outside_is_answered(client: FlaskClient, text: str) -> None:
    answer = client.get("/kiosk/poll", query_string={"after": text.encode("utf-8", "replace")})
    assert answer.get_json() == {"last": 0, "events": []}


def test_forgetting_leaves_nothing_to_poll(client: FlaskClient, appliance: StandIn) -> None:
    appliance.events.publish("answer", {"key": "k"})
    assert client.post("/kiosk/forget").status_code == 204
    assert client.get("/kiosk/poll?after=0").get_json()["events"] == []
    assert client.get("/kiosk/forget").status_code == 405  # a link must not do it


@pytest.mark.parametrize("name", sorted(FONT_NAMES))
def test_fonts_are_served_from_here(client: FlaskClient, name: str) -> None:
    answer = client.get(f"/fonts/{name}")
    assert answer.status_code == 200
    assert answer.data[:4] == b"\x00\x01\x00\x00"  # TrueType, OpenType 1.9 table directory
    assert "immutable" in answer.headers["Cache-Control"]
    answer.close()


@pytest.mark.parametrize("name", ["LICENSE", "..%2f__init__.py", "Roboto-Thin.ttf", "%2fetc%2fpasswd"])
def test_only_the_named_fonts_are_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/fonts/{name}").status_code == 404


def test_settings_come_from_the_profile_and_the_camera_from_whoever_has_one() -> None:
    site = SimpleNamespace(language="en", name="Gate 1", lane="4", time_zone="Asia/Ho_Chi_Minh")
    link = CitizenLink("declaration.choose", Text("Khai báo", "Declare"))
    appliance = SimpleNamespace(
        settings=SimpleNamespace(
            site=site,
            limits=SimpleNamespace(idle_reset_seconds=45),
            server=SimpleNamespace(screen_from_network=True),
        ),
        host=SimpleNamespace(implementations=lambda hook: ["paper"] if hook == "print_receipt" else []),
        guarded=lambda hook: Collected([("declaration", [link])] if hook == "citizen_links" else []),
        guarded_first=lambda hook: SimpleNamespace(value="/picture" if hook == "camera_preview" else None),
    )
    made = settings_of(appliance)
    assert (made.language, made.lane, made.preview, made.idle_seconds, made.prints) == ("en", "4", "/picture", 45, True)
    assert made.warning_seconds >= 20  # WCAG 2.2.1
    assert made.links == (link,)
    assert made.from_network


def test_every_style_sheet_and_script_that_is_named_exists(client: FlaskClient) -> None:
    html = client.get("/kiosk").get_data(as_text=True)
    named = set(re.findall(r'"(/static/[^"#]+)', html))
    scripts = WEB / "static" / "js" / "kiosk"
    for script in scripts.glob("*.js"):
        for imported in re.findall(r'from "\./([\w.]+)"', script.read_text("utf-8")):
            assert (scripts / imported).is_file(), f"{script.name} imports {imported}"
    for path in named:
        answer = client.get(path)
        assert answer.status_code == 200, path
        answer.close()
