"""What is sent packed, and what never is."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from kiosk.operators.register import Role
from kiosk.web.app import create_app
from tests.support.appliance import Workshop
from tests.support.staff import Browser, add_operator

STYLES = "/static/css/components.css"
PACKED = {"Accept-Encoding": "gzip, br"}


@pytest.fixture
def client(workshop: Workshop) -> Any:
    return create_app(workshop.start(["citizen_id", "declaration"])).test_client()


@pytest.mark.parametrize("path", [STYLES, "/declaration/static/combo.js", "/declaration/new/place", "/declaration/"])
def test_texts_come_in_fewer_bytes_to_who_takes_them(client: Any, path: str) -> None:
    plain, packed = client.get(path, buffered=True), client.get(path, headers=PACKED, buffered=True)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) * 0.7
    unpacked = gzip.decompress(packed.data)
    assert unpacked == plain.data or path.endswith(("/place", "/declaration/"))  # forms have a number of their own
    assert len(unpacked) == len(plain.data)
    for reply in (plain, packed):
        assert "Accept-Encoding" in reply.headers["Vary"]


def test_what_did_not_change_is_not_sent_again(client: Any) -> None:
    first = client.get(STYLES, headers=PACKED, buffered=True)
    assert first.headers["ETag"].startswith("W/")
    again = client.get(STYLES, headers={**PACKED, "If-None-Match": first.headers["ETag"]}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    for reply in (first, again):
        assert reply.headers["Cache-Control"] == "max-age=60"
    assert "Cache-Control" not in client.get("/static/css/none.css").headers
    assert client.get("/declaration/new/place").headers["Cache-Control"] == "no-store"


def test_who_refuses_gzip_and_who_asks_for_a_part_gets_it_as_it_is(client: Any) -> None:
    refused = client.get(STYLES, headers={"Accept-Encoding": "gzip;q=0, br"}, buffered=True)
    part = client.get(STYLES, headers={**PACKED, "Range": "bytes=0-99"}, buffered=True)
    assert "Content-Encoding" not in refused.headers
    assert (part.status_code, len(part.data), part.headers.get("Content-Encoding")) == (206, 100, None)


def test_the_head_says_what_the_page_would_be(client: Any) -> None:
    assert client.head(STYLES, headers=PACKED, buffered=True).data == b""


def test_pages_of_staff_are_never_packed(workshop: Workshop) -> None:
    """Their length would tell of what stands beside what somebody else may choose."""
    appliance = workshop.start(["national_platform", "declaration"], role="platform")
    add_operator(appliance, "1", Role.ADMINISTRATOR)
    browser = Browser(appliance)
    browser.sign_in("1")
    for path in ("/staff/", "/declaration/tracing"):
        reply = browser.client.get(path, headers=PACKED, buffered=True)
        assert (reply.status_code, reply.headers.get("Content-Encoding")) == (200, None)
        assert len(reply.data) > 1000
