"""Who may trace sees what one person declared, by keyed hash or number, and every look is on record before it is answered."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from tests.plugins.declaration.conftest import declare
from tests.support.appliance import SetClock, Workshop, records
from tests.support.staff import Browser, add_operator, staff_actions

NUMBER = "001090012345"


@pytest.fixture
def platform(workshop: Workshop) -> Appliance:
    made = workshop.open(["declaration"], role="platform", clock=SetClock())
    declare(made)
    declare(made, name="Lê Thị Khác", document="001090099999")
    return made


def tracer(platform: Appliance, *roles: Role) -> Browser:
    add_operator(platform, "1", *(roles or (Role.ADMINISTRATOR,)))
    browser = Browser(platform)
    browser.sign_in("1")
    return browser


def look(browser: Browser, **form: str) -> Any:
    token = browser.get("/declaration/tracing").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    return browser.post("/declaration/tracing", form, token=token)


@pytest.mark.parametrize("by", ["hash", "number", "spaced number"])
def test_a_persons_declarations_are_shown_and_the_look_is_a_record(platform: Appliance, by: str) -> None:
    citizen = platform.pseudonym(NUMBER)
    person = {"hash": citizen, "number": NUMBER, "spaced number": "001 090 012 345"}[by]
    page = look(tracer(platform), person=person, why="Vụ 12/2021")
    assert page.status_code == 200
    for shown in ("0912345678", "Nguyễn Văn An", "Trần Thị Bình", "29A-123.45"):
        assert shown in page.text
    assert "Lê Thị Khác" not in page.text
    (noted,) = staff_actions(platform, "declaration.traced")
    assert (noted.operator, noted.citizen, noted.data.subject) == ("1", citizen, "Vụ 12/2021")
    assert NUMBER not in str([one.body for one in records(platform) if one.kind == "core.staff_action"])


@pytest.mark.parametrize(
    "form", [{"person": NUMBER}, {"person": "0010", "why": "Vụ 1"}, {"person": "x" * 23, "why": "Vụ 1"}]
)
def test_without_a_reason_or_a_person_nothing_is_shown(platform: Appliance, form: dict[str, str]) -> None:
    page = look(tracer(platform), **form)
    assert page.status_code == 400
    assert "0912345678" not in page.text
    assert staff_actions(platform, "declaration.traced") == []


def test_nobody_is_found_in_peace(platform: Appliance) -> None:
    page = look(tracer(platform), person="079199000001", why="Vụ 1")
    assert (page.status_code, "0 tờ khai" in page.text) == (200, True)


def test_only_who_may_trace_does_and_only_on_the_platform(platform: Appliance, workshop: Workshop) -> None:
    officer = tracer(platform, Role.OFFICER, Role.TECHNICIAN)
    assert officer.get("/declaration/tracing").status_code == 403
    assert officer.post("/declaration/tracing", {"person": NUMBER, "why": "Vụ 1"}).status_code == 403
    kiosk = workshop.open(["declaration"], data="kiosk", name="kiosk")
    assert tracer(kiosk).get("/declaration/tracing").status_code == 404
