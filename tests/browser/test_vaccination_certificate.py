"""The certificate's pages in a real Chromium: a phone's, with a picture of the slip, and the administrator's; sizes and axe.

``KIOSK_SCREENSHOTS=<folder>`` keeps the pictures that docs/vaccination-certificates.md shows.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import segno
import zxingcpp
from PIL import Image

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.web.app import create_app
from plugins.vaccination.certificate import proof
from plugins.vaccination.certificate.page_words import PROBLEMS
from tests.support.accessibility import violations
from tests.support.appliance import Workshop
from tests.support.certificates import Office, certificates, dose, office_of, person, valid
from tests.support.staff import PIN, add_operator

pytestmark = pytest.mark.browser

PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "locale": "vi-VN"}
DESK = {"viewport": {"width": 1280, "height": 800}, "locale": "vi-VN"}


@pytest.fixture
def platform(workshop: Workshop) -> Appliance:
    return workshop.open(
        ["qr_scanning", "health_certificate", "vaccination"],
        role="platform",
        sections="[plugin.qr_scanning]\ncameras = []\n",
    )


@pytest.fixture
def office(platform: Appliance, tmp_path: Path) -> Office:
    return office_of(platform, tmp_path / "signer")


@pytest.fixture
def open_tab(chromium: Any, platform: Appliance, write: Any) -> Iterator[Callable[..., Any]]:
    served = write.Served(create_app(platform))
    contexts: list[Any] = []
    problems: list[str] = []

    def make(path: str, **given: Any) -> Any:
        context = chromium.new_context(**given)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("console", lambda one: problems.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(served.url + path)
        return page

    yield make
    for one in contexts:
        one.close()
    platform.events.close()
    served.close()
    assert [one for one in problems if "422" not in one] == []  # the browser itself reports a page that answers 422


def settled(page: Any, name: str) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    folder = os.environ.get("KIOSK_SCREENSHOTS")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=name.endswith("-whole"))


def slip_of(platform: Appliance, tmp_path: Path, number: int = 2) -> Path:
    """A photograph of the slip's code."""
    citizen = person(platform, "001090012345", "Nguyễn Thị Phương Thảo")
    dose(platform, citizen, 80)
    given = dose(platform, citizen, 10, 2) if number == 2 else None
    plugin: Any = platform.host.plugin("vaccination")
    with platform.session() as session:
        text = proof.payload_of(given, session, plugin.site) if given else None
    assert text
    path = tmp_path / "slip.png"
    segno.make(text, error="m", micro=False).save(str(path), scale=5, border=4)
    return path


def test_a_citizen_opens_their_certificate_by_a_picture(
    open_tab: Callable[..., Any], platform: Appliance, office: Office, tmp_path: Path
) -> None:
    slip = slip_of(platform, tmp_path)
    page = open_tab("/vaccination/certificate", **PHONE)
    settled(page, "certificate-ask")
    page.set_input_files("#picture", str(slip))
    page.fill("#birth", "28/02/1990")
    page.click("button[type=submit].button--primary")
    page.wait_for_selector(".notice")
    settled(page, "certificate-waiting")
    office.work()
    page.set_input_files("#picture", str(slip))
    page.click("button[type=submit].button--primary")
    page.wait_for_selector('[data-colour="green"]')
    settled(page, "certificate-green")
    settled(page, "certificate-green-whole")
    shot = tmp_path / "code.png"
    page.locator(".official").screenshot(path=str(shot))
    (found,) = zxingcpp.read_barcodes(
        Image.open(shot), formats=zxingcpp.BarcodeFormat.QRCode
    )  # what a verifier's camera sees of the phone
    assert found.text == certificates(platform)[-1].payload
    with page.expect_download() as waited:
        page.click(".button--primary")
    folder = os.environ.get("KIOSK_SCREENSHOTS")
    waited.value.save_as(Path(folder or tmp_path) / "certificate.pdf")
    page.click(".top-language")
    page.wait_for_selector("text=GREEN")
    settled(page, "certificate-green-en")


def test_a_wrong_birth_date_is_told_where_it_was_typed(
    open_tab: Callable[..., Any], platform: Appliance, office: Office, tmp_path: Path
) -> None:
    slip = slip_of(platform, tmp_path)
    office.work()
    page = open_tab("/vaccination/certificate", **PHONE)
    page.set_input_files("#picture", str(slip))
    page.fill("#birth", "01/01/1970")
    page.click("button[type=submit].button--primary")
    page.wait_for_selector("[role=alert]")
    settled(page, "certificate-wrong")
    assert page.inner_text("[role=alert]").strip() == PROBLEMS["wrong"].vi
    assert page.input_value("#birth") == "01/01/1970"
    assert "001090" not in page.content(), "who does not know the birth date learns nothing"


def test_the_administrator_sees_keys_and_takes_one_back(
    open_tab: Callable[..., Any], platform: Appliance, office: Office, tmp_path: Path
) -> None:
    slip_of(platform, tmp_path)
    dose(platform, platform.pseudonym("001090099999"))
    office.work()
    add_operator(platform, "9", Role.ADMINISTRATOR)
    page = open_tab("/vaccination/certificates", **DESK)
    page.fill("input[name=operator]", "9")
    page.fill("input[name=pin]", PIN)
    page.click("main button[type=submit]")
    page.wait_for_selector(".counts")
    settled(page, "certificate-staff")
    taken_back = certificates(platform)[-1].uvci
    page.fill("#identifier", taken_back.lower())
    page.fill("#reason", "Hồ sơ giả mạo")
    before = [one.uvci for one in valid(platform)]
    page.click(".revoke button")
    page.wait_for_selector(".notice--ok")
    assert [one.uvci for one in valid(platform)] == [one for one in before if one != taken_back] != before
    settled(page, "certificate-staff-revoked")
    page.fill("#identifier", "URN:UVCI:01:VN:AAAA#A")
    page.fill("#reason", "thử")
    page.click(".revoke button")
    page.wait_for_selector(".notice--warning")
    assert taken_back not in [one.uvci for one in valid(platform)]
    assert len(valid(platform)) == len(before) - 1, "an id that nobody has takes nothing back"
