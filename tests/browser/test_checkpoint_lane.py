"""The officer's page in a real Chromium: verdicts that colour does not tell alone, people of a vehicle, names in full, keys alone."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.plugin import DecodedCode
from tests.support.appliance import records
from tests.support.checkpoint_page import AN, CHI, assert_fits, scanner, tab, take_lane, verdict
from tests.support.checkpoint_post import paper

pytestmark = pytest.mark.browser


def test_a_traveller_a_minute_from_sign_in_to_undo(post: tuple[Appliance, str], page: Any) -> None:
    appliance, url = post
    take_lane(page, url)
    scanner(page, "P:healthy")
    words = verdict(page, "admit")
    assert "CHO QUA" in words
    assert "Đủ điều kiện" in words
    assert "Công văn thử nghiệm" in words
    assert AN.name not in page.inner_text("body")
    page.click("#reveal") if page.is_visible("#reveal") else None
    page.wait_for_selector(f"#traveller-name:text-is('{AN.name}')")
    page.click('[data-action="undo"]')
    page.click("#undo .chip >> nth=0")
    page.click("#undo button[type=submit]")
    verdict(page, "ready")
    assert [one.kind for one in records(appliance)][-1] == "checkpoint.undone"


def test_questions_are_answered_and_the_officer_settles(post: tuple[Appliance, str], page: Any) -> None:
    appliance, url = post
    take_lane(page, url)
    scanner(page, AN.national_qr())
    assert "triệu chứng" in verdict(page, "ask") or "sốt" in verdict(page, "ask")
    page.click('[data-choice="no"]')
    page.wait_for_selector("#question input, #question [data-choice='green']")
    for _ in range(3):
        if page.is_visible("[data-choice='green']"):
            page.click("[data-choice='green']")
            break
    verdict(page, "admit")
    page.click('[data-action="next"]')
    verdict(page, "ready")
    scanner(page, AN.national_qr())
    verdict(page, "ask")
    scanner(page, "P:another")
    assert "người khác" in verdict(page, "refer")
    page.reload()
    assert "vừa tải lại" in verdict(page, "refer")  # and still to be decided
    page.click('[data-settle="refuse"]')
    page.fill("#settle-reason", "Không đúng người")
    page.click("#settle button[type=submit]")
    verdict(page, "refuse")
    settled = [one for one in records(appliance) if one.kind == "checkpoint.settled"]
    assert [(one.data.decision.value, one.operator) for one in settled] == [("refuse", "7")]
    page.reload()
    verdict(page, "refuse")
    assert not page.is_visible("#settle-row")


def test_a_code_that_is_not_known_tells_the_officer_what_to_do_and_not_a_citizen(
    post: tuple[Appliance, str], page: Any
) -> None:
    """The core's words speak to whoever stands before a kiosk: there is no such button here, and nobody else to see."""
    _, url = post
    take_lane(page, url)
    scanner(page, "NOBODY KNOWS THIS CODE")
    words = verdict(page, "refer")
    assert "gõ số căn cước" in words
    assert "Tôi không có mã QR" not in words
    assert_fits(page)


def test_each_person_of_a_vehicle_is_shown_with_their_own_verdict(
    post: tuple[Appliance, str], page: Any, axe: Any
) -> None:
    """On a phone too, where the page itself has room for the vehicle's verdict alone."""
    _, url = post
    take_lane(page, url)
    for payload, decision in (("P:with-car", "admit"), ("P:symptoms", "refuse"), ("P:another", "admit")):
        scanner(page, payload)
        verdict(page, decision)
        page.click('[data-action="next"]')
        verdict(page, "ready")
    page.click('[data-action="vehicle"]')
    page.wait_for_selector("#vehicle-everybody li >> nth=2")
    assert page.inner_text("#vehicle-counts").split("\n") == ["DỪNG 1", "CHO QUA 2"]
    lines = page.locator("#vehicle-everybody li").all_inner_texts()
    assert [line.split("\n")[0] for line in lines] == ["DỪNG", "CHO QUA", "CHO QUA"]
    assert page.evaluate("document.querySelector('#vehicle').scrollWidth <= innerWidth")
    axe(page)
    assert (page.input_value("#vehicle-class"), page.input_value("#expected")) == ("car", "3")  # as the pass has it
    page.click("#vehicle button[type=submit]")
    page.wait_for_selector("#vehicle:not([open])", state="attached")
    assert "3/3 người" in page.inner_text("#vehicle-line")
    assert "29A***45" in page.inner_text("#vehicle-name")


def test_surge_mode_is_ended_with_a_reason_for_ending_it(post: tuple[Appliance, str], chromium: Any) -> None:
    appliance, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)
    for on, reason in ((True, "Ùn tắc kéo dài"), (False, "Hết ùn tắc")):
        page.click('[data-action="surge"]')
        page.wait_for_selector("#surge[open]")
        page.click(f"#surge .chip:visible >> text={reason}")
        page.click("#surge button[type=submit]")
        page.wait_for_selector("#surge-banner", state="visible" if on else "hidden")
    said = [one.data for one in records(appliance) if one.kind == "checkpoint.surge"]
    assert [(one.on, one.reason) for one in said] == [(True, "Ùn tắc kéo dài"), (False, "Hết ùn tắc")]
    page.context.close()


