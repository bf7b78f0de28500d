"""The officer's page in a real Chromium: never a scroll bar, verdicts that colour does not tell alone, keys alone, a real camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import segno

from kiosk.appliance import Appliance
from kiosk.domain import Finding, Severity, Text
from kiosk.operators.register import Role
from kiosk.web.app import create_app
from tests.support import browser
from tests.support.appliance import Workshop, records
from tests.support.checkpoint_post import CROWD, declared, gate
from tests.support.staff import PIN, add_operator

pytestmark = pytest.mark.browser

AN, BINH, CHI = CROWD[:3]
WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
SIZES = {"tablet": (1024, 768), "phone": (390, 844)}
# nothing may be scrolled to, and nothing that is shown may be cut off at the window's edge
NO_SCROLL = """() => {
  const root = document.documentElement;
  const out = [...document.querySelectorAll("button, .verdict-word, .strip dd")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.bottom > innerHeight + 1 || box.left < -1 || box.top < -1);
  }).map((one) => one.outerHTML.slice(0, 80));
  const body = document.querySelector(".verdict-body");
  return { wide: root.scrollWidth - innerWidth, high: root.scrollHeight - innerHeight, out, cut: body.scrollHeight - body.clientHeight };
}"""


@pytest.fixture
def post(workshop: Workshop, write: Any) -> Iterator[tuple[Appliance, str]]:
    """A post with an officer, and its address."""
    appliance = gate(workshop)
    add_operator(appliance, "7", Role.OFFICER)
    made = appliance.host.plugin("papers").made
    made["healthy"] = declared(AN)
    made["with-car"] = declared(AN, vehicle__plate="29A12345", vehicle__class="car", vehicle__companions="2")
    made["symptoms"] = declared(BINH, declaration__symptoms="yes")
    made["another"] = declared(CHI)
    served = write.Served(create_app(appliance))
    yield appliance, served.url
    appliance.events.close()
    served.close()


def tab(chromium: Any, size: str, **more: Any) -> Any:
    width, height = SIZES[size]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="vi-VN", reduced_motion="reduce", **more
    )
    made = context.new_page()
    made.set_default_timeout(20_000)
    made.problems = []
    made.on("console", lambda one: made.problems.append(one.text) if one.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: made.problems.append(str(error)))
    return made


@pytest.fixture(params=list(SIZES))
def page(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    """A tab in which nothing may be reported: a style or script against the page's own policy would be."""
    made = tab(chromium, request.param)
    yield made
    made.context.close()
    # the browser itself reports an answer that refuses something
    assert [one for one in made.problems if "409" not in one] == []


def take_lane(page: Any, url: str, lane: str = "A") -> None:
    """Sign in by the pad and take the lane, as an officer does."""
    page.goto(url + "/checkpoint/")
    for key in "7":
        page.click(f'[data-key="{key}"]')
    page.click('[data-key="next"]')
    for key in PIN:
        page.click(f'[data-key="{key}"]')
    page.click('[data-key="next"]')
    page.wait_for_url(url + "/checkpoint/")
    page.click(f'form:has(input[name="lane"][value="{lane}"]) button[value="in"]')
    page.wait_for_selector("#inside:not(:text('–'))")


def scanner(page: Any, text: str) -> None:
    """Keys as a scanner sends them: all at once, by their place on a US keyboard."""
    page.evaluate(browser.SEND_KEYS, [browser.us_key(letter) for letter in text + "\n"])


def verdict(page: Any, decision: str) -> str:
    """Wait for a decision; the words under it."""
    page.wait_for_selector(f'body[data-decision="{decision}"]')
    return str(page.inner_text("#verdict"))


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
    page.click('[data-settle="refuse"]')
    page.fill("#settle-reason", "Không đúng người")
    page.click("#settle button[type=submit]")
    verdict(page, "refuse")
    settled = [one for one in records(appliance) if one.kind == "checkpoint.settled"]
    assert [(one.data.decision.value, one.operator) for one in settled] == [("refuse", "7")]


