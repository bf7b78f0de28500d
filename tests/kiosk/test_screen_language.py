"""The screen's language is known while the screen says so, and no longer."""

from __future__ import annotations

from typing import Any

import pytest

from kiosk.domain import PrintOutcome, Receipt
from kiosk.plugin import DecodedCode, hookimpl
from kiosk.screen_language import ScreenLanguage
from kiosk.web.app import create_app
from tests.support.appliance import Probe, Workshop, people
from tests.support.probes import QuietSource
from tests.support.processes import eventually


def test_it_lasts_as_long_as_it_is_said_again() -> None:
    now = 100.0
    screen = ScreenLanguage(35.0, lambda: now)
    assert screen.now() is None
    screen.say("en")
    now = 134.9
    assert screen.now() == "en"
    screen.say("en")
    now = 169.8
    assert screen.now() == "en"
    now = 170.0
    assert screen.now() is None


def test_it_goes_with_the_person_and_no_other_language_is_taken() -> None:
    screen = ScreenLanguage()
    screen.say("en")
    with pytest.raises(ValueError):
        screen.say("fr")
    assert screen.now() == "en"
    screen.forget()
    assert screen.now() is None


class CameraAndPaper(Probe):
    """A device that reads and a printer that remembers in which language."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.camera = QuietSource()
        self.printed: list[str] = []

    @hookimpl
    def scan_sources(self) -> list[QuietSource]:
        return [self.camera]

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome:
        self.printed.append(receipt.language)
        return PrintOutcome()


def test_a_ticket_of_the_camera_is_in_the_language_of_the_screen(workshop: Workshop) -> None:
    appliance = workshop.start(["citizen_id", "self_check_in", ("desk", CameraAndPaper)])
    desk, crowd = appliance.host.plugin("desk"), people()
    browser = create_app(appliance).test_client()

    def show() -> str:
        payload, before = next(crowd).cccd_2021(), len(desk.printed)
        desk.camera.deliver(DecodedCode(payload, payload.encode(), "QRCode"))
        eventually(lambda: len(desk.printed) > before)
        return str(desk.printed[-1])

    assert show() == "vi"
    assert browser.post("/kiosk/language", json={"language": "en"}).status_code == 204
    assert (show(), show()) == ("en", "en")
    assert browser.post("/kiosk/forget").status_code == 204
    assert show() == "vi"


@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b'"en"', b"{}", b'{"language": "fr"}', b'{"language": ["en"]}', b"\xff"]
)
def test_anything_else_is_refused_and_changes_nothing(workshop: Workshop, body: bytes) -> None:
    appliance = workshop.open(["self_check_in"])
    appliance.screen_language.say("en")
    sent = create_app(appliance).test_client().post("/kiosk/language", data=body, content_type="application/json")
    assert sent.status_code == 400
    assert appliance.screen_language.now() == "en"


def test_a_page_of_another_origin_cannot_choose(workshop: Workshop) -> None:
    appliance = workshop.open(["self_check_in"])
    browser = create_app(appliance).test_client()
    sent = browser.post("/kiosk/language", json={"language": "en"}, headers={"Origin": "http://elsewhere.example"})
    assert sent.status_code == 403
    assert appliance.screen_language.now() is None
