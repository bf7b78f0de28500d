"""Signing in and out: every try a record, waits after wrong PINs, sessions that were planted, kept, left idle or taken away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.operators.limits import WAITS
from kiosk.operators.register import Role
from tests.support.appliance import SetClock, Workshop
from tests.support.staff import PIN, Browser, actions, add_operator
from tests.support.staff_plugins import Ward


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
    planted, form_token = thief.cookie(appliance), thief.csrf()
    assert planted
    victim.client.set_cookie(f"kiosk_{appliance.settings.role}", planted)
    victim.sign_in("101")
    assert victim.cookie(appliance) != planted
    assert victim.get("/staff/").status_code == 200
    # nor is the form's token that the thief knows of it
    assert victim.post("/staff/sign-out", token=form_token).status_code == 400
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
    browser = Browser(appliance, "127.0.0.1")
    browser.sign_in("101")
    assert browser.get("/kiosk").status_code == 200
    assert browser.get("/staff/").status_code == 303
    assert actions(appliance)[-1] == ("101", "sign_out")


def test_the_citizens_screen_itself_sets_no_cookie_and_links_to_no_staff_page(workshop: Workshop) -> None:
    page = Browser(workshop.open(), "127.0.0.1").get("/kiosk")
    assert page.status_code == 200
    assert "Set-Cookie" not in page.headers
    assert "/staff" not in page.text
    assert "/recovery" not in page.text


@pytest.mark.parametrize("language", ["vi", "en"])
def test_who_comes_back_to_an_ended_session_reads_why_and_what_became_of_their_work(
    workshop: Workshop, language: str
) -> None:
    words = {"vi": "điều đang nhập dở thì chưa được ghi", "en": "what was being typed was not recorded"}[language]
    clock = SetClock()
    appliance = workshop.open([("ward", Ward)], clock=clock)
    add_operator(appliance, "101", Role.MEDICAL_STAFF)
    browser = Browser(appliance)
    assert words not in browser.get(f"/staff/sign-in?lang={language}").text, "nobody was signed in"
    browser.sign_in("101")
    clock.ahead += timedelta(minutes=16)
    asked = browser.get("/ward/beds")
    assert asked.status_code == 303
    page = browser.get(f"{asked.location}&lang={language}").text
    assert words in page
    assert {"vi": "mở lại trang đang làm", "en": "return to the page"}[language] in page
    assert words not in browser.sign_in("101", "9999").text, "a wrong PIN has words of its own"
    browser.sign_in("101")
    browser.post("/staff/sign-out")
    assert words not in browser.get(f"/staff/sign-in?lang={language}").text, "who signed out knows"
