"""Forged forms, other origins, programs with cookies, and targets that would lead away."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.operators.register import Role
from kiosk.web.access import safe_next
from tests.support.appliance import Workshop
from tests.support.staff import PIN, Browser, actions, add_operator
from tests.support.staff_pages import BUTTONS
from tests.support.staff_plugins import Ward


def test_a_form_without_its_token_or_with_another_browsers_is_refused_with_400(workshop: Workshop) -> None:
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", Role.MEDICAL_STAFF, Role.TECHNICIAN)
    browser, other = Browser(appliance), Browser(appliance)
    assert browser.post("/staff/sign-in", {"operator": "101", "pin": PIN}, token="").status_code == 400
    browser.sign_in("101")
    for path in (*BUTTONS, "/staff/sign-out", "/ward/beds"):
        assert browser.post(path, token="").status_code == 400, path
        assert browser.post(path, token=other.csrf()).status_code == 400, path
    assert ("101", "bed_moved") not in actions(appliance)
    assert browser.post("/ward/beds").text == "moved"
    by_script = browser.client.post("/ward/beds", headers={"X-CSRFToken": browser.csrf()})
    assert by_script.text == "moved"


def test_another_origin_is_refused_even_with_a_token(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    refused = browser.post(
        "/staff/sign-in", {"operator": "101", "pin": PIN}, headers={"Origin": "https://elsewhere.example"}
    )
    assert refused.status_code == 403


def test_a_programs_route_needs_no_token_and_sees_no_cookie(workshop: Workshop) -> None:
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", Role.MEDICAL_STAFF)
    browser = Browser(appliance)
    browser.sign_in("101")
    answer = browser.post("/ward/api/v1/anything", token="")
    assert answer.status_code == 401
    assert answer.get_json()["error"]["code"] == "sign_in_first"
    assert browser.client.post("/api/v1/scans", json={"payload": "x"}).status_code == 200


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_where_one_goes_after_sign_in_is_on_this_site(target: str) -> None:
    for tried in (target, "/" + target, "//" + target, "/\\" + target):
        found = safe_next(tried)
        if found is not None:
            assert found == tried
            assert found.startswith("/")
            assert not found.startswith("//")
            assert "\\" not in found
            assert all(letter > " " for letter in found)


def test_no_sign_in_leads_away(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    for target in ("https://x.example/", "//x.example", "/\\x.example", "/\t/x.example", "javascript:1", "staff"):
        assert browser.sign_in("101", next=target).location == "/staff/", target
        browser.post("/staff/sign-out")
