"""What fills the form in: a photograph or the text of a card, the card before the kiosk, and lists of areas."""

from __future__ import annotations

import io
from typing import Any

import pytest
import segno
from flask.testing import FlaskClient

from kiosk.appliance import Appliance
from tests.plugins.declaration.form_visits import WHO, make_client
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import Workshop, people, records, show


def picture_of(text: str) -> bytes:
    output = io.BytesIO()
    segno.make(text, encoding="utf-8").save(output, kind="png", scale=6, border=4)
    return output.getvalue()


def test_a_phone_fills_in_from_a_photograph_of_the_card(workshop: Workshop) -> None:
    platform = workshop.open(["qr_scanning", "citizen_id", "declaration"], role="platform")
    tab = PaperBrowser(make_client(platform)).open("/declaration/new/movement")
    card = "001090012345||Nguyễn Văn An|01011990|Nam|Số 1, Phường Phúc Xá, Quận Ba Đình, Hà Nội|01012021"
    tab.fill(phone="0912345678").press("prefill", picture_of(card))
    for name, value in {**WHO, "address": "Số 1", "phone": "0912345678"}.items():
        assert tab.values[name] == [value], name
    assert tab.says("Đã điền từ thẻ")
    assert tab.press().step() == "journey"
    assert records(platform) == []  # reading a card is no encounter


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (b"not a picture", "không phải ảnh"),
        (picture_of("https://example.org"), "không phải mã của thẻ căn cước"),
        (None, "Hãy chọn ảnh hoặc dán"),
    ],
)
def test_a_picture_that_does_not_help(workshop: Workshop, picture: bytes | None, words: str) -> None:
    platform = workshop.open(["qr_scanning", "citizen_id", "declaration"], role="platform")
    tab = (
        PaperBrowser(make_client(platform))
        .open("/declaration/new/place")
        .fill(phone="0912345678")
        .press("prefill", picture)
    )
    assert tab.says(words), tab.answer.text
    assert tab.values["phone"] == ["0912345678"]


def test_pasting_the_codes_text(workshop: Workshop) -> None:
    platform = workshop.open(["citizen_id", "declaration"], role="platform")
    citizen = next(people(5))
    tab = (
        PaperBrowser(make_client(platform))
        .open("/declaration/new/place")
        .fill(card_text=citizen.cccd_2021())
        .press("prefill")
    )
    assert tab.values["document"] == [citizen.national_id]
    assert tab.values["birth_year"] == [str(citizen.birth_date.year)]
    assert not tab.values["card_text"][0]


def test_a_kiosk_fills_in_from_the_card_it_has_just_scanned_once(kiosk: Appliance, client: FlaskClient) -> None:
    tab = PaperBrowser(client).open("/declaration/new/place")
    assert client.get("/declaration/scanned").json == {"waiting": False}
    assert tab.press("prefill:scan").says("Chưa thấy thẻ nào")
    citizen = next(people(7))
    answer = show(kiosk, citizen.cccd_2021())
    assert answer.record
    kiosk.host.notify("encounter_recorded", encounter=_encounter(kiosk, citizen.cccd_2021()), record=records(kiosk)[-1])
    assert client.get("/declaration/scanned").json == {"waiting": True}
    tab.press("prefill:scan")
    assert tab.values["name"] == [citizen.name]
    assert tab.press("prefill:scan").says("Chưa thấy thẻ nào")


def _encounter(kiosk: Appliance, payload: str) -> Any:
    from kiosk.domain import Encounter
    from kiosk.plugin import DecodedCode

    scan = kiosk.new_scan(DecodedCode(payload, payload.encode(), "QRCode"), "camera:front")
    return Encounter(scan, kiosk.station, credential=kiosk.host.first("read_credential", scan=scan).value)


def test_what_was_scanned_is_for_the_kiosks_own_screen_alone(client: FlaskClient) -> None:
    assert client.get("/declaration/scanned", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 404
    page = client.get("/declaration/new/place", environ_base={"REMOTE_ADDR": "192.0.2.7"}).text
    assert "take-scan" not in page
    assert "card_picture" in page


@pytest.mark.parametrize("code", ["1", "abc", "01/..", "99999", "٠١"])
def test_only_codes_of_areas_are_asked_for(client: FlaskClient, code: str) -> None:
    assert client.get(f"/declaration/areas/{code}").status_code == 404


def test_the_list_of_2025_has_no_districts(workshop: Workshop) -> None:
    kiosk = workshop.open(["declaration"], sections='[plugin.declaration]\narea_list = "2025"\n')
    tab = PaperBrowser(make_client(kiosk)).open("/declaration/new/place")
    assert "home_district" not in tab.values
    tab.fill(**{**WHO, "home_province": "01", "home_ward": "00070"}).press()
    assert tab.step() == "health", tab.errors()