@pytest.mark.parametrize("theme", ["day", "night"])
def test_nothing_scrolls_and_axe_is_content_whatever_is_shown(
    post: tuple[Appliance, str], page: Any, theme: str, axe: Any
) -> None:
    appliance, url = post
    long = Text("Giấy chứng nhận này do một nơi cấp mà chốt chưa biết khóa, " * 3, "x " * 60)
    appliance.host.plugin("papers").says["declaration_pass"] = Finding(
        "papers.long", Severity.NOTE, Text("Ghi chú", "n")
    )
    take_lane(page, url)
    if theme == "night":
        page.click("#theme")
    for payload, decision in (("P:with-car", "admit"), ("P:symptoms", "refuse"), (CHI.national_qr(), "ask")):
        page.click('[data-action="next"]')
        verdict(page, "ready")
        scanner(page, payload)
        verdict(page, decision)
        assert_fits(page)
        axe(page)
    appliance.host.plugin("papers").says["declaration_pass"] = Finding(
        "papers.long", Severity.CONCERN, long, long, "Quyết định 5772/QĐ-BYT (20/12/2021); Regulation (EU) 2021/953"
    )
    page.click('[data-action="surge"]')
    page.click("#surge .chip >> nth=0")
    page.click("#surge button[type=submit]")
    page.wait_for_selector("#surge-banner:not([hidden])")
    scanner(page, "P:another")
    verdict(page, "refer")
    page.evaluate("document.getElementById('line-lost').hidden = false")  # every banner at once
    assert_fits(page, cut=200)  # the third reason of a long story may be cut, never a button
    axe(page)
    for sheet in ("type", "vehicle", "undo", "search", "surge", "handover"):
        page.click(f'[data-action="{sheet}"]')
        page.wait_for_selector(f"#{sheet}[open]")
        axe(page)
        page.keyboard.press("Escape")


def test_english_fits_as_well(post: tuple[Appliance, str], page: Any) -> None:
    _, url = post
    take_lane(page, url)
    page.goto(page.url + "?lang=en")
    page.wait_for_selector("#inside:not(:text('–'))")
    for payload, decision, word in (
        ("P:with-car", "admit", "GO"),
        ("P:symptoms", "refuse", "STOP"),
        (CHI.national_qr(), "ask", "ASK"),
    ):
        page.click('[data-action="next"]')
        verdict(page, "ready")
        scanner(page, payload)
        assert word in verdict(page, decision)
        assert_fits(page)


def assert_fits(page: Any, cut: int = 0) -> None:
    found = page.evaluate(NO_SCROLL)
    assert (found["wide"], found["high"], found["out"]) == (0, 0, []), found
    assert found["cut"] <= cut, found


@pytest.fixture
def axe() -> Any:
    """Checks a page against WCAG 2.2 AA."""
    library = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")

    def check(page: Any) -> None:
        found = library.Axe().run(page, options={"runOnly": WCAG})
        assert found.violations_count == 0, found.generate_report()

    return check


def test_a_code_right_after_next_person_is_that_persons_though_the_appliance_is_slow(
    post: tuple[Appliance, str], chromium: Any
) -> None:
    """The button's request is held up on its way; the code's must wait for it, or the verdict would vanish."""
    appliance, url = post
    page = tab(chromium, "tablet")
    take_lane(page, url)
    scanner(page, "P:symptoms")
    verdict(page, "refuse")

    def held_up(route: Any) -> None:
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/next", held_up)
    page.evaluate("document.querySelector('[data-action=\"next\"]').click()")
    scanner(page, "P:healthy")
    verdict(page, "admit")
    page.wait_for_timeout(1500)
    assert page.get_attribute("body", "data-decision") == "admit"
    passages = [one.data for one in records(appliance) if one.kind == "checkpoint.passage"]
    assert [(one.decision.value, one.replaces) for one in passages] == [("refuse", ""), ("admit", "")]
    page.context.close()


