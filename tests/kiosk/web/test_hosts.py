"""A name that somebody else lets point to this appliance (DNS rebinding) opens nothing and does nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.web.app import create_app
from kiosk.web.hosts import KnownHosts
from tests.support.appliance import Workshop, records

ALWAYS = ("localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1", "127.0.0.1:8080", "[::1]:8080", "127.8.8.8", "")
OWN = ("kiosk-7", "kiosk-7.local:8080", "Kiosk-7")
NEVER = (
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.localhost",
    "localhost:8080:80",
    "localhost@evil.example",
    "localhost, evil.example",
    "local host",
    "[::1",
    "0x7f000001",
    "2130706433",
    "nowhere.local",
    ":80",
    ".",
)
ADDRESSES = ("192.0.2.7", "192.0.2.7:80", "[2001:db8::7]:80", "0.0.0.0")


@pytest.mark.parametrize("bound", ["127.0.0.1", "localhost", "0.0.0.0", "::", "", "192.0.2.9"])
def test_own_names_are_known_and_others_are_not_whatever_is_listened_on(bound: str) -> None:
    known = KnownHosts(bound, machine="kiosk-7")
    assert [host for host in (*ALWAYS, *OWN) if host not in known] == []
    assert [host for host in NEVER if host in known] == []


def test_addresses_are_known_where_every_one_is_listened_on_and_else_only_the_bound_one() -> None:
    for bound in ("0.0.0.0", "::", ""):
        assert [host for host in ADDRESSES if host not in KnownHosts(bound, machine="m")] == []
    for bound in ("127.0.0.1", "192.0.2.9"):
        assert [host for host in ADDRESSES if host in KnownHosts(bound, machine="m")] == []
    assert "192.0.2.9:80" in KnownHosts("192.0.2.9", machine="m")
    assert "[2001:db8:0::9]" in KnownHosts("2001:DB8::9", machine="m")
    assert "front.lan" in KnownHosts("front.lan", machine="m")


def test_a_profile_may_name_more() -> None:
    known = KnownHosts("127.0.0.1", ["Platform.Example", "192.0.2.7", "2001:db8::7"], machine="box.site.lan")
    for host in ("platform.example:443", "192.0.2.7", "[2001:db8::7]:80", "box.site.lan", "box.local"):
        assert host in known
    assert "www.platform.example" not in known
    assert "192.0.2.8" not in known


@given(
    st.one_of(
        st.text(max_size=40),
        st.from_regex(r"[a-z0-9.:\[\]@]{1,30}", fullmatch=True),
        st.ip_addresses().map(str),
        st.sampled_from(ALWAYS).flatmap(lambda host: st.text(max_size=3).map(lambda tail: host + tail)),
    )
)
def test_whatever_a_host_header_says_only_own_names_pass(host: str) -> None:
    if host in KnownHosts("127.0.0.1", machine="kiosk-7"):
        assert re.fullmatch(r"(localhost|kiosk-7|kiosk-7\.local|127(\.\d+){3}|\[[0:]*:0*1\]|)\.?(:\d+)?", host.lower())


URLS = ["/kiosk", "/staff/sign-in", "/health", "/metrics", "/api/openapi.json", "/static/css/base.css", "/nowhere"]


@pytest.mark.parametrize("path", URLS)
def test_no_page_opens_under_anothers_name(workshop: Workshop, path: str) -> None:
    client = create_app(workshop.open(["self_check_in"])).test_client()
    with client.get(path, headers={"Host": "evil.example:8080"}) as answer:
        assert answer.status_code == 421
        assert "Set-Cookie" not in answer.headers
        assert "evil.example" not in answer.text
    with client.get(path, headers={"Host": "127.0.0.1:8080"}) as answer:
        assert answer.status_code != 421


def test_a_rebound_page_cannot_send_a_scan_though_its_origin_seems_right(workshop: Workshop) -> None:
    appliance = workshop.start(["self_check_in"])
    client = create_app(appliance).test_client()
    headers = {"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}
    refused = client.post("/api/v1/scans", json={"payload": "x"}, headers=headers)
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (421, "misdirected_request")
    assert "server.allowed_hosts" in refused.get_json()["error"]["message"]
    assert records(appliance) == []


@pytest.mark.parametrize(("language", "words"), [("vi", "Hãy mở bằng địa chỉ IP"), ("en", "Open it by its IP address")])
def test_a_person_reads_what_to_do(workshop: Workshop, language: str, words: str) -> None:
    client = create_app(workshop.open()).test_client()
    page = client.get(f"/staff/?lang={language}", headers={"Host": "kiosk.example"})
    assert words in page.text
    assert "server.allowed_hosts" in page.text
    assert page.headers["Content-Security-Policy"]


def test_the_address_that_is_listened_on_and_the_profile_decide(workshop: Workshop) -> None:
    appliance = workshop.open(sections='[server]\nhost = "127.0.0.1"\nallowed_hosts = ["kiosk.example"]')
    here, everywhere = (create_app(appliance, bound).test_client() for bound in (None, "0.0.0.0"))

    def opens(client: object, host: str) -> bool:
        return client.get("/health", headers={"Host": host}).status_code == 200  # type: ignore[attr-defined]

    assert opens(here, "kiosk.example")
    assert not opens(here, "192.0.2.7")
    assert opens(everywhere, "192.0.2.7")
    assert not opens(everywhere, "evil.example")
