"""Staff before a running appliance: signed in over real HTTP, one connection each. Speaks the pages' JSON, retries nothing."""

from __future__ import annotations

import json
import re
from typing import Any
from uuid import uuid4

import requests

_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_NOTICE = re.compile(r'notice notice--(\w+)".*?<div>([^<]*)</div>', re.DOTALL)


class HttpNurse:
    """One browser's session at ``url``. Every call raises ``requests.RequestException`` where the appliance is not there."""

    def __init__(self, url: str, operator: str, pin: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Accept"] = "application/json"
        page = self.session.get(f"{url}/staff/sign-in", timeout=120, headers={"Accept": "text/html"}).text
        form = {"operator": operator, "pin": pin, "csrf_token": _token(page)}
        reply = self.session.post(f"{url}/staff/sign-in", data=form, timeout=120, allow_redirects=False)
        assert reply.status_code == 303, reply.text[:300]
        self.token = _token(self.session.get(f"{url}/staff/", timeout=120, headers={"Accept": "text/html"}).text)

    def do(self, path: str, key: str = "", **asked: Any) -> tuple[int, dict[str, Any]]:
        """POST JSON below ``/vaccination/``; status and reply."""
        body = json.dumps({"key": key or str(uuid4()), **asked})
        headers = {"X-CSRFToken": self.token, "Content-Type": "application/json"}
        reply = self.session.post(f"{self.url}/vaccination/{path}", data=body, headers=headers, timeout=120)
        return reply.status_code, reply.json()

    def send(self, path: str, key: str, **form: object) -> str:
        """POST a page's form below ``/vaccination/``; the page that follows. Fails where that one begins with a fault's words."""
        said = {"key": key, "csrf_token": self.token, **{name: str(value) for name, value in form.items()}}
        html = {"Accept": "text/html"}
        reply = self.session.post(f"{self.url}/vaccination/{path}", data=said, headers=html, timeout=120)
        assert reply.status_code == 200, (path, reply.status_code)
        first = _NOTICE.search(reply.text)  # what came of it stands before all else
        assert first is not None, path
        assert first[1] != "fault", (path, first[2])
        return reply.text


def _token(page: str) -> str:
    found = _CSRF.search(page)
    assert found, page[:300]
    return found[1]