def test_what_surge_mode_left_is_completed_from_the_strip_with_a_scanner(
    post: tuple[Appliance, str], page: Any, axe: Any
) -> None:
    appliance, url = post
    take_lane(page, url)
    page.click('[data-action="surge"]')
    page.click("#surge .chip")
    page.click('#surge button[type="submit"]')
    page.wait_for_selector("#surge-banner:visible")
    scanner(page, AN.national_qr())
    verdict(page, "admit")
    page.wait_for_selector("#later:text('1')")
    assert_fits(page)
    page.click("#later")
    axe(page)
    page.click(".later a.button")
    axe(page)
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    page.keyboard.type("P:healthy")  # the box has the focus, as a scanner that types needs it
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice--ok")
    assert page.inner_text(".later-verdict") == "CHO QUA"
    page.goto(url + "/checkpoint/later")
    assert page.query_selector(".later") is None
    assert records(appliance)[-1].data.replaces


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
    page.wait_for_timeout(300)  # the page's stream opens
    from kiosk.plugin import DecodedCode

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
    page.wait_for_selector('body[data-decision="refer"]', timeout=12000)
    assert "Máy không trả lời" in page.inner_text("#verdict")
    assert page.is_visible("#line-lost")
    page.context.set_offline(False)
    scanner(page, "P:healthy")
    verdict(page, "admit")
    page.wait_for_selector("#line-lost", state="hidden")
    page.context.close()


def test_a_phones_camera_reads_the_code(workshop: Workshop, write: Any, chromium: Any, tmp_path: Path) -> None:
    """A real getUserMedia on a video of a QR code: frames go to the appliance, which reads them."""
    video = tmp_path / "phone.mjpeg"
    video.write_bytes(qr_video(AN.cccd_2021()))
    appliance = gate(workshop, plugins=("qr_scanning",), tail="[plugin.qr_scanning]\ncameras = []")
    add_operator(appliance, "7", Role.OFFICER)
    served = write.Served(create_app(appliance))
    flags = [
        *browser.FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
    ]
    own = chromium.browser_type.launch(executable_path=browser.CHROMIUM, headless=True, args=flags)
    page = tab(own, "phone")
    take_lane(page, served.url)
    page.click('[data-action="camera"]')
    verdict(page, "ask")
    assert page.is_visible("#camera-video")
    page.click('[data-action="camera"]')
    page.wait_for_selector("#camera", state="hidden")
    assert page.problems == []
    own.close()
    appliance.events.close()
    served.close()


def test_a_photograph_of_the_code_will_do_where_the_camera_may_not_be_used(
    workshop: Workshop, write: Any, page: Any, tmp_path: Path
) -> None:
    appliance = gate(workshop, plugins=("qr_scanning",), tail="[plugin.qr_scanning]\ncameras = []")
    add_operator(appliance, "7", Role.OFFICER)
    served = write.Served(create_app(appliance))
    code, plain = tmp_path / "code.png", tmp_path / "plain.png"
    segno.make(AN.cccd_2021(), error="m", micro=False).save(str(code), scale=40, border=4)  # larger than what is sent
    cv2.imwrite(str(plain), np.full((600, 600), 200, np.uint8))
    take_lane(page, served.url)
    page.click('[data-action="type"]')
    page.set_input_files("#type-picture", plain)
    page.wait_for_selector("#type .sheet-problem:visible")
    assert "Không thấy mã" in page.inner_text("#type .sheet-problem")
    page.set_input_files("#type-picture", code)
    verdict(page, "ask")
    page.wait_for_selector("#type[open]", state="detached")
    appliance.events.close()
    served.close()


def qr_video(payload: str) -> bytes:
    """Motion JPEG: a hand brings the code before the camera and holds it."""
    code = segno.make(payload, error="m", micro=False)
    dark = np.array([[0 if one else 255 for one in row] for row in code.matrix_iter(scale=7, border=4)], np.uint8)
    frames = []
    for place in range(20):
        frame = np.full((720, 1280), 140, np.uint8)
        left = 300 + min(place, 10) * 10
        frame[60 : 60 + dark.shape[0], left : left + dark.shape[1]] = dark[:660]
        done, data = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
        assert done
        frames.append(data.tobytes())
    return b"".join(frames)
