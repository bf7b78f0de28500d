"""The declaration in a real Chromium: on a phone with and without scripts, at the kiosk with the letter keyboard, sizes and axe.

``KIOSK_SCREENSHOTS=<folder>`` keeps pictures of the steps, to look at; those of the guides come from ``make pictures``.
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import segno

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from plugins.declaration.records import Declared
from tests.support.accessibility import violations
from tests.support.appliance import Workshop, codes, records, show

pytestmark = pytest.mark.browser

CARD = "001090012345||Nguyễn Văn An|01011990|Nam|Số 1 Hàng Than, Phường Phúc Xá, Quận Ba Đình, Hà Nội|01012021"
MOST_BYTES = 60_000  # pages, styles, scripts and pictures, headers too, from the chooser to the pass
GUIDE = Path(__file__).resolve().parents[2] / "docs" / "declaration.md"


@dataclass
class Tab:
    """A phone's page; counts what its user does, and what came over the wire."""

    page: Any
    url: str
    interactions: int = 0
    received: list[int] = field(default_factory=list)  # bytes on the wire, headers too

    def tap(self, selector: str) -> None:
        self.interactions += 1
        self.page.click(selector)

    def type(self, selector: str, text: str) -> None:
        """One interaction to reach the box and one for each word typed into it."""
        self.interactions += 1 + len(text.split())
        self.page.fill(selector, text)

    def go(self, value: str = "next") -> None:
        self.follow(f'.go button[value="{value}"]')

    def follow(self, selector: str) -> None:
        """To the page that this leads to, with all that belongs to it."""
        with self.page.expect_navigation(wait_until="networkidle"):
            self.tap(selector)

    def errors(self) -> list[str]:
        return [one.inner_text() for one in self.page.query_selector_all(".field-error")]


@pytest.fixture
def platform(workshop: Workshop, write: Any) -> Iterator[tuple[Appliance, str]]:
    appliance = workshop.open(
        ["qr_scanning", "citizen_id", "declaration"],
        role="platform",
    )
    served = write.Served(create_app(appliance))
    yield appliance, served.url
    appliance.events.close()
    served.close()


@pytest.fixture
def open_tab(chromium: Any) -> Iterator[Callable[..., Tab]]:
    contexts: list[Any] = []
    problems: list[str] = []

    def make(url: str, **more: Any) -> Tab:
        given = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "locale": "vi-VN", **more}
        context = chromium.new_context(**given)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        tab = Tab(page, url)
        page.on("console", lambda one: problems.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.loadingFinished", lambda one: tab.received.append(int(one["encodedDataLength"])))
        return tab

    yield make
    for one in contexts:
        one.close()
    # the browser itself reports a page that answers 422: the form with its errors
    assert [one for one in problems if "422" not in one] == []


def keep(page: Any, name: str) -> None:
    folder = os.environ.get("KIOSK_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"))


def keep_paper(paper: bytes) -> None:
    folder = os.environ.get("KIOSK_SCREENSHOTS")
    if folder:
        (Path(folder) / "declaration-paper.png").write_bytes(paper)


def no_sideways_scrolling(page: Any) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def settled(page: Any, name: str) -> None:
    assert violations(page) == []
    no_sideways_scrolling(page)
    keep(page, name)


def picture_of_card(folder: Path) -> Path:
    path = folder / "card.png"
    output = io.BytesIO()
    segno.make(CARD, encoding="utf-8").save(output, kind="png", scale=6, border=4)
    path.write_bytes(output.getvalue())
    return path


