"""A real server behind a proxy that serves https: what it forwards is believed, what anybody else says is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.processes import kiosk, run
from tests.support.running_kiosk import RunningKiosk

PIN = "2580"
FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "platform.example",
}
PROFILE = """
plugins = []
[site]
id = "test-site"
name = "Điểm thử"
[server]
behind_tls = {behind_tls}
allowed_hosts = ["platform.example"]
{more}
"""

pytestmark = pytest.mark.process


@contextmanager
def served(folder: Path, more: str = "", behind_tls: bool = True) -> Iterator[RunningKiosk]:
    profile, data = folder / "site.toml", folder / "data"
    profile.write_text(PROFILE.format(behind_tls=str(behind_tls).lower(), more=more), "utf-8")
    run([*kiosk("operator add", profile, data), "Nhân viên", "--id", "101", "--role", "officer", "--pin-stdin"], PIN)
    with RunningKiosk(profile, data, folder / "log") as running:
        yield running.ready()


def sign_in(url: str, headers: dict[str, str], origin: str) -> tuple[requests.Response, requests.Response]:
    """The page with the form, and the answer to the form as a browser sends it to the page's own origin."""
    page = requests.get(f"{url}/staff/sign-in", headers=headers, timeout=120)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    form = {"operator": "101", "pin": PIN, "csrf_token": token.group(1) if token else ""}
    cookie = page.headers.get("Set-Cookie", "").partition(";")[0]  # the browser has it over https
    sent = requests.post(
        f"{url}/staff/sign-in",
        data=form,
        headers={**headers, "Origin": origin, "Cookie": cookie},
        allow_redirects=False,
        timeout=120,
    )
    return page, sent


def test_staff_sign_in_through_the_proxy(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        page, sent = sign_in(running.url, FORWARDED, "https://platform.example")
        assert "; Secure" in page.headers["Set-Cookie"]
        assert (sent.status_code, sent.headers["Location"]) == (303, "/staff/")
        _, forged = sign_in(running.url, FORWARDED, "https://evil.example")
        assert (forged.status_code, forged.json()["error"]["code"]) == (403, "cross_origin")
        # the proxy that passes Host itself instead of X-Forwarded-Host
        host = {name: value for name, value in FORWARDED.items() if name != "X-Forwarded-Host"}
        _, sent = sign_in(running.url, {**host, "Host": "platform.example"}, "https://platform.example")
        assert sent.status_code == 303


@pytest.mark.parametrize(
    ("more", "behind_tls"), [('trusted_proxy = "192.0.2.1"', True), ("", False)], ids=["another proxy", "no proxy"]
)
def test_what_others_forward_is_not_believed(tmp_path: Path, more: str, behind_tls: bool) -> None:
    with served(tmp_path, more, behind_tls) as running:
        own = running.url
        _, forged = sign_in(running.url, FORWARDED, "https://platform.example")
        assert (forged.status_code, forged.json()["error"]["code"]) == (403, "cross_origin")
        _, plain = sign_in(running.url, FORWARDED, own)
        assert plain.status_code == 303


def test_whoever_guesses_through_the_proxy_is_counted_by_their_own_address(tmp_path: Path) -> None:
    """Else one person's wrong PINs would hold up everybody behind the proxy."""
    with served(tmp_path) as running:
        for number in range(12):
            attempt(running.url, "203.0.113.9", f"nobody{number}")
        assert attempt(running.url, "203.0.113.9", "101") == 429
        assert attempt(running.url, "203.0.113.10", "101") == 303


def attempt(url: str, address: str, operator: str) -> int:
    headers = {**FORWARDED, "X-Forwarded-For": f"198.51.100.1, {address}"}  # what a client adds itself comes first
    page = requests.get(f"{url}/staff/sign-in", headers=headers, timeout=120)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    sent = requests.post(
        f"{url}/staff/sign-in",
        data={"operator": operator, "pin": PIN if operator == "101" else "9999", "csrf_token": token.group(1)},
        headers={**headers, "Origin": "https://platform.example", "Cookie": cookie},
        allow_redirects=False,
        timeout=120,
    )
    return sent.status_code
