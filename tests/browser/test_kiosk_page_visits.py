"""Visits before the citizen's screen: every answer, its paper, its sound, and what happens when no answer comes."""

from __future__ import annotations

import threading
from typing import Any

import flask
import pytest

from kiosk.web.screen import ScreenSettings

pytestmark = pytest.mark.browser

NUMBER = {"number": "A042", "payload": "VNT1:SYNTHETIC"}
CODE = "001099012345||NGUYEN VAN AN|01011999|Nam"
SOUND_SPY = """
window.tones = [];
const make = AudioContext.prototype.createOscillator;
AudioContext.prototype.createOscillator = function () {
  const made = make.call(this);
  const start = made.start.bind(made);
  made.start = (at) => { window.tones.push(made.frequency.value); start(at); };
  return made;
};
"""


def tones(screen: Any) -> list[float]:
    return list(screen.page.evaluate("window.tones.splice(0)"))


def test_a_person_with_a_good_code_gets_number_name_and_next_step(appliance: Any, screen: Any, write: Any) -> None:
    step = ("Đến bàn số 2.", "Go to desk 2.")
    appliance.scripted(
        decision="admit",
        findings=[write.finding("ground", "Đã khai báo", "Declared", step)],
        citizen={"name": "NGUYỄN V. A."},
        ticket=NUMBER,
    )
    screen.page.add_init_script(SOUND_SPY)
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert screen.text("#result-title") == "Mời bạn đi tiếp"
    assert screen.text("#result-number") == "A042"
    assert screen.text("#result-name") == "NGUYỄN V. A."
    assert screen.text("#result-next-text") == "Đến bàn số 2."
    assert screen.text("#paper-title") == "Đang in phiếu"
    assert not screen.page.is_visible("#result-reason")
    assert screen.page.get_attribute(".verdict-mark use", "href").endswith("#admit")
    assert "A 0 4 2" in screen.page.inner_text("#say-now")
    rising = tones(screen)
    assert rising == sorted(rising)
    assert len(rising) == 3
    assert screen.page.evaluate("document.activeElement.id") == "result-title"