def test_a_first_time_user_with_a_card(
    platform: tuple[Appliance, str], open_tab: Callable[..., Tab], tmp_path: Path, record_property: Any
) -> None:
    appliance, url = platform
    tab = open_tab(url)
    page = tab.page
    page.goto(url + "/declaration/")
    settled(page, "declaration-choose")
    tab.follow("text=Đi qua chốt kiểm soát")
    first_load = sum(tab.received)
    assert first_load > 5_000
    settled(page, "declaration-who")

    tab.interactions += 3  # press the button, take the picture, confirm it
    with page.expect_navigation():
        page.set_input_files("#card_picture", picture_of_card(tmp_path))
    assert page.input_value("#document") == "001090012345"
    assert page.input_value("#home_ward") == "Phường Phúc Xá"
    tab.type("#phone", "0912345678")
    page.evaluate("scrollTo(0, 0)")
    settled(page, "declaration-who-filled")
    tab.go()

    tab.interactions += 2  # a select is opened and one of it chosen
    page.select_option("#vehicle", "motorbike")
    tab.type("#plate", "29A-123.45")
    assert page.input_value("#origin_province") == "Thành phố Hà Nội"
    tab.type("#destination_province", "da nang")
    page.evaluate("document.getElementById('destination_province').scrollIntoView({ block: 'center' })")
    settled(page, "declaration-journey")
    tab.tap(".combo li >> text=Thành phố Đà Nẵng")
    tab.interactions += 2
    page.select_option("#purpose", "work")
    tab.go()
    assert tab.errors() == []

    for name in ("has_symptoms", "has_contact", "has_travelled"):
        tab.tap(f'[data-field="{name}"] input[value="no"]')
    settled(page, "declaration-health")
    tab.go()
    settled(page, "declaration-review")
    tab.tap("#consent")
    tab.go("send")
    page.wait_for_selector(".pass-code svg")
    settled(page, "declaration-pass")

    record_property("interactions", tab.interactions)
    record_property("first_load_bytes", first_load)
    record_property("bytes", sum(tab.received))
    print(f"\ninteractions {tab.interactions}, first load {first_load} bytes, everything {sum(tab.received)} bytes")
    assert f"**{tab.interactions} interactions**" in GUIDE.read_text("utf-8")  # three seconds each must be under 90
    assert tab.interactions * 3 <= 90
    assert sum(tab.received) <= MOST_BYTES
    (body,) = [one.data for one in records(appliance) if isinstance(one.data, Declared)]
    assert body.journey is not None
    assert (body.journey.destination.province, body.home.ward) == ("48", "00001")

    # what the phone's screen shows is read by the camera's own engine
    shot = page.query_selector(".pass-code").screenshot()
    (code,) = appliance.guarded_first("decode_image", image=shot).value
    credential = appliance.host.first("read_credential", scan=appliance.new_scan(code, "test")).value
    assert (credential.kind, credential.trust, credential.value("vehicle.plate")) == (
        "declaration_pass",
        "verified",
        "29A-123.45",
    )


def test_with_scripts_off(platform: tuple[Appliance, str], open_tab: Callable[..., Tab]) -> None:
    appliance, url = platform
    tab = open_tab(url, java_script_enabled=False)
    page = tab.page
    page.goto(url + "/declaration/new/place")
    for name, value in (("name", "Trần Thị Bình"), ("document", "079192000123"), ("birth_year", "1992"), ("address", "12 Lê Lợi"),
                        ("phone", "0987654321")):  # fmt: skip
        page.fill(f"#{name}", value)
    page.click('[data-field="sex"] input[value="female"]')
    page.select_option("#home_province", "79")
    page.click('button[value="list"]')
    page.select_option("#home_district", "760")
    page.click('button[value="list"]')
    page.select_option("#home_ward", "26734")
    page.click('.go button[value="next"]')
    for name in ("has_symptoms", "has_contact", "has_travelled"):
        page.click(f'[data-field="{name}"] input[value="no"]')
    page.click('.go button[value="next"]')
    page.check('[name="consent"]')
    page.click('.go button[value="send"]')
    page.wait_for_selector(".pass-code svg")
    assert not page.is_visible("#print")
    assert len([one for one in records(appliance) if isinstance(one.data, Declared)]) == 1


