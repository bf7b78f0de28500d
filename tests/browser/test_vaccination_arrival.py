"""The reception desk on a tablet and the call board on a television, in a real Chromium: scanner, keys alone, a lost network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kiosk.appliance import Appliance
from tests.support.vaccination import CROWD, arrive, call, expect, of_kind, ready, screen
from tests.support.vaccination_page import scanner, sign_in

pytestmark = pytest.mark.browser

WAITING = "[data-waiting]:not(:text('–'))"
AN, BINH, CHI = CROWD[:3]


def test_a_card_scanned_at_the_desk_and_the_queue_beside_it(
    served: tuple[Appliance, str], tab: Callable[..., Any], axe: Any
) -> None:
    site, url = served
    expect(site, AN, product="Comirnaty", priority_group="frontline")
    screen(site, arrive(site, BINH))
    call(site, arrive(site, CHI), state="absent")
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    axe(page)
    scanner(page, AN.national_qr())
    page.wait_for_selector("#person .ticket")
    assert "Comirnaty" in page.inner_text("#person")
    assert "Đã ghi nhận" in page.inner_text("#message")
    page.wait_for_selector("#step-screening [data-waiting]:text('1 người chờ')")
    axe(page)
    page.click("#absent button")
    page.wait_for_selector("#step-screening [data-waiting]:text('2 người chờ')")
    assert [one.data.state for one in of_kind(site, "called")][-1] == "waiting"


def test_somebody_without_papers_is_enrolled_and_merged_by_keys_alone(
    served: tuple[Appliance, str], tab: Callable[..., Any], axe: Any
) -> None:
    site, url = served
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    page.focus("#enrol-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#enrol[open]")
    axe(page)
    page.focus("#enrol-name")
    page.keyboard.type("Lò Thị Mẩy")
    page.keyboard.press("Enter")
    page.wait_for_selector("#enrol [data-problem]:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "enrol-birth_date"
    page.keyboard.type("1/2/1990")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.focus("#enrol-phone")
    page.keyboard.type("0900000001")
    page.keyboard.press("Enter")
    page.wait_for_selector("#person .ticket")
    assert "VNX1:" in page.inner_text("#person")
    page.focus("#merge-open")
    page.keyboard.press("Enter")
    page.wait_for_selector("#merge[open]")
    page.keyboard.type(AN.national_id)
    page.keyboard.press("Enter")
    page.wait_for_selector("#merge-go:not([disabled])")
    axe(page)
    page.focus("#merge-reason")
    page.keyboard.type("Xuất trình căn cước")
    page.keyboard.press("Enter")
    page.wait_for_selector("#message:has-text('Đã gộp')")
    assert "VNX1:" not in page.inner_text("#person")
    assert len(of_kind(site, "merged")) == 1


def test_twins_are_pointed_out_and_a_list_is_chosen_from(
    served: tuple[Appliance, str], tab: Callable[..., Any], axe: Any
) -> None:
    from dataclasses import replace

    site, url = served
    twin = replace(AN, national_id=AN.national_id[:-1] + str((int(AN.national_id[-1]) + 1) % 10))
    arrive(site, AN)
    arrive(site, twin)
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    page.fill("#box-text", AN.name)
    page.keyboard.press("Enter")
    page.wait_for_selector("#found li >> nth=1")
    axe(page)
    page.click("#found li >> nth=1 >> button")
    page.wait_for_selector("#person .notice--warning")
    assert "Trùng họ tên và ngày sinh" in page.inner_text("#person")
    axe(page)


def test_a_wrong_merge_is_undone_at_the_desk(served: tuple[Appliance, str], tab: Callable[..., Any], axe: Any) -> None:
    site, url = served
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    page.click("#enrol-open")
    page.fill("#enrol-name", "Lò Thị Mẩy")
    page.fill("#enrol-birth_date", "1/2/1990")
    page.select_option("#enrol-sex", "female")
    page.click("#enrol button[type=submit]")
    page.click("#merge-open")
    page.fill("#merge-payload", AN.national_id)
    page.click("#merge-look")
    page.click("#merge .chip >> nth=0")
    page.click("#merge-go")
    page.click("#undo-open")
    page.wait_for_selector("#undo[open]")
    assert "Lò Thị Mẩy" in page.inner_text("#undo-which")
    axe(page)
    page.click("#undo button[type=submit]")
    page.wait_for_selector("#undo [data-problem]:has-text('lý do')")
    page.click("#undo .chip >> nth=0")
    page.click("#undo button[type=submit]")
    page.wait_for_selector("#message:has-text('Đã tách')")
    page.wait_for_selector("#person-name:text-is('Lò Thị Mẩy')")
    assert page.query_selector("#undo-open") is None
    assert [one.data.undone for one in of_kind(site, "merged")] == [False, True]
    axe(page)


def test_the_desk_says_so_when_the_computer_is_mute(served: tuple[Appliance, str], tab: Callable[..., Any]) -> None:
    _, url = served
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    page.context.set_offline(True)
    scanner(page, AN.national_qr())
    page.wait_for_selector("#line-lost:not([hidden])")
    page.wait_for_selector("#message .notice--fault")
    page.context.set_offline(False)
    scanner(page, AN.national_qr())
    page.wait_for_selector("#person .ticket")
    page.wait_for_selector("#line-lost", state="hidden")


def test_the_board_on_a_television_calls_numbers_and_tells_when_it_is_cut_off(
    served: tuple[Appliance, str], tab: Callable[..., Any], axe: Any
) -> None:
    site, url = served
    came = [arrive(site, person) for person in CROWD[:12]]
    ready(site, CROWD[12])
    call(site, came[0], "1")
    page = tab(1920, 1080)
    page.goto(url + "/vaccination/board")
    page.wait_for_selector(f".board-ticket:text('{came[0].ticket}')")
    assert page.inner_text("#say") == ""  # called before the page was opened
    axe(page)
    call(site, came[1], "2")
    page.wait_for_selector(f"#called li >> nth=0 >> text={came[1].ticket}")
    page.wait_for_selector(f"#say:text('Mời số {' '.join(came[1].ticket)}, đến bàn 2.')", state="attached")
    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
    for person in CROWD[:2]:
        assert person.name.split()[-1] not in page.inner_text("body")
    page.context.set_offline(True)
    page.wait_for_selector("#lost:not([hidden])")
    assert "KHÔNG CẬP NHẬT" in page.inner_text("#lost")
    axe(page)
    page.context.set_offline(False)
    page.wait_for_selector("#lost", state="hidden")


NOTE_SOUNDS = """
  window.played = [];
  const start = AudioBufferSourceNode.prototype.start;
  AudioBufferSourceNode.prototype.start = function (at, offset, length) {
    document.documentElement.dataset.played = window.played.push([offset, length]);
    return start.call(this, at, offset, length);
  };
