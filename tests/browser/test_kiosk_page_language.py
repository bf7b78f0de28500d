"""The language chosen on the screen: told to the appliance, repeated while it stands, taken back with the reset and for the next in
a queue; and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import PrintOutcome, Receipt
from kiosk.plugin import DecodedCode, hookimpl
from kiosk.screen_language import ScreenLanguage
from kiosk.web.screen import ScreenSettings

pytestmark = pytest.mark.browser

QUICK = ScreenSettings(site_name="Trạm Y tế", status_seconds=0.2)
ENGLISH = '[data-language="en"]'
CARDS = (
    "001099012345||NGUYEN VAN AN|01011999|Nam|So 1, Quan 1, TP.HCM|01012021",
    "001199012346||TRAN THI BINH|02021999|Nữ|So 2, Quan 1, TP.HCM|01012021",
)


class Said(ScreenLanguage):
    """Also what the screen has said so far."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def say(self, language: str) -> None:
        super().say(language)
        self.all.append(language)


class Desk:
    """A camera that the test holds cards before, and a printer that keeps its receipts."""

    name = "camera:test"

    def __init__(self) -> None:
        self.receipts: list[Receipt] = []
        self.deliver: Any = None
        self.appliance: Any = None
        self.url = ""

    @hookimpl
    def scan_sources(self) -> list[Any]:
        return [self]

    def start(self, deliver: Any) -> None:
        self.deliver = deliver

    def stop(self) -> None:
        self.deliver = None

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome:
        self.receipts.append(receipt)
        return PrintOutcome()

    def show(self, card: str) -> None:
        self.deliver(DecodedCode(card, card.encode(), "QRCode"))


@pytest.fixture
def desk(tmp_path: Path, write: Any) -> Iterator[Any]:
    """A whole appliance with a desk, served; ``desk.url``, ``desk.appliance``."""
    made = Desk()
    with write.whole_appliance(tmp_path, desk=made) as (made.appliance, made.url):
        yield made


def test_a_card_before_the_camera_is_printed_in_the_screens_language(desk: Any, screen: Any, write: Any) -> None:
    screen.open(desk.url)
    screen.page.click(ENGLISH)
    write.until(lambda: desk.appliance.screen_language.now() == "en")
    desk.show(CARDS[0])
    screen.wait_for("result")
    assert screen.text("#result-title") == "Please go ahead"
    write.until(lambda: len(desk.receipts) == 1)
    assert desk.receipts[0].language == "en"

    with screen.page.expect_response("**/kiosk/forget"):
        screen.page.click("#result-done")  # the next person finds the site's language, on the screen and on paper
    write.until(lambda: desk.appliance.screen_language.now() in (None, "vi"))
    desk.show(CARDS[1])
    screen.wait_for("result")
    assert screen.text("#result-title") == "Mời bạn đi tiếp"
    write.until(lambda: len(desk.receipts) == 2)
    assert desk.receipts[1].language == "vi"


def test_in_a_queue_the_next_person_finds_the_sites_language(desk: Any, screen: Any, write: Any) -> None:
    """Nobody touches the screen and no reset comes: one card after another is held up."""
    screen.open(desk.url)
    screen.page.click(ENGLISH)
    write.until(lambda: desk.appliance.screen_language.now() == "en")
    desk.show(CARDS[0])
    screen.wait_for("result")
    write.until(lambda: desk.appliance.screen_language.now() == "vi")  # told by itself, a few seconds later
    assert screen.text("#result-title") == "Please go ahead", "the person who chose it still reads it"
    number = screen.text("#result-number")

    desk.show(CARDS[1])
    screen.wait_until(f"document.getElementById('result-number').textContent !== {number!r}")
    assert screen.text("#result-title") == "Mời bạn đi tiếp"
    assert screen.page.get_attribute("html", "lang") == "vi"
    write.until(lambda: len(desk.receipts) == 2)
    assert [receipt.language for receipt in desk.receipts] == ["en", "vi"]


@pytest.mark.parametrize("settings", [replace(QUICK, next_person_seconds=0.0, idle_seconds=300)])
def test_a_scanner_in_a_queue_finds_it_too(appliance: Any, screen: Any, write: Any) -> None:
    appliance.scripted(decision="refer")
    screen.open(appliance.url)
    screen.page.click(ENGLISH)
    screen.scanner("001099012345")
    screen.wait_for("result")
    appliance.scripted(decision="admit")
    screen.scanner("001099012345")  # who was referred may have another code to show
    screen.wait_until("document.getElementById('result-title').textContent === 'Please go ahead'")
    write.until(lambda: appliance.screen_language.now() == "vi")
    screen.scanner("001199012346")
    screen.wait_until("document.getElementById('result-title').textContent === 'Mời bạn đi tiếp'")
    assert [scan["answers"]["language"] for scan in appliance.scans] == ["en", "en", "vi"]


@pytest.mark.parametrize("settings", [QUICK])
def test_it_is_said_again_while_it_stands_and_no_longer(appliance: Any, screen: Any, write: Any) -> None:
    appliance.screen_language = ScreenLanguage(1.0)
    screen.open(appliance.url)
    screen.page.click(ENGLISH)
    write.until(lambda: appliance.screen_language.now() == "en")
    appliance.screen_language.forget()
    write.until(lambda: appliance.screen_language.now() == "en")  # it still stands on the screen
    screen.page.goto("about:blank")  # the browser ended without a word
    write.until(lambda: appliance.screen_language.now() is None)


@pytest.mark.parametrize("settings", [ScreenSettings(site_name="Trạm Y tế", idle_seconds=0.6, status_seconds=600)])
def test_the_idle_reset_takes_it_back(appliance: Any, screen: Any, write: Any) -> None:
    said = appliance.screen_language = Said()
    screen.open(appliance.url)
    screen.page.click(ENGLISH)
    write.until(lambda: said.all == ["en", "vi"])
    assert screen.text("#idle-title") == "Đưa mã QR vào đầu đọc"


@pytest.mark.parametrize("settings", [QUICK])
def test_the_sites_own_language_is_not_worth_a_word(appliance: Any, screen: Any) -> None:
    said = appliance.screen_language = Said()
    screen.open(appliance.url)
    for _ in range(3):  # with each look at the devices it would be said again
        with screen.page.expect_response("**/kiosk/status"):
            pass
    assert said.all == []
