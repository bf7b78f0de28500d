"""A screening table on a tablet, in a real Chromium: called, asked, measured, concluded, signed by touch; and by keys alone."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.appliance import Appliance
from tests.support.vaccination import CROWD, arrive, expect, of_kind, ready, screen
from tests.support.vaccination_page import scanner, sign_in

pytestmark = pytest.mark.browser

AN = next(one for one in CROWD if one.sex == "female" and 1970 < one.birth_date.year < 2000)
BINH = next(one for one in CROWD if one.sex == "male" and 1970 < one.birth_date.year < 2000)


@pytest.fixture
def page(tablet: Any) -> Any:
    """Staff's tablet, and not the officer's two sizes."""
    return tablet


def at_table(page: Any, url: str) -> None:
    sign_in(page, url, "/vaccination/screening")
    page.click(".tile >> nth=0")
    page.wait_for_selector("#now-words:has-text('người chờ')")


def say_no(page: Any) -> None:
    """No to whatever is asked."""
    for box in page.query_selector_all(".question:not([hidden]):not([data-answered])"):
        no = box.query_selector('input[value="no"]')
        if no:
            no.check(force=True)


def outcome(page: Any, code: str) -> None:
    page.wait_for_selector(f'#outcome[data-outcome="{code}"]')


def sign(page: Any) -> None:
    """A finger draws: real touches, as Chromium gets them from a screen."""
    page.eval_on_selector("#signature", "one => one.scrollIntoView({ block: 'center' })")
    box = page.query_selector("#signature").bounding_box()
    touch = page.context.new_cdp_session(page)
    points = [(0.1 + 0.08 * n, 0.5 + (0.3 if n % 2 else -0.3)) for n in range(8)]
    for place, (x, y) in enumerate(points):
        at = {"x": box["x"] + box["width"] * x, "y": box["y"] + box["height"] * y}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove" if place else "touchStart", "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_called_screened_and_signed_by_touch(served: tuple[Appliance, str], page: Any, axe: Any) -> None:
    site, url = served
    expect(site, AN, product="AstraZeneca")
    came = arrive(site, AN)
    at_table(page, url)
    axe(page)
    page.click("#next")
    page.wait_for_selector(f"#person-name:text-is('{AN.name}')")
    outcome(page, "open")
    axe(page)
    page.click("#save")  # incomplete: told, marked, and the first question has the focus
    page.wait_for_selector("#message .notice--fault")
    assert page.query_selector(".question[data-missing]") is not None
    say_no(page)
    page.fill("#vital-temperature_c", "38")
    page.wait_for_selector('#vital-box-temperature_c[data-level="caution"]')
    assert "Thận trọng" in page.inner_text("#vital-hint-temperature_c")
    outcome(page, "caution")
    axe(page)
    page.fill("#vital-temperature_c", "36,8")
    page.wait_for_selector('#vital-box-temperature_c[data-level="within"]')
    outcome(page, "eligible")
    assert "ĐỦ ĐIỀU KIỆN" in page.inner_text("#outcome")
    axe(page)
    page.click("#save")
    page.wait_for_selector("#consent:not([hidden])")
    axe(page)
    page.click("#rescreen")
    page.wait_for_selector("#work:not([hidden])")
    assert "ĐỦ ĐIỀU KIỆN" in page.inner_text("#person")
    scanner(page, came.code)
    page.wait_for_selector("#consent:not([hidden])")
    page.click("#agree")
    page.wait_for_selector("#message:has-text('chữ ký')")
    sign(page)
    page.click("#agree")
    page.wait_for_selector("#message:has-text('Đã ghi đồng ý')")
    record = of_kind(site, "consent")[0]
    assert record.data.strokes.count(" ") >= 6
    assert (record.citizen, of_kind(site, "screening")[0].data.outcome) == (came.citizen, "eligible")
    assert page.is_visible("#ready")


def test_no_to_the_rest_is_one_action_after_all_was_read_and_any_yes_one_tap(
    served: tuple[Appliance, str], page: Any, axe: Any
) -> None:
    site, url = served
    expect(site, AN, product="AstraZeneca")
    arrive(site, AN)
    at_table(page, url)
    page.click("#next")
    page.wait_for_selector(f"#person-name:text-is('{AN.name}')")
    outcome(page, "open")
    page.fill("#vital-temperature_c", "36,8")
    page.wait_for_selector('#vital-box-temperature_c[data-level="within"]')
    assert page.query_selector(".question input:checked") is None, "nothing is answered before somebody answers"
    seen = page.locator(".question:not([hidden])").count()
    page.evaluate("scrollTo(0, 0)")
    assert page.eval_on_selector("#no-to-rest", "one => one.getBoundingClientRect().top > innerHeight"), "at the end"
    assert f"{seen} câu còn lại" in page.inner_text("#no-to-rest")
    page.check("#question-chronic_disease input[value=yes]", force=True)
    page.wait_for_selector("#question-heart_disease:not([hidden])")
    page.click("#no-to-rest")
    assert page.locator(".question:not([hidden])").count() == seen + 2, "every question stays in sight"
    assert page.is_checked("#question-chronic_disease input[value=yes]"), "what was answered stays"
    page.wait_for_selector("#no-to-rest-done:has-text('cùng lúc')")
    axe(page)
    assert page.is_checked("#question-heart_disease input[value=no]"), "what it had opened is among the rest"
    page.check("#question-other_allergy input[value=yes]", force=True)
    page.wait_for_selector('#outcome[data-outcome="caution"]')
    page.click("#save")
    page.wait_for_selector("#consent:not([hidden])")
    body = of_kind(site, "screening")[-1].data
    assert (body.answers["other_allergy"], body.answers["heart_disease"]) == ("yes", "no")
    assert len(body.at_once) == seen + 2 - 2
    assert not {"chronic_disease", "other_allergy"} & set(body.at_once)


def test_postponed_by_an_answer_says_why_and_calls_the_next(served: tuple[Appliance, str], page: Any, axe: Any) -> None:
    site, url = served
    for person in (AN, BINH):
        arrive(site, person)
    at_table(page, url)
    page.click("#next")
    page.wait_for_selector("#question-covid_6_months")
    page.check('#question-covid_6_months input[value="yes"]', force=True)
    outcome(page, "postpone")
    assert "6 tháng" in page.inner_text("#reasons")
    page.check('#question-pregnant input[value="yes"]', force=True)
    page.wait_for_selector("#question-pregnancy_weeks:not([hidden])")
    page.fill("#question-pregnancy_weeks input", "20")
    say_no(page)
    page.fill("#vital-temperature_c", "36.8")
    page.wait_for_selector("#outcome-missing:text-is('')", state="attached")
    axe(page)
    page.click("#save")
    page.wait_for_selector("#message:has-text('HOÃN TIÊM')")
    assert page.is_visible("#ready")
    page.click("#next")
    page.wait_for_selector(f"#person-name:text-is('{BINH.name}')")
    assert page.query_selector("#question-pregnant:not([hidden])") is None


def test_by_keys_alone(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    came = arrive(site, BINH)
    at_table(page, url)
    scanner(page, came.code)
    page.wait_for_selector(f"#person-name:text-is('{BINH.name}')")
    page.wait_for_selector(f"#now:text-is('{came.ticket}')")  # taken out of turn: who stands here is called here
    page.focus("#product")
    for _ in range(60):
        page.keyboard.press("Tab")
        focused = page.evaluate("[document.activeElement.type, document.activeElement.id]")
        if focused[0] == "radio":
            page.keyboard.press("ArrowRight")  # from yes, which is not chosen, to no
            page.keyboard.press("Space")
        elif focused[1] == "vital-temperature_c":
            break
    page.keyboard.type("36,9")
    outcome(page, "eligible")
    page.focus("#save")
    page.keyboard.press("Enter")
    page.wait_for_selector("#consent:not([hidden])")
    assert set(of_kind(site, "screening")[0].data.answers.values()) == {"no"}
    page.focus("#decline")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message:has-text('không đồng ý')")
    assert of_kind(site, "consent")[0].data.state == "declined"


def test_who_cannot_draw_signs_by_keyboard_and_all_of_it_fits_the_tablet(
    served: tuple[Appliance, str], page: Any, axe: Any
) -> None:
    site, url = served
    came = arrive(site, BINH)
    screen(site, came)
    at_table(page, url)
    scanner(page, came.code)
    page.wait_for_selector("#consent:not([hidden])")
    page.eval_on_selector("#consent", "one => one.scrollIntoView()")
    for field in ("#signature", "#by-keys", "#agree", "#decline"):
        box = page.query_selector(field).bounding_box()
        assert box["y"] >= 0, field
        assert box["y"] + box["height"] <= 768, field
    page.focus("#by-keys")
    page.keyboard.press("Space")
    assert page.evaluate("document.activeElement.id") == "typed"
    assert page.is_hidden("#signature")
    axe(page)
    page.keyboard.type("Somebody Else")
    page.focus("#agree")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message:has-text('khác họ tên')")
    page.fill("#typed", BINH.name)
    page.focus("#agree")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message:has-text('Đã ghi đồng ý')")
    record = of_kind(site, "consent")[0]
    assert (record.data.typed, record.data.strokes, record.operator) == (BINH.name, "", "11")


def test_consent_is_taken_back_later(served: tuple[Appliance, str], page: Any, axe: Any) -> None:
    site, url = served
    came = ready(site, AN)
    at_table(page, url)
    scanner(page, came.code)
    page.wait_for_selector("#withdraw-row:not([hidden])")
    page.click("#withdraw-open")
    page.wait_for_selector("#withdraw[open]")
    axe(page)
    page.click("#withdraw .chip >> nth=0")
    page.click("#withdraw button[type=submit]")
    page.wait_for_selector("#message:has-text('Bàn tiêm bị chặn')")
    assert of_kind(site, "consent")[-1].data.state == "withdrawn"


def test_who_left_before_signing_is_offered_again_and_a_typed_number_opens_anybody(
    served: tuple[Appliance, str], page: Any, axe: Any
) -> None:
    site, url = served
    came, other = arrive(site, BINH), ready(site, AN)
    at_table(page, url)
    page.fill("#type-text", came.ticket)
    page.click("#type button")
    page.wait_for_selector(f"#now:text-is('{came.ticket}')")
    say_no(page)
    page.fill("#vital-temperature_c", "36,8")
    outcome(page, "eligible")
    page.click("#save")
    page.wait_for_selector("#consent:not([hidden])")
    page.reload()  # as a tablet does that ran out of memory
    page.wait_for_selector(f"#unsigned-list button:text-is('{came.ticket}')")
    axe(page)
    page.click("#unsigned-list button")
    page.wait_for_selector("#consent:not([hidden])")
    page.click("#decline")
    page.wait_for_selector("#message:has-text('không đồng ý')")
    page.wait_for_selector("#next:visible")
    page.wait_for_selector("#unsigned", state="hidden")
    page.fill("#type-text", other.ticket)
    page.keyboard.press("Enter")
    page.click("#withdraw-open")
    page.click("#withdraw button[type=submit]")
    page.wait_for_selector("#withdraw [data-problem]:has-text('lý do'):visible")


def test_a_mute_computer_is_said_and_saving_again_saves_once(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    arrive(site, BINH)
    at_table(page, url)
    page.click("#next")
    page.wait_for_selector("#person-name")
    say_no(page)
    page.fill("#vital-temperature_c", "36,8")
    outcome(page, "eligible")
    page.context.set_offline(True)
    page.click("#save")
    page.wait_for_selector("#line-lost:not([hidden])")
    page.wait_for_selector("#message .notice--fault")
    page.context.set_offline(False)
    page.click("#save")
    page.wait_for_selector("#consent:not([hidden])")
    assert len(of_kind(site, "screening")) == 1


def test_in_english_too(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    arrive(site, BINH)
    at_table(page, url)
    page.goto(url + "/vaccination/screening/1?lang=en")
    page.wait_for_selector("#now-words:has-text('waiting')")
    page.click("#next")
    page.wait_for_selector("#person-name")
    words = page.inner_text("body")
    assert "INCOMPLETE" in words
    assert "Temperature" in words