"""
LOUDNESS = """
  async (base) => {
    const places = await (await fetch(base + ".json")).json();
    const file = await (await fetch(base + ".ogg")).arrayBuffer();
    const sound = await new OfflineAudioContext(1, 1, 24000).decodeAudioData(file);
    const wave = sound.getChannelData(0);
    return Object.fromEntries(Object.entries(places).map(([word, [from, length]]) => {
      const part = wave.slice(from * sound.sampleRate, (from + length) * sound.sampleRate);
      return [word, Math.sqrt(part.reduce((sum, one) => sum + one * one, 0) / part.length)];
    }));
  }
"""


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_board_calls_aloud_where_the_device_has_no_voice(
    served: tuple[Appliance, str], tab: Callable[..., Any], language: str
) -> None:
    site, url = served
    came = [arrive(site, person) for person in CROWD[:2]]
    page = tab(1920, 1080)
    page.add_init_script(NOTE_SOUNDS)
    page.goto(f"{url}/vaccination/board?lang={language}")
    loudness = page.evaluate(LOUDNESS, f"/vaccination/static/voice/{language}")
    assert {"number", "table", *"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"} == loudness.keys()
    assert min(loudness.values()) > 0.02  # every word can be heard where it is said to lie
    if (
        page.evaluate("new AudioContext().state") == "suspended"
    ):  # a browser that keeps quiet until somebody touched the page
        page.click("#sound")
    page.wait_for_selector(f"#sound:text('{ {'vi': 'Giọng đọc', 'en': 'Voice'}[language] }')")
    page.wait_for_selector("#step-screening [data-waiting]:not(:text('–'))")
    call(site, came[0], "2")
    words = ["number", *came[0].ticket, "table", "2"]
    page.wait_for_selector(f"html[data-played='{len(words)}']", state="attached")
    places = page.evaluate("async (file) => (await fetch(file)).json()", f"/vaccination/static/voice/{language}.json")
    assert page.evaluate("played") == [places[word] for word in words]


def test_what_cannot_be_spelled_is_left_to_the_eyes(served: tuple[Appliance, str], tab: Callable[..., Any]) -> None:
    page = tab(1920, 1080)
    page.goto(served[1] + "/vaccination/board")
    words = "async (call) => (await import('/vaccination/static/voice.js')).wordsOf(...call)"
    assert page.evaluate(words, ["B-07", "12"]) == ["number", "B", "0", "7", "table", "1", "2"]
    assert page.evaluate(words, ["B07", "Tiêm 2"]) == ["number", "B", "0", "7"]


def test_the_board_speaks_each_call_where_the_device_has_a_voice(
    served: tuple[Appliance, str], tab: Callable[..., Any]
) -> None:
    site, url = served
    came = [arrive(site, person) for person in CROWD[:2]]
    page = tab(1920, 1080)
    page.add_init_script(
        """
        window.spoken = [];
        const voices = [{ lang: "en-US", name: "other" }, { lang: "vi-VN", name: "test" }];
        Object.defineProperty(speechSynthesis, "getVoices", { value: () => voices });
        Object.defineProperty(speechSynthesis, "speak", { value: (said) => { window.spoken.push([said.lang, said.text]); said.onend(); } });
        window.SpeechSynthesisUtterance = function (text) { this.text = text; };
        """
    )
    page.goto(url + "/vaccination/board")
    page.wait_for_selector("#sound:has-text('Giọng đọc')")
    page.wait_for_selector("text=2 người")  # what was called before the board was opened is not called out
    for place, one in enumerate(came):
        call(site, one, str(place + 1))
        page.wait_for_selector(f"#say:has-text('{' '.join(one.ticket)}')", state="attached")
    spoken: list[list[str]] = []
    while len(spoken) < 2:  # the chime comes before the voice; pytest's own limit ends what never comes
        page.wait_for_timeout(200)
        spoken = page.evaluate("window.spoken")
    assert spoken == [
        ["vi-VN", f"Mời số {' '.join(one.ticket)}, đến bàn {place + 1}."] for place, one in enumerate(came)
    ]


def test_both_pages_speak_english(served: tuple[Appliance, str], tab: Callable[..., Any]) -> None:
    site, url = served
    call(site, arrive(site, AN))
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    page.goto(url + "/vaccination/desk?lang=en")
    page.wait_for_selector("#step-screening [data-waiting]:text('0 waiting')")
    assert "Reception desk" in page.inner_text("h1")
    page.goto(url + "/vaccination/board")
    page.wait_for_selector("#say", state="attached")
    assert "Screening" in page.inner_text("body")


def test_a_merge_says_what_differs(served: tuple[Appliance, str], tab: Callable[..., Any], axe: Any) -> None:
    """Two people put together by a slip would have one history: the page names what does not fit before it is pressed."""
    site, url = served
    arrive(site, AN)
    page = tab()
    sign_in(page, url, "/vaccination/desk", ready=WAITING)
    for name, born, differs in (
        (AN.name.upper(), f"{AN.birth_date:%d/%m/%Y}", False),
        ("Lò Thị Mẩy", "1/2/1950", True),
    ):
        page.click("#enrol-open")
        page.fill("#enrol-name", name)
        page.fill("#enrol-birth_date", born)
        page.select_option("#enrol-sex", AN.sex)
        page.click("#enrol button[type=submit]")
        page.wait_for_selector("#enrol:not([open]), #enrol-another:visible", state="attached")
        if page.is_visible("#enrol-another"):
            page.click("#enrol-another")
        page.wait_for_selector(f"#person-name:text-is('{name}')")
        page.click("#merge-open")
        page.fill("#merge-payload", AN.national_id)
        page.click("#merge-look")
        page.wait_for_selector("#merge-go:not([disabled])")
        assert page.is_visible("#merge-differs") is differs
        page.keyboard.press("Escape")
    assert "họ và tên, ngày sinh" in page.text_content("#merge-differs")
