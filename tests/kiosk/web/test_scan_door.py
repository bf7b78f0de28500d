"""The short way in for programs says what Flask says, header for header, and takes nothing that Flask would refuse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from kiosk.appliance import Appliance
from kiosk.web import api
from kiosk.web.app import create_app
from kiosk.web.scan_door import ScanDoor
from tests.support.appliance import Workshop, people, records

CARDS = [person.cccd_2021() for person, _ in zip(people(), range(5), strict=False)]
Said = tuple[str, list[tuple[str, str]], bytes]


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    workshop = Workshop(tmp_path_factory.mktemp("door"))
    yield workshop.start(["citizen_id", "self_check_in"])
    workshop.close()


@pytest.fixture(scope="module")
def door(appliance: Appliance) -> ScanDoor:
    made = create_app(appliance).wsgi_app
    assert isinstance(made, ScanDoor)
    return made


def environ(body: bytes, **changes: str | None) -> dict[str, Any]:
    """A WSGI environment as waitress makes it, with ``changes``; None leaves a variable out."""
    made = EnvironBuilder("/api/v1/scans", method="POST", data=body, content_type="application/json").get_environ()
    for name, value in changes.items():
        if value is None:
            made.pop(name, None)
        else:
            made[name] = value
    return made


def said(app: Any, given: dict[str, Any]) -> Said:
    chunks, status, headers = run_wsgi_app(app, {**given, "wsgi.input": BytesIO(given["wsgi.input"].getvalue())})
    return status, sorted(headers), b"".join(chunks)


def both(door: ScanDoor, given: dict[str, Any]) -> tuple[Said, Said]:
    """What a request gets at the door, and from the app behind it."""
    return said(door, given), said(door._inner, given)


class Behind:
    """Stands for the app behind a door, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, _environ: Any, start_response: Any) -> list[bytes]:
        self.asked += 1
        start_response("200 OK", [])
        return [b"from behind"]


def passed_on(door: ScanDoor, given: dict[str, Any]) -> bool:
    behind = Behind()
    inner, door._inner = door._inner, behind
    try:
        said(door, given)
    finally:
        door._inner = inner
    return behind.asked == 1


bodies = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda payload, key, source, answers, more: json.dumps(
            {"payload": payload, "key": key, "source": source, "answers": answers, **more}
        ).encode(),
        st.one_of(st.sampled_from(CARDS), st.text(max_size=30)),
        st.one_of(st.uuids().map(str), st.just("no key")),
        st.sampled_from(["api", "typed", "wedge", "page", "elsewhere"]),
        st.one_of(st.just({}), st.dictionaries(st.text(max_size=5), st.text(max_size=10), max_size=2)),
        st.sampled_from([{}, {}, {"more": 1}]),
    ),
)
changes = st.fixed_dictionaries(
    {},
    optional={
        "HTTP_HOST": st.sampled_from(["localhost", "127.0.0.1:8080", "[::1]", "evil.example", "", "localhost:x"]),
        "HTTP_ORIGIN": st.sampled_from(["http://localhost", "https://evil.example", "null", ""]),
        "HTTP_SEC_FETCH_SITE": st.sampled_from(["same-origin", "none", "cross-site"]),
        "CONTENT_TYPE": st.sampled_from(
            ["application/json", "application/json; charset=utf-8", "Application/JSON", "text/plain", "image/png", ""]
        ),
        "CONTENT_LENGTH": st.sampled_from(["0", "", "x", "-1", "²", "99999999999999", str(13 * 1024 * 1024)]),
        "QUERY_STRING": st.sampled_from(["", "lang=en", f"key={UUID(int=7)}"]),
        "REQUEST_METHOD": st.sampled_from(["POST", "POST", "PUT", "GET"]),
        "PATH_INFO": st.sampled_from(["/api/v1/scans", "/api/v1/scans/", "/API/v1/scans"]),
        "HTTP_COOKIE": st.just("kiosk_kiosk=planted; language=en"),
    },
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(bodies, changes)
def test_the_door_says_what_flask_says(door: ScanDoor, body: bytes, changes: dict[str, str]) -> None:
    here, behind = both(door, environ(body, **changes))
    assert here == behind


def test_a_good_scan_is_answered_at_the_door_and_recorded_once(door: ScanDoor, appliance: Appliance) -> None:
    key = uuid4()
    given = environ(json.dumps({"payload": CARDS[0], "key": str(key)}).encode())
    assert not passed_on(door, given)
    here, behind = both(door, given)
    assert here == behind
    assert json.loads(here[2])["decision"] == "admit"
    assert len([one for one in records(appliance) if one.id == key]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"HTTP_ORIGIN": "http://localhost"},
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_HOST": "evil.example"},
        {"CONTENT_TYPE": "application/json; charset=utf-8"},
        {"CONTENT_LENGTH": None},
        {"CONTENT_LENGTH": "²"},
        {"CONTENT_LENGTH": str(13 * 1024 * 1024)},
        {"REQUEST_METHOD": "PUT"},
        {"PATH_INFO": "/health"},
    ],
)
def test_whatever_needs_a_second_look_is_passed_on(door: ScanDoor, changes: dict[str, str | None]) -> None:
    assert passed_on(door, environ(b'{"payload": "x"}', **changes))


def test_a_body_that_does_not_fit_is_passed_on_whole(door: ScanDoor) -> None:
    given = environ(b'{"payload": 1}')
    assert passed_on(door, given)
    here, behind = both(door, given)
    assert here == behind
    assert here[0].startswith("400")
    assert b"payload" in here[2]


def test_a_fault_of_ours_is_worded_behind_and_the_scan_is_not_tried_twice(
    door: ScanDoor, appliance: Appliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def fails(*_: Any) -> Any:
        tried.append(1)
        raise ValueError("Nguyễn Văn An 001099012345")

    monkeypatch.setattr(appliance, "begin", fails)
    status, headers, body = said(door, environ(b'{"payload": "x"}'))
    assert status.startswith("500")
    assert json.loads(body)["error"]["code"] == "internal_error"
    assert ("Cache-Control", "no-store") in headers
    assert tried == [1]


def test_a_platform_has_no_door(workshop: Workshop) -> None:
    app = create_app(workshop.start(["self_check_in", "national_platform"], role="platform"))
    assert not isinstance(app.wsgi_app, ScanDoor)
    assert Client(app).post("/api/v1/scans", json={"payload": "x"}).status_code == 404


def test_the_description_still_knows_the_answer(door: ScanDoor) -> None:
    described = json.loads(said(door, EnvironBuilder("/api/openapi.json").get_environ())[2])
    assert api.SCANS in described["paths"]