def test_the_scan_carries_key_source_and_language(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit")
    screen.open(appliance.url)
    screen.page.click("[data-language=en]")
    screen.scanner(CODE)
    screen.wait_for("result")
    [scan] = appliance.scans
    assert scan["payload"] == CODE
    assert scan["source"] == "wedge"
    assert scan["answers"] == {"language": "en"}
    assert scan["key"][14] == "4"
    assert scan.keys() == {"key", "payload", "source", "answers"}


@pytest.mark.parametrize(
    ("decision", "severity", "title"),
    [("refer", "concern", "Mời gặp nhân viên"), ("refuse", "bar", "Chưa thể cho qua")],
)
def test_a_person_who_may_not_go_on_is_told_why_and_what_to_do(
    appliance: Any, screen: Any, write: Any, decision: str, severity: str, title: str
) -> None:
    reasons = [
        write.finding("note", "Chuyện phụ.", "By the way."),
        write.finding(severity, "Lý do chính.", "Main reason.", ("Đến bàn 3.", "Go to desk 3."), "Luật số 1"),
    ]
    appliance.scripted(decision=decision, findings=reasons)
    screen.page.add_init_script(SOUND_SPY)
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert screen.text("#result-title") == title
    assert [item.inner_text() for item in screen.page.query_selector_all("#result-reasons li")] == [
        "Lý do chính.",
        "Chuyện phụ.",
    ]
    assert screen.text("#result-next-text") == "Đến bàn 3."
    assert "Luật số 1" in screen.text("#result-legal")
    assert screen.page.get_attribute(".verdict-mark use", "href").endswith(f"#{decision}")
    falling = tones(screen)
    assert falling == sorted(falling, reverse=True)
    assert len(falling) == 2
    screen.page.click("[data-language=en]")
    assert screen.text("#result-reasons li >> nth=0") == "Main reason."
    assert screen.page.get_attribute("html", "lang") == "en"


def test_the_four_answers_sound_different(appliance: Any, screen: Any) -> None:
    screen.open(appliance.url)
    patterns = screen.page.evaluate(
        "import('/static/js/kiosk/sound.js').then(({TONES}) => ['admit','ask','refer','refuse'].map((d) => JSON.stringify(TONES[d])))"
    )
    assert len(set(patterns)) == 4


def test_paper_that_came_out_and_paper_that_did_not(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit", ticket=NUMBER)
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    key = appliance.scans[0]["key"]
    appliance.show("print", key="of-somebody-else", printed=True, problem="", text={"vi": "", "en": ""})
    appliance.show("print", key=key, printed=False, problem="paper_out", text={"vi": "Hết giấy", "en": "Out of paper"})
    screen.page.wait_for_selector('#result-paper[data-state="failed"]')
    assert screen.text("#paper-text") == "Máy in hết giấy. Hãy chụp ảnh hoặc ghi lại số này. Nhân viên gọi bạn theo số."
    assert screen.text("#result-number") == "A042"
    assert screen.page.evaluate("document.getElementById('result-number').offsetHeight > 90")
    appliance.show("print", key=key, printed=True, problem="", text={"vi": "", "en": ""})  # staff put in a new roll
    screen.page.wait_for_selector('#result-paper[data-state="printed"]')
    assert "Mời lấy phiếu" in screen.text("#paper-title")


def test_paper_that_may_be_out_is_looked_for(appliance: Any, screen: Any) -> None:
    appliance.scripted(decision="admit", ticket=NUMBER)
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    told = {"vi": "Không rõ phiếu đã ra hay chưa: hãy nhìn máy in.", "en": "Whether it came out is not known."}
    appliance.show("print", key=appliance.scans[0]["key"], printed=False, problem="unsure", text=told)
    screen.page.wait_for_selector('#result-paper[data-state="failed"]')
    assert screen.text("#paper-title") == "Hãy nhìn khe ra phiếu"
    assert screen.text("#paper-text") == told["vi"]
    screen.page.click("[data-language=en]")
    assert screen.text("#paper-text") == told["en"]


def test_paper_that_is_out_before_the_answer_arrives(appliance: Any, screen: Any, write: Any) -> None:
    heard = threading.Event()

    def slow(scan: dict[str, Any]) -> dict[str, Any]:
        appliance.show("print", key=scan["key"], printed=True, problem="", text={"vi": "", "en": ""})
        appliance.show("guidance", code="none", vi="", en="")
        appliance.show("status", camera="fault", printer="ok", platform="ok", clock_trusted=True)
        heard.wait(120)
        return dict(write.make_answer(scan["key"], ticket=NUMBER))

    appliance.answer = slow
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.page.wait_for_selector("[data-banner=camera_down]")  # the screen has heard all of it
    assert screen.state() == "working"
    heard.set()
    screen.wait_for("result")
    screen.page.wait_for_selector('#result-paper[data-state="printed"]')
    assert "Mời lấy phiếu" in screen.text("#paper-title")


def test_a_camera_scan_shows_by_itself_and_the_next_one_replaces_it(appliance: Any, screen: Any, write: Any) -> None:
    screen.open(appliance.url)
    appliance.show("answer", **write.make_answer("k1", ticket={"number": "A001", "payload": ""}))
    screen.wait_until("document.getElementById('result-number').textContent === 'A001'")
    appliance.show("answer", **write.make_answer("k2", ticket={"number": "A002", "payload": ""}))
    screen.wait_until("document.getElementById('result-number').textContent === 'A002'")
    assert (screen.state(), screen.decision(), appliance.scans) == ("result", "admit", [])


def test_guidance_opens_the_live_picture_and_serves_the_next_person(appliance: Any, screen: Any, write: Any) -> None:
    screen.open(appliance.url)
    appliance.show("guidance", code="closer", vi="Đưa mã lại gần hơn", en="Move the code closer")
    screen.wait_for("preview")
    assert screen.text("#guidance") == "Đưa mã lại gần hơn"
    screen.page.wait_for_selector("#preview-picture:not([hidden])")
    screen.page.click("[data-language=en]")
    assert screen.text("#guidance") == "Move the code closer"
    appliance.show("guidance", code="none", vi="", en="")
    screen.wait_until("document.getElementById('guidance').textContent.startsWith('Hold still')")
    appliance.show("answer", **write.make_answer("k1", ticket=NUMBER))
    screen.wait_for("result")
    assert screen.page.get_attribute("#preview-picture", "src") is None  # the appliance may stop making frames
    appliance.show("guidance", code="closer", vi="Đưa mã lại gần hơn", en="Move the code closer")
    screen.page.wait_for_selector("#next-person:not([hidden])")
    assert screen.text("#result-number") == "A042"


@pytest.mark.parametrize("patience", [""])
@pytest.mark.parametrize("settings", [ScreenSettings(answer_seconds=1.0)])
def test_no_answer_in_time_sends_the_person_to_staff_and_never_admits(appliance: Any, screen: Any, write: Any) -> None:
    go_on, answered = threading.Event(), threading.Event()

    def silent(scan: dict[str, Any]) -> dict[str, Any]:
        go_on.wait(120)
        answered.set()
        return dict(write.make_answer(scan["key"], ticket=NUMBER))

    appliance.answer = silent
    screen.open(appliance.url)
    screen.follow("document.body.dataset.screen")
    screen.scanner(CODE)
    screen.wait_for("result")
    go_on.set()
    assert screen.text("#result-title") == "Mời gặp nhân viên"
    assert "không trả lời kịp" in screen.text("#result-reasons")
    assert answered.wait(120)
    screen.page.evaluate(
        "fetch('/kiosk/status').then((answer) => answer.text())"
    )  # what was asked later has come by now
    assert screen.decision() == "refer", "a late answer must not show"
    assert screen.followed() == ["idle", "working", "result"]


def test_a_lost_reply_is_asked_for_again_with_the_same_key(appliance: Any, screen: Any, write: Any) -> None:
    def at_the_third_time(scan: dict[str, Any]) -> Any:
        if len(appliance.scans) == 1:
            return flask.Response("{", mimetype="application/json")
        if len(appliance.scans) == 2:
            return flask.Response("busy", status=503)
        return write.make_answer(scan["key"], ticket=NUMBER)

    appliance.answer = at_the_third_time
    screen.forgiven.append("503")
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert screen.text("#result-number") == "A042"
    assert len(appliance.scans) == 3
    assert len({scan["key"] for scan in appliance.scans}) == 1


@pytest.mark.parametrize(
    "reply",
    [
        {"decision": "admit", "key": "another key"},
        {"decision": "welcome"},
        {"decision": "ask", "questions": []},
        "admit",
    ],
)
@pytest.mark.parametrize("settings", [ScreenSettings(answer_seconds=0.3)])
def test_nonsense_never_admits(appliance: Any, screen: Any, write: Any, reply: Any) -> None:
    appliance.answer = lambda scan: flask.jsonify(
        {**write.make_answer(scan["key"]), **reply} if isinstance(reply, dict) else reply
    )
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert screen.decision() == "refer"


def test_what_is_missing_may_be_shown_instead_of_typed(appliance: Any, screen: Any, write: Any) -> None:
    more = ("Lần lượt đưa các mã còn lại.", "Show the other codes, one after another.")
    appliance.scripted(
        decision="ask", findings=[write.finding("open", "Chứng nhận này gồm 2 mã.", "In 2 codes.", more)]
    )
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert screen.decision() == "ask"
    assert screen.text("#result-title") == "Cần hỏi thêm"
    assert screen.text("#result-next-text") == more[0]
    appliance.scripted(decision="admit")
    screen.scanner(CODE + "2")  # the next code takes the screen at once
    screen.page.wait_for_selector('section[data-screen="result"][data-decision="admit"]')


def test_a_scan_that_the_appliance_does_not_take_goes_to_staff(appliance: Any, screen: Any) -> None:
    appliance.answer = lambda scan: flask.Response("{}", status=400)
    screen.forgiven.append("400")
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert "không nhận được mã này" in screen.text("#result-reasons")
    assert len(appliance.scans) == 1


def test_words_from_the_appliance_are_words_and_never_markup(appliance: Any, screen: Any, write: Any) -> None:
    evil = "<img src=x onerror=alert(1)>"
    appliance.scripted(
        decision="refer", findings=[write.finding("concern", evil, evil, (evil, evil))], citizen={"name": evil}
    )
    screen.open(appliance.url)
    screen.scanner(CODE)
    screen.wait_for("result")
    assert screen.text("#result-reasons") == evil
    assert screen.page.query_selector_all("main img[src=x]") == []
