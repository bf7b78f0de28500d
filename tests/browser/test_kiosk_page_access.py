"""Everybody can use the citizen's screen: axe rules, keyboard alone, sizes, focus, less motion, time, and forgetting."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.web.screen import ScreenSettings

axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.browser

NO_QR = "section[data-screen=idle] [data-action=no-qr]"
QUESTION = {
    "id": "fever",
    "text": {"vi": "Bạn có sốt không?", "en": "Do you have a fever?"},
    "kind": "choice",
    "choices": [
        {"value": "no", "label": {"vi": "Không", "en": "No"}},
        {"value": "yes", "label": {"vi": "Có", "en": "Yes"}},
    ],
    "max_length": 64,
}
NAME = {"id": "name", "text": {"vi": "Họ tên?", "en": "Name?"}, "kind": "text", "choices": [], "max_length": 30}
STANDARD = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations", "incomplete"],
}


def violations(screen: Any) -> list[str]:
    result = axe.Axe().run(screen.page, options=STANDARD).response
    # A contrast that axe cannot measure (a gradient, a picture) is one that nobody has measured.
    found = result["violations"] + [one for one in result["incomplete"] if one["id"] == "color-contrast"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def small_targets(screen: Any) -> list[str]:
    """Buttons that can be seen and are under 44 px (the letter keyboard's may be narrower, not lower)."""
    return list(
        screen.page.evaluate(
            """() => [...document.querySelectorAll("button, a[href]")].filter((one) => one.offsetParent).flatMap((one) => {
              const {width, height} = one.getBoundingClientRect();
              const narrow = one.closest(".keyboard-row") ? 24 : 44;
              return width < narrow || height < 44 ? [`${one.textContent.trim()} ${width}x${height}`] : [];
            })"""
        )
    )


def sideways(screen: Any) -> bool:
    return bool(screen.page.evaluate("document.documentElement.scrollWidth > innerWidth"))


def every_state(appliance: Any, screen: Any, write: Any) -> Any:
    """Walk through all states, yielding the name of each when it shows."""
    yield "idle"
    screen.page.click("#see-camera")
    appliance.show("status", camera="fault", printer="fault", platform="ok", clock_trusted=True)
    screen.page.wait_for_selector("[data-banner=printer_down]")
    yield "preview"
    appliance.show("status", camera="ok", printer="ok", platform="ok", clock_trusted=True)
    screen.page.click("section[data-screen=preview] [data-action=no-qr]")
    yield "pad"
    for decision in ("admit", "refer", "refuse"):
        words = write.finding("concern", "Lý do.", "Reason.", ("Đến bàn 1.", "Go to desk 1."), "Luật số 1")
        ticket = {"number": "A042", "payload": ""} if decision == "admit" else None
        appliance.scripted(decision=decision, findings=[words], citizen={"name": "NGUYỄN V. A."}, ticket=ticket)
        screen.scanner("001099012345")
        screen.wait_until(f"document.querySelector('section[data-screen=result]').dataset.decision === '{decision}'")
        if decision == "admit":
            key = appliance.scans[-1]["key"]
            appliance.show("print", key=key, printed=False, problem="paper_out", text={"vi": "", "en": ""})
            screen.page.wait_for_selector("#result-paper[data-state=failed]")
        yield decision
    appliance.scripted(decision="ask", questions=[QUESTION, NAME])
    screen.scanner("001099012345")
    screen.wait_for("question")
    yield "question"
    screen.page.click(".choice-button >> nth=0")
    screen.wait_for("keyboard")
    yield "keyboard"


@pytest.mark.parametrize("size", [(1280, 800), (800, 480), (480, 800)])
def test_no_state_breaks_a_rule_of_access_or_leaves_the_screen(
    appliance: Any, screen: Any, write: Any, size: tuple[int, int]
) -> None:
    screen.page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.page.emulate_media(reduced_motion="reduce")  # contrast is measured on what stands still
    screen.open(appliance.url)
    problems: dict[str, list[str]] = {}
    for state in every_state(appliance, screen, write):
        found = violations(screen) if size[0] == 1280 else []
        found += [f"too small: {one}" for one in small_targets(screen)]
        found += ["wider than the screen"] if sideways(screen) else []
        if found:
            problems[state] = found
    assert problems == {}


SEEN = """() => {
  const {top, bottom} = document.getElementById("result-done").getBoundingClientRect();
  const centre = document.elementFromPoint(document.getElementById("result-done").getBoundingClientRect().x + 9, (top + bottom) / 2);
  return top >= 0 && bottom <= innerHeight && centre.id === "result-done";
}"""


@pytest.mark.parametrize("size", [(1280, 800), (1024, 600), (800, 480), (480, 800)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_way_on_is_in_sight_whatever_there_is_to_say(
    appliance: Any, screen: Any, write: Any, size: tuple[int, int], language: str
) -> None:
    """No paper, no platform, a wrong clock, and three long reasons."""
    long = "Bạn có lịch hẹn ở một cơ sở khác vào buổi sáng của ngày hôm sau, không phải ở đây và không phải hôm nay."
    notes = [write.finding("note", f"{long} {n}", f"{long} {n}", (long, long), "Luật số 1") for n in range(3)]
    screen.page.set_viewport_size({"width": size[0], "height": size[1]})
    screen.open(appliance.url)
    screen.page.click(f"[data-language={language}]")
    appliance.show("status", camera="ok", printer="fault", platform="fault", clock_trusted=False)
    screen.page.wait_for_selector("[data-banner=printer_down]")
    for findings in ([], notes):
        appliance.scripted(decision="admit", findings=findings, ticket={"number": "A042", "payload": ""})
        screen.scanner("001099012345")
        screen.wait_until(f"document.querySelectorAll('#result-reasons li').length === {len(findings)}")
        screen.wait_for("result")
        key = appliance.scans[-1]["key"]
        appliance.show("print", key=key, printed=False, problem="paper_out", text={"vi": "", "en": ""})
        screen.page.wait_for_selector("#result-paper[data-state=failed]")
        assert screen.page.evaluate(SEEN)


def test_a_whole_visit_by_keyboard_alone(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="ask", questions=[QUESTION])
    screen.open(appliance.url)
    press = screen.page.keyboard.press
    for _ in range(10):
        press("Tab")
        if screen.page.evaluate("document.activeElement.dataset.action") == "no-qr":
            break
    ring = screen.page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(ring.removesuffix("px")) >= 3  # one sees where one is
    press("Enter")
    screen.wait_for("pad")
    assert screen.page.evaluate("document.activeElement.id") == "pad-title"
    screen.person("001099012345")
    screen.wait_until("document.getElementById('pad-submit').getAttribute('aria-disabled') === 'false'")
    press("Enter")
    screen.wait_for("question")
    appliance.scripted(decision="refer")
    press("Tab")
    press("Tab")
    assert screen.page.evaluate("document.activeElement.textContent") == "Có"
    press("Space")
    screen.wait_for("result")
    assert appliance.scans[-1]["answers"]["fever"] == "yes"
    press("Escape")
    screen.wait_for("idle")


def test_escape_goes_back_and_space_presses_what_has_the_focus(appliance: Any, screen: Any) -> None:
    screen.open(appliance.url)
    screen.page.focus("[data-language=en]")
    screen.page.keyboard.press("Space")
    screen.wait_until("document.documentElement.lang === 'en'")
    screen.page.focus(NO_QR)
    screen.page.keyboard.press("Enter")
    screen.wait_for("pad")
    screen.page.keyboard.press("Escape")
    screen.wait_for("idle")
    assert appliance.scans == []  # nothing was sent on the way


def test_every_sentence_on_the_screen_follows_the_language(appliance: Any, screen: Any, write: Any) -> None:
    screen.open(appliance.url)
    screen.page.click("[data-language=en]")
    vietnamese = "ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"
    left = {}
    for state in every_state(appliance, screen, write):
        text = screen.page.evaluate(
            """() => [...document.querySelectorAll("main section:not([hidden]), #banners, .top")].map((part) => {
              const copy = part.cloneNode(true);
              const own = "[lang=vi], .top-site > span, .keyboard-row, #result-name, #result-legal, [hidden]";
              for (const name of copy.querySelectorAll(own)) name.remove();
              return copy.textContent;
            }).join(" ")"""
        )
        found = sorted({letter for letter in text.lower() if letter in vietnamese})
        if found:
            left[state] = (found, " ".join(text.split()))
    assert left == {}


def test_less_motion_means_none(appliance: Any, screen: Any) -> None:
    moving = "document.getAnimations().length > 0"
    screen.page.emulate_media(reduced_motion="no-preference")
    screen.open(appliance.url)
    screen.wait_until(moving)
    screen.page.emulate_media(reduced_motion="reduce")
    screen.page.reload()
    screen.wait_until("document.body.classList.contains('phone-near')")
    assert not screen.page.evaluate(moving)
    screen.page.wait_for_timeout(3200)  # past the drawing's next turn
    assert not screen.page.evaluate(moving)
    assert screen.page.evaluate("document.body.classList.contains('phone-near')")


WARNED = "[document.body.dataset.screen, document.getElementById('more-time').open]"


def wait_for_warning(screen: Any, number: int) -> None:
    """Until the warning has come so many times: how long it is away in between is shorter than a look takes."""
    screen.wait_until(f"window.followed.filter((one) => one.endsWith(',true]')).length === {number}")


@pytest.mark.parametrize("settings", [ScreenSettings(idle_seconds=0.4, warning_seconds=300)])
def test_the_person_is_warned_and_can_have_more_time(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit", ticket={"number": "A042", "payload": ""}, citizen={"name": "NGUYỄN V. A."})
    screen.open(appliance.url)
    screen.follow(WARNED)
    screen.scanner("001099012345")
    wait_for_warning(screen, 1)
    assert screen.page.evaluate("document.activeElement.id") == "more-time-yes"
    assert 200 < int(screen.text("#more-time-left")) <= 300
    assert "thêm thời gian" in screen.page.inner_text("#say-now")
    assert violations(screen) == []
    screen.page.keyboard.press("Escape")  # does not lose the number
    wait_for_warning(screen, 2)
    assert screen.text("#result-number") == "A042"
    screen.page.click("#more-time-yes")
    wait_for_warning(screen, 3)
    assert screen.state() == "result"
    screen.page.click("#more-time-no")
    screen.wait_for("idle")
    more_time = [["result", False], ["result", True]]
    assert screen.followed() == [["idle", False], ["working", False], *more_time * 3, ["idle", False]]


@pytest.mark.parametrize("settings", [ScreenSettings(idle_seconds=0.3, warning_seconds=1)])
def test_without_a_touch_screen_and_appliance_forget_the_person(appliance: Any, screen: Any, write: Any) -> None:
    screen.open(appliance.url)
    screen.follow(WARNED)
    screen.page.click("[data-language=en]")
    appliance.show(
        "answer", **write.make_answer("k1", citizen={"name": "NGUYỄN V. A."}, ticket={"number": "A042", "payload": ""})
    )
    write.until(lambda: appliance.forgotten == 1)
    assert screen.followed() == [["idle", False], ["result", False], ["result", True], ["idle", False]]
    assert screen.page.get_attribute("html", "lang") == "vi"  # the next person finds the site's language
    left = screen.page.evaluate("document.body.textContent")
    assert "A042" not in left
    assert "NGUYỄN V. A." not in left
    assert [event.name for event in appliance.events.poll(0)[1]] == []


@pytest.mark.parametrize("settings", [ScreenSettings(idle_seconds=0.4, warning_seconds=300)])
def test_a_new_scan_ends_the_warning(appliance: Any, screen: Any, write: Any) -> None:
    screen.open(appliance.url)
    screen.follow("[document.getElementById('result-number').textContent, document.getElementById('more-time').open]")
    appliance.show("answer", **write.make_answer("k1", ticket={"number": "A001", "payload": ""}))
    screen.page.wait_for_selector("#more-time[open]")
    appliance.show("answer", **write.make_answer("k2", ticket={"number": "A002", "payload": ""}))
    screen.wait_until("document.getElementById('result-number').textContent === 'A002'")
    assert screen.followed()[:4] == [["", False], ["A001", False], ["A001", True], ["A002", False]]


def test_reading_aloud_is_offered_where_there_is_a_voice(appliance: Any, screen: Any) -> None:
    screen.page.add_init_script(
        """
        window.spoken = [];
        const voices = [{lang: "vi-VN", name: "test", localService: true}];
        Object.defineProperty(speechSynthesis, "getVoices", {value: () => voices});
        Object.defineProperty(speechSynthesis, "speak", {value: (said) => window.spoken.push(said.text)});
        window.SpeechSynthesisUtterance = function (text) { this.text = text; };
        """
    )
    appliance.scripted(decision="admit", ticket={"number": "A042", "payload": ""})
    screen.open(appliance.url)
    screen.page.click("#speak")
    screen.scanner("001099012345")
    screen.wait_for("result")
    assert any("A 0 4 2" in said for said in screen.page.evaluate("window.spoken"))
    screen.page.click("[data-language=en]")
    assert not screen.page.is_visible("#speak")  # no English voice on this device