def test_places_are_found_by_keyboard_and_without_accents(
    platform: tuple[Appliance, str], open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab(platform[1])
    page = tab.page
    page.goto(tab.url + "/declaration/new/place")
    page.focus("#home_province")
    page.keyboard.type("ho chi")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("#home_province") == "Thành phố Hồ Chí Minh"
    page.wait_for_selector("#home_district:enabled")
    page.wait_for_selector("#home_district:focus")
    page.keyboard.type("thu duc")
    page.keyboard.press("Enter")
    page.wait_for_selector("#home_ward:focus")
    page.keyboard.type("an khanh")
    page.keyboard.press("Tab")  # the only one that fits is taken
    assert page.input_value("#home_ward") == "Phường An Khánh"
    page.fill("#home_province", "không đâu")
    assert page.inner_text(".combo-none") == "Không có nơi nào như vậy"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector("#problems")
    assert page.get_attribute("#home_province", "aria-invalid") == "true"
    settled(page, "declaration-errors")


@pytest.fixture
def kiosk(workshop: Workshop, write: Any) -> Iterator[tuple[Appliance, str]]:
    appliance = workshop.start(
        ["qr_scanning", "citizen_id", "declaration", "receipt_printing"],
        sections='[plugin.receipt_printing]\nprinter = { kind = "virtual" }\n',
    )
    served = write.Served(create_app(appliance))
    yield appliance, served.url
    appliance.events.close()
    served.close()


def test_at_the_kiosk(kiosk: tuple[Appliance, str], open_tab: Callable[..., Tab], write: Any) -> None:
    appliance, url = kiosk
    tab = open_tab(url, viewport={"width": 1280, "height": 800}, device_scale_factor=1, has_touch=True)
    page = tab.page
    page.goto(url + "/declaration/new/movement")
    with page.expect_navigation():  # the page notices by itself that a card was read
        assert show(appliance, CARD).record
    assert page.input_value("#name") == "Nguyễn Văn An"
    page.tap("#address")
    page.wait_for_selector("#keyboard-sheet[open]")
    for key in "dduwowfng ":
        page.click(f'#keyboard-sheet [data-letter="{key}"]')
    page.click('#keyboard-sheet [data-letter="5"]')
    settled(page, "declaration-kiosk-keyboard")
    page.click("#keyboard-submit")
    assert page.input_value("#address") == "Đường 5"
    page.tap("#phone")
    for key in "0912345678":
        page.click(f'#keyboard-sheet [data-letter="{key}"]')
    page.click("#keyboard-submit")
    page.tap("#email")
    for key in "lee@":
        page.click(f'#keyboard-sheet [data-letter="{key}"]')
    assert page.inner_text("#keyboard-line").lower() == "lee@"  # no Telex here
    page.click('#keyboard-sheet [data-action="back"]')
    assert page.input_value("#email") == ""
    settled(page, "declaration-kiosk")
    tab.go()
    page.select_option("#vehicle", "bus")
    page.fill("#plate", "51B-555.55")
    page.fill("#destination_province", "can tho")
    page.click(".combo li >> text=Thành phố Cần Thơ")
    page.select_option("#purpose", "medical")
    tab.go()
    for name in ("has_symptoms", "has_contact", "has_travelled"):
        tab.tap(f'[data-field="{name}"] input[value="no"]')
    tab.go()
    tab.tap("#consent")
    tab.go("send")
    page.wait_for_selector(".pass-code svg")
    settled(page, "declaration-kiosk-pass")
    papers = appliance.host.plugin("receipt_printing").papers
    write.until(lambda: len(papers.names()) == 1)
    paper = papers.path(papers.names()[0]).read_bytes()
    (code,) = appliance.guarded_first("decode_image", image=paper).value
    assert "declaration.valid" in codes(show(appliance, code.text))
    keep_paper(paper)
    assert re.search("/pass/", page.url)
