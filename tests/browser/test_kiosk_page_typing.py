"""What is typed before the citizen's screen: by a scanner, by a person, on the pads; questions, dates, Telex."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from kiosk.web.screen import ScreenSettings

pytestmark = pytest.mark.browser

NO_QR = "section[data-screen=idle] [data-action=no-qr]"
YES_NO = [
    {"value": "no", "label": {"vi": "Không", "en": "No"}},
    {"value": "yes", "label": {"vi": "Có", "en": "Yes"}},
]


def question(name: str, kind: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name,
        "text": {"vi": f"Hỏi {name}?", "en": f"Ask {name}?"},
        "kind": kind,
        "choices": [],
        "max_length": 40,
        **more,
    }


# --- the scanner that types


@pytest.mark.parametrize("focus", [NO_QR, "[data-language=en]", "#see-camera"])
def test_a_scanner_is_heard_whatever_has_the_focus(appliance: Any, screen: Any, focus: str) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.page.focus(focus)
    screen.scanner("HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8")
    screen.wait_for("result")
    assert [scan["payload"] for scan in appliance.scans] == ["HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2 O5 N2FBBRW1*70HS8"]
    assert screen.page.get_attribute("html", "lang") == "vi"  # no key of the code pressed the button


def test_a_scanner_is_heard_while_somebody_else_is_typing(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.page.click(NO_QR)
    screen.person("0010")
    screen.scanner("001099012345||NGUYEN VAN AN|01011999|Nam")
    screen.wait_for("result")
    assert appliance.scans[0]["source"] == "wedge"


@pytest.mark.parametrize(
    "settings", [ScreenSettings(wedge_gap_ms=60_000)]
)  # each real key takes a way through the browser
def test_real_keys_make_the_same_code(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.page.focus(NO_QR)
    for letter in "79x4-2a/;":
        screen.page.keyboard.press(letter)
    screen.page.keyboard.press("Enter")
    screen.wait_for("result")
    assert appliance.scans[0]["payload"] == "79x4-2a/;"


def test_a_code_without_enter_ends_with_silence(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.scanner("001099012345", end="")
    screen.wait_for("result")
    assert appliance.scans[0]["payload"] == "001099012345"


def test_the_lines_of_a_passport_are_one_code(appliance: Any, screen: Any) -> None:
    lines = "IDVNM0990123457001099012345<<2\n9901011M3901017VNM<<<<<<<<<<<6\nNGUYEN<<VAN<AN<<<<<<<<<<<<<<<<"
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.scanner(lines)
    screen.wait_for("result")
    assert [scan["payload"] for scan in appliance.scans] == [lines]


def test_a_vietnamese_input_method_or_another_layout_does_not_garble_a_code(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.keys(
        """
          const keys = [["Process", "KeyA", true], ["Process", "KeyA", true], ["Process", "KeyS", true], ["q", "KeyA", false],
                        ["\\u00e0", "Digit0", false], ["!", "Slash", false], ["Enter", "Enter", false]];
          for (const [key, code, shiftKey] of keys) press({key, code, shiftKey});
        """
    )
    screen.wait_for("result")
    assert appliance.scans[0]["payload"] == "AASa0/"


def test_control_characters_in_a_code_do_nothing(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    let_through = screen.keys(
        """
          const through = [];
          const send = (key) => press(key) && through.push(key.key);
          send({key: "p", code: "KeyP", ctrlKey: true});
          for (const digit of "001099012345") {
            send({key: digit, code: `Digit${digit}`});
            for (const [key, code] of [["j", "KeyJ"], ["w", "KeyW"], ["r", "KeyR"]]) send({key, code, ctrlKey: true});
          }
          for (const key of ["Tab", "F5", "Escape", "ArrowDown", "Backspace"]) send({key, code: key});
          send({key: "Enter", code: "Enter"});
          return through;
        """
    )
    screen.wait_for("result")
    assert let_through == []
    assert appliance.scans[0]["payload"] == "001099012345"


@pytest.mark.parametrize("settings", [ScreenSettings(payload_length=100)])
def test_a_code_that_is_too_long_is_not_sent_and_the_person_is_told(appliance: Any, screen: Any) -> None:
    screen.open(appliance.url)
    screen.scanner("A" * 101)
    screen.wait_for("result")
    assert screen.decision() == "refer"
    assert "quá dài" in screen.text("#result-reasons")
    assert appliance.scans == []
    appliance.scripted(decision="admit")
    screen.scanner("B" * 100)
    screen.wait_until("document.querySelector('section[data-screen=result]').dataset.decision === 'admit'")
    assert appliance.scans[0]["payload"] == "B" * 100


@pytest.mark.parametrize("settings", [ScreenSettings(wedge_prefix="~")])
def test_a_prefix_makes_a_short_code_a_code(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.scanner("~A1")
    screen.wait_for("result")
    assert appliance.scans[0]["payload"] == "A1"


@limits(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(text=st.text(st.sampled_from([chr(code) for code in range(33, 127)]), min_size=6, max_size=200))
def test_any_printable_code_arrives_as_it_was_sent(appliance: Any, screen: Any, write: Any, text: str) -> None:
    if not screen.page.url.startswith(appliance.url):
        screen.page.goto(appliance.url + "/kiosk")
    got = screen.page.evaluate(
        """async keys => {
          const {Wedge} = await import("/static/js/kiosk/wedge.js");
          const target = new EventTarget();
          KEYBOARD
          return new Promise((done) => {
            new Wedge({}, {scan: done, tooLong: () => done("too long"), key: () => {}}).listen(target);
            for (const [key, code, shiftKey] of keys) press({key, code, shiftKey});
          });
        }""".replace("KEYBOARD", write.KEYBOARD),
        [write.us_key(letter) for letter in text + "\n"],
    )
    assert got == text


# --- a person without a code


def test_twelve_digits_typed_by_touch(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.page.click(NO_QR)
    for digit in "00109901239":
        screen.page.click(f".pad-keys [data-digit='{digit}']")
    assert screen.text("#pad-state") == "Còn thiếu 1 số"
    screen.page.click("#pad-submit", force=True)
    assert appliance.scans == []  # eleven digits are not sent
    screen.page.click("[data-erase=one]")
    for digit in "459":
        screen.page.click(f".pad-keys [data-digit='{digit}']")
    assert "Đã đủ 12 số" in screen.text("#pad-state")
    assert screen.page.inner_text("#pad-value").endswith("0 0 1 0 9 9 0 1 2 3 4 5")
    screen.page.click("#pad-submit")
    screen.wait_for("result")
    assert (appliance.scans[0]["payload"], appliance.scans[0]["source"]) == ("001099012345", "typed")


def test_twelve_digits_typed_by_key_and_nothing_of_them_stays(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="refer")
    screen.open(appliance.url)
    screen.page.click(NO_QR)
    screen.person("0010x990-12345")
    screen.page.keyboard.press("Backspace")
    screen.person("5")
    screen.wait_until("document.getElementById('pad-submit').getAttribute('aria-disabled') === 'false'")
    screen.page.keyboard.press("Enter")
    screen.wait_for("result")
    assert appliance.scans[0]["payload"] == "001099012345"
    screen.page.click("#result-done")
    screen.wait_for("idle")
    assert "0 0 1 0 9 9" not in screen.page.evaluate("document.body.textContent")


# --- questions


def test_questions_are_asked_one_by_one_and_answered_with_the_same_key(appliance: Any, screen: Any, write: Any) -> None:
    asked = [
        question("fever", "choice", choices=YES_NO),
        question("born", "date"),
        question("name", "text"),
        question("seat", "digits", max_length=3),
    ]

    def answer(scan: dict[str, Any]) -> dict[str, Any]:
        if "fever" not in scan["answers"]:
            return dict(write.make_answer(scan["key"], "ask", questions=asked))
        return dict(write.make_answer(scan["key"], ticket={"number": "A009", "payload": ""}))

    appliance.answer = answer
    screen.open(appliance.url)
    screen.scanner("001099012345||NGUYEN VAN AN|01011999|Nam")
    screen.wait_for("question")
    assert screen.text("#question-count") == "Câu 1 trên 4"
    screen.page.click(".choice-button >> nth=1")
    screen.wait_for("pad")
    screen.page.click("section[data-screen=pad] [data-action=back]")
    screen.wait_for("question")
    screen.page.click(".choice-button >> nth=0")
    screen.wait_for("pad")
    screen.person("31022000")
    screen.page.wait_for_selector("#pad-state[data-state=bad]")
    assert "Không có ngày này" in screen.text("#pad-state")
    screen.page.click("#pad-submit", force=True)
    assert screen.state() == "pad"
    screen.page.click("[data-erase=all]")
    screen.person("29022000")
    screen.page.wait_for_selector("#pad-state[data-state=good]")
    screen.page.click("#pad-submit")
    screen.wait_for("keyboard")
    screen.person("Nguyeenx Vawn A")
    screen.wait_until("document.getElementById('keyboard-line').textContent === 'Nguyễn Văn A'")
    screen.page.click("#keyboard-submit")
    screen.wait_for("pad")
    screen.page.click("[data-digit='7']")
    screen.page.click("#pad-submit")
    screen.wait_for("result")
    first, second = appliance.scans
    assert (first["key"], first["payload"]) == (second["key"], second["payload"])
    assert second["answers"] == {
        "fever": "no",
        "born": "2000-02-29",
        "name": "Nguyễn Văn A",
        "seat": "7",
        "language": "vi",
    }


def test_a_question_after_a_camera_scan_goes_back_under_its_key(appliance: Any, screen: Any, write: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    asked = write.make_answer(
        "0190b3c0-0000-7000-8000-000000000001", "ask", questions=[question("fever", "choice", choices=YES_NO)]
    )
    appliance.show("answer", **asked)
    screen.wait_for("question")
    appliance.show("answer", **{**asked, "key": "another"})  # must not push the person away
    appliance.show("status", camera="fault", printer="ok", platform="ok", clock_trusted=True)
    screen.page.wait_for_selector("[data-banner=camera_down]")  # the screen has heard both
    screen.page.click("[data-language=en]")
    assert screen.text("#question-title") == "Ask fever?"
    assert screen.text(".choice-button >> nth=0") == "No"
    screen.page.click(".choice-button >> nth=0")
    screen.wait_for("result")
    [scan] = appliance.scans
    assert (scan["key"], scan["payload"]) == (asked["key"], "")  # the appliance remembers the code by its key
    assert scan["answers"] == {"fever": "no", "language": "en"}
