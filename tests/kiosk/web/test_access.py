"""Who gets in and who does not: sign-in, roles, forged forms, planted and expired sessions, and what must never be logged."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from flask import Blueprint
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import NavigationItem, Text
from kiosk.operators import Role
from kiosk.operators_limits import WAITS
from kiosk.plugin import hookimpl
from kiosk.web.access import current_operator, note_access, require_role, safe_next
from tests.support.appliance import Probe, SetClock, Workshop, records
from tests.support.staff import PIN, Browser, add_operator


class Ward(Probe):
    """A plugin with a page for medical staff."""

    @hookimpl
    def blueprint(self) -> Blueprint:
        pages = Blueprint("ward", __name__)

        @pages.get("/beds")
        @require_role(Role.MEDICAL_STAFF)
        def beds() -> str:
            operator = current_operator()
            assert operator is not None
            note_access("beds_shown", citizen="someone")
            return operator.id

        @pages.post("/beds")
        @require_role(Role.MEDICAL_STAFF)
        def move() -> str:
            note_access("bed_moved")
            return "moved"

        @pages.post("/api/v1/anything")
        @require_role(Role.MEDICAL_STAFF)
        def program() -> str:
            return "must not be reached with a cookie"

        return pages

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        yield NavigationItem("ward.beds", Text("Giường bệnh", "Beds"), ("medical_staff",))
        yield NavigationItem("ward.gone", Text("Không có", "Gone"), ("medical_staff",))


def actions(appliance: Any) -> list[tuple[str | None, str]]:
    return [(one.operator, one.data.action) for one in records(appliance) if one.kind == "core.staff_action"]


# --- sign-in


def test_signing_in_and_out_and_every_try_is_a_record(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    assert browser.sign_in("101", "9999").status_code == 403
    assert browser.sign_in("unknown", PIN).status_code == 403
    done = browser.sign_in(" 101 ")
    assert (done.status_code, done.location) == (303, "/staff/")
    assert browser.get("/staff/").status_code == 200
    assert browser.post("/staff/sign-out").status_code == 303
    assert browser.get("/staff/").status_code == 303
    assert actions(appliance) == [
        ("101", "sign_in_failed"),
        (None, "sign_in_failed"),  # what was typed may be somebody's number: it is not kept
        ("101", "sign_in"),
        ("101", "sign_out"),
    ]


def test_wrong_unknown_and_disabled_look_the_same(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    add_operator(appliance, "102", Role.OFFICER, active=False)
    pages = set()
    for number, (who, pin) in enumerate((("101", "9999"), ("102", PIN), ("103", PIN))):
        browser = Browser(appliance, f"192.0.2.{number}")
        answer = browser.sign_in(who, pin)
        assert answer.status_code == 403
        pages.add(answer.text.split("<form")[0])
    assert len(pages) == 1


def test_the_wait_after_wrong_pins_survives_a_restart_and_holds_against_the_right_pin(workshop: Workshop) -> None:
    clock = SetClock()
    appliance = workshop.open(clock=clock)
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    assert [browser.sign_in("101", "9999").status_code for _ in range(4)] == [403, 403, 403, 429]
    workshop.stop(appliance)

    again = workshop.open(clock=clock)
    held = Browser(again, "192.0.2.99").sign_in("101")
    assert held.status_code == 429
    assert "giây" in held.text
    clock.ahead += timedelta(seconds=WAITS[0] + 1)
    assert Browser(again, "192.0.2.99").sign_in("101").status_code == 303


def test_an_unknown_operator_is_held_up_like_a_known_one(workshop: Workshop) -> None:
    appliance = workshop.open()
    browser = Browser(appliance)
    assert [browser.sign_in("nobody", "9999").status_code for _ in range(4)] == [403, 403, 403, 429]


def test_a_session_planted_before_sign_in_is_worth_nothing_afterwards(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    victim, thief = Browser(appliance), Browser(appliance)
    thief.get("/staff/sign-in")
    planted = thief.cookie(appliance)
    assert planted
    victim.client.set_cookie(f"kiosk_{appliance.settings.role}", planted)
    victim.sign_in("101")
    assert victim.cookie(appliance) != planted
    assert victim.get("/staff/").status_code == 200
    assert thief.get("/staff/").status_code == 303


def test_a_cookie_kept_from_before_sign_out_is_worth_nothing(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    browser.sign_in("101")
    kept = browser.cookie(appliance)
    browser.post("/staff/sign-out")
    browser.client.set_cookie(f"kiosk_{appliance.settings.role}", kept)
    assert browser.get("/staff/").status_code == 303


def test_cookies_are_for_this_site_and_out_of_scripts_reach(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    header = Browser(appliance).sign_in("101").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Strict" in header


def test_idleness_ends_a_session_and_what_was_sent_then_is_not_done(workshop: Workshop) -> None:
    clock = SetClock()
    appliance = workshop.open([("ward", Ward)], clock=clock)
    add_operator(appliance, "101", Role.MEDICAL_STAFF)
    browser = Browser(appliance)
    browser.sign_in("101")
    token = browser.csrf()
    clock.ahead += timedelta(minutes=16)
    late = browser.post("/ward/beds", token=token)
    assert (late.status_code, late.location) == (303, "/staff/sign-in")
    assert "chưa được thực hiện" in browser.get("/staff/sign-in").text
    assert ("101", "bed_moved") not in actions(appliance)


@pytest.mark.parametrize("change", ["disabled", "new pin"])
def test_disabling_somebody_or_a_new_pin_ends_their_sessions_at_once(workshop: Workshop, change: str) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    browser.sign_in("101")
    add_operator(appliance, "101", Role.OFFICER, active=change != "disabled", pin="1470")
    assert browser.get("/staff/").status_code == 303


def test_opening_the_citizens_screen_signs_out(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    browser.sign_in("101")
    assert browser.get("/kiosk").status_code == 200
    assert browser.get("/staff/").status_code == 303
    assert actions(appliance)[-1] == ("101", "sign_out")


def test_the_citizens_screen_itself_sets_no_cookie_and_links_to_no_staff_page(workshop: Workshop) -> None:
    page = Browser(workshop.open()).get("/kiosk")
    assert "Set-Cookie" not in page.headers
    assert "/staff" not in page.text
    assert "/recovery" not in page.text


# --- roles


PAGES = {
    "/staff/": {Role.OFFICER, Role.MEDICAL_STAFF, Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/visits": {Role.OFFICER, Role.MEDICAL_STAFF, Role.ADMINISTRATOR},
    "/staff/technician": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/hardware": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/hardware/last-scan": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile/text": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/operators": {Role.ADMINISTRATOR},
    "/ward/beds": {Role.MEDICAL_STAFF},
}
BUTTONS = {
    "/staff/visits": {Role.OFFICER, Role.MEDICAL_STAFF, Role.ADMINISTRATOR},
    "/staff/visits/01900000-0000-7000-8000-000000000000/reprint": {
        Role.OFFICER,
        Role.MEDICAL_STAFF,
        Role.ADMINISTRATOR,
    },
    "/staff/technician/verify": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/plugins/ward": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/restart": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/diagnostics": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile/text": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/technician/profile/copy": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/recovery/plugins/ward": {Role.TECHNICIAN, Role.ADMINISTRATOR},
    "/staff/operators": {Role.ADMINISTRATOR},
    "/staff/operators/101/active": {Role.ADMINISTRATOR},
    "/staff/operators/101/pin": {Role.ADMINISTRATOR},
    "/recovery/restart": {Role.TECHNICIAN, Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(
    workshop: Workshop, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INVOCATION_ID", raising=False)
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", role)
    browser = Browser(appliance)
    for path in PAGES:
        assert browser.get(path).status_code == 303, path
    for path in BUTTONS:
        assert browser.post(path).location == "/staff/sign-in", path
    browser.sign_in("101")
    token = browser.csrf()
    before = len(actions(appliance))
    for path, roles in PAGES.items():
        assert browser.get(path).status_code == (200 if role in roles else 403), path
    for path, roles in BUTTONS.items():
        assert (browser.post(path, token=token).status_code == 403) == (role not in roles), path
    refused = [action for _, action in actions(appliance)[before:] if action == "page_refused"]
    expected = [path for table in (PAGES, BUTTONS) for path, roles in table.items() if role not in roles]
    assert len(refused) == len(expected)


def test_the_matrix_names_every_staff_route(workshop: Workshop) -> None:
    app = Browser(workshop.open()).app
    named = {
        "/staff/sign-in",
        "/staff/sign-out",
        "/recovery",
        "/recovery/",
        "/staff/technician/hardware/print",
        *PAGES,
        *BUTTONS,
    }
    filled = {"<uuid:record_id>": "01900000-0000-7000-8000-000000000000", "<name>": "ward", "<operator_id>": "101"}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/staff", "/recovery")):
            path = rule.rule
            for part, value in filled.items():
                path = path.replace(part, value)
            assert path in named, f"{rule.rule} is in no table of this test"


def test_a_role_that_does_not_exist_fails_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="nurse"):
        require_role("nurse")
    with pytest.raises(ValueError, match="at least one"):
        require_role()


def test_plugins_pages_are_in_the_menu_of_their_role_only_and_lead_back_after_sign_in(workshop: Workshop) -> None:
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", Role.MEDICAL_STAFF)
    add_operator(appliance, "102", Role.TECHNICIAN)
    browser = Browser(appliance)
    asked = browser.get("/ward/beds?floor=2")
    assert asked.location == "/staff/sign-in?next=/ward/beds?floor%3D2"
    assert browser.sign_in("101", next="/ward/beds?floor=2").location == "/ward/beds?floor=2"
    assert browser.get("/ward/beds").text == "101"
    home = browser.get("/staff/").text
    assert "Giường bệnh" in home
    assert "Không có</a>" not in home  # its page does not exist
    assert [one.citizen for one in records(appliance) if getattr(one.data, "action", "") == "beds_shown"] == ["someone"]
    other = Browser(appliance)
    other.sign_in("102")
    assert "Giường bệnh" not in other.get("/staff/").text


# --- forged requests


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


# --- faults and the log


def test_without_a_journal_personal_data_stays_closed_and_the_technician_gets_in(workshop: Workshop) -> None:
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", Role.MEDICAL_STAFF, Role.TECHNICIAN)
    appliance.journal.stop()
    browser = Browser(appliance)
    assert browser.sign_in("101").status_code == 303
    assert browser.get("/ward/beds").status_code == 503
    assert browser.get("/staff/visits").status_code in (403, 503)
    assert browser.get("/staff/technician").status_code == 200


def test_neither_pins_nor_hashes_nor_typed_ids_nor_tokens_are_logged_or_recorded(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    appliance = workshop.open([("ward", Ward)])
    made = add_operator(appliance, "101", Role.MEDICAL_STAFF, pin="735190")
    browser = Browser(appliance)
    browser.sign_in("101", "864209")
    browser.sign_in("001099012345", "735190")
    browser.sign_in("101", "735190")
    browser.post("/ward/beds", token="")
    browser.post("/ward/beds")
    browser.post("/staff/sign-out")
    told = caplog.text + "".join(
        f"{one.operator} {one.body}" for one in records(appliance) if one.kind != "core.operator"
    )
    for secret in (
        "735190",
        "864209",
        "001099012345",
        made.pin_hash,
        "argon2id",
        browser.cookie(appliance) or "no cookie",
    ):
        assert secret not in told
