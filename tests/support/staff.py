"""Staff before an appliance: operators with known PINs, and a browser without a screen that fills in forms as a person does."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.operators.pin import Pins
from kiosk.operators.register import OPERATOR_KIND, Operator, Role
from kiosk.web.app import create_app
from tests.support.appliance import records

PIN = "2580"
SLICES = ("citizen_id", "self_check_in")
SECTIONS = """
[plugin.self_check_in]   # how numbers are given
same_visit_minutes = 30   # half an hour
"""
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


def add_operator(appliance: Appliance, operator_id: str, *roles: Role, pin: str = PIN, active: bool = True) -> Operator:
    """Someone who may sign in, recorded as ``kiosk operator add`` does."""
    cheap = Pins(memory_kib=1024, passes=1)  # who signs in pays what the hash asks for
    made = Operator(operator_id, f"Nhân viên {operator_id}", frozenset(roles), active, cheap.hash(pin))
    appliance.record([Draft(OPERATOR_KIND, made.said_as())])
    return made


class Browser:
    """One browser with its cookies."""

    def __init__(self, appliance: Appliance, address: str = "192.0.2.7") -> None:
        self.app = create_app(appliance)
        self.client: FlaskClient = self.app.test_client()
        self.address = address

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, environ_base={"REMOTE_ADDR": self.address}, **more)

    def post(
        self, path: str, data: dict[str, Any] | None = None, *, token: str | None = None, **more: Any
    ) -> TestResponse:
        """Send a form; without ``token`` it takes one from the sign-in or first page, as a browser would have."""
        found = self.csrf() if token is None else token
        form = {**(data or {}), **({"csrf_token": found} if found else {})}
        return self.client.post(path, data=form, environ_base={"REMOTE_ADDR": self.address}, **more)

    def csrf(self) -> str:
        page = self.get("/staff/sign-in", follow_redirects=True)
        found = _CSRF.search(page.text) or _CSRF.search(self.get("/recovery").text)
        assert found, page.text[:300]
        return found.group(1)

    def sign_in(self, operator_id: str, pin: str = PIN, **form: str) -> TestResponse:
        return self.post("/staff/sign-in", {"operator": operator_id, "pin": pin, **form})

    def cookie(self, appliance: Appliance) -> str:
        found = self.client.get_cookie(f"kiosk_{appliance.settings.role}")
        return found.value if found else ""


def staff(appliance: Appliance, *roles: Role) -> Browser:
    """Operator 101 with ``roles`` (default: all), signed in."""
    add_operator(appliance, "101", *(roles or tuple(Role)))
    browser = Browser(appliance)
    assert browser.sign_in("101").status_code == 303
    return browser


def staff_actions(appliance: Appliance, action: str) -> list[Any]:
    """The records of one kind of staff action."""
    return [one for one in records(appliance) if getattr(one.data, "action", "") == action]


def actions(appliance: Any) -> list[tuple[str | None, str]]:
    """(operator, action) of every recorded staff action."""
    return [(one.operator, one.data.action) for one in records(appliance) if one.kind == "core.staff_action"]