def test_a_long_name_that_was_asked_for_is_shown_in_full(post: tuple[Appliance, str], page: Any) -> None:
    _, url = post
    take_lane(page, url)
    scanner(page, "P:healthy")
    verdict(page, "admit")
    page.click("#reveal")
    page.wait_for_selector(f"#traveller-name:text-is('{AN.name}')")
    assert (
        page.evaluate(
            "(() => { const name = document.getElementById('traveller-name'); return name.scrollWidth - name.clientWidth; })()"
        )
        <= 0
    )
    assert_fits(page)


def test_who_was_asked_for_stays_in_full_while_they_stand_there_and_no_longer(
    post: tuple[Appliance, str], page: Any
) -> None:
    """The page asks how things stand every few seconds: what is held against a card may not vanish by that."""
    appliance, url = post
    appliance.host.plugin("papers").made["card"] = paper("cccd", name=AN.name, national_id=AN.national_id)
    take_lane(page, url)
    scanner(page, "P:healthy")
    verdict(page, "admit")
    assert not page.is_visible("#traveller-read")
    page.click("#reveal")
    page.wait_for_selector(f"#traveller-name:text-is('{AN.name}')", state="attached")
    assert "Hồ Chí Minh" in page.inner_text("#traveller-read")
    assert_fits(page)
    for _ in range(2):
        with page.expect_response("**/state", timeout=120_000) as told:
            pass
        told.value.finished()
        page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => done(true)))")
        assert page.text_content("#traveller-name") == AN.name
    looks = [one for one in records(appliance) if getattr(one.data, "action", "") == "checkpoint.revealed"]
    assert len(looks) == 1
    scanner(page, "P:card")  # says more than the pass did: another look, another record
    page.wait_for_selector("#papers li >> nth=1", state="attached")
    assert page.text_content("#traveller-name") != AN.name
    page.click('[data-action="next"]')
    verdict(page, "ready")
    scanner(page, "P:another")
    verdict(page, "admit")
    assert CHI.name not in page.inner_text("body")


def test_a_code_right_after_next_person_is_that_persons_though_the_appliance_is_slow(
    post: tuple[Appliance, str], chromium: Any
) -> None:
    """The button's request is held up on its way; the code's must wait for it, or the verdict would vanish."""
    appliance, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)
    scanner(page, "P:symptoms")
    verdict(page, "refuse")

    held_up: list[Any] = []

    def hold_up(route: Any) -> None:
        held_up.append(route)

    page.route("**/next", hold_up)
    page.evaluate("document.querySelector('[data-action=\"next\"]').click()")
    scanner(page, "P:healthy")
    page.wait_for_selector('body[data-decision="working"]')
    with page.expect_response("**/scan"):
        held_up[0].continue_()
    verdict(page, "admit")
    passages = [one.data for one in records(appliance) if one.kind == "checkpoint.passage"]
    assert [(one.decision.value, one.replaces) for one in passages] == [("refuse", ""), ("admit", "")]
    page.context.close()


def test_everything_works_by_keys_alone(post: tuple[Appliance, str], chromium: Any) -> None:
    appliance, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)
    page.keyboard.press("t")
    page.wait_for_selector("#type[open]")
    page.keyboard.type(AN.national_id)
    page.keyboard.press("Enter")
    verdict(page, "ask")
    page.keyboard.press("2")  # the second choice: no
    page.wait_for_selector("[data-choice='green']")
    page.keyboard.press("1")
    verdict(page, "admit")
    page.keyboard.press("v")
    page.wait_for_selector("#vehicle[open]")
    page.keyboard.type("51B12345")
    page.keyboard.press("Enter")
    page.wait_for_selector("#vehicle-name:text('51B***45')")
    page.keyboard.press("u")
    page.wait_for_selector("#undo[open]")
    page.keyboard.type("Quét nhầm")
    page.keyboard.press("Enter")
    verdict(page, "ready")
    page.keyboard.press("f")
    page.wait_for_selector("#search[open]")
    page.keyboard.type(AN.national_id)
    page.keyboard.press("Enter")
    page.wait_for_selector("#found li:has-text('đã hủy')")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert [one.kind for one in records(appliance)].count("checkpoint.undone") == 1
    assert page.problems == []
    page.context.close()


def test_the_appliances_own_scanner_reaches_the_page(post: tuple[Appliance, str], chromium: Any) -> None:
    appliance, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)
    appliance._deliver_from("scanner:usb-1")(DecodedCode("P:symptoms", b"P:symptoms", "QRCode"))
    assert "triệu chứng" in verdict(page, "refuse")
    page.wait_for_selector("#traveller:not([hidden])")
    page.context.close()


def test_the_page_says_so_when_the_appliance_is_mute(post: tuple[Appliance, str], chromium: Any) -> None:
    _, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)
    page.context.set_offline(True)
    scanner(page, "P:healthy")
    page.wait_for_selector('body[data-decision="refer"]')
    assert "Máy không trả lời" in page.inner_text("#verdict")
    assert page.is_visible("#line-lost")
    page.context.set_offline(False)
    scanner(page, "P:healthy")
    verdict(page, "admit")
    page.wait_for_selector("#line-lost", state="hidden")
    page.context.close()
