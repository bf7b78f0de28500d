"""The form without scripts: every step, nothing lost on an error, prefill, companions, consent, changing and withdrawing."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import segno
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from plugins.declaration.codes import picture as drawn
from plugins.declaration.models import DeclaredRow, WithdrawnRow
from plugins.declaration.records import Declared
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import SetClock, Workshop, codes, people, records, show

WHO: dict[str, Any] = {
    "on_behalf": "no",
    "name": "Nguyễn Văn An",
    "document": "001090012345",
    "birth_year": "1990",
    "sex": "male",
    "home_province": "01",
    "home_district": "001",
    "home_ward": "00001",
    "address": "Số 1, phố Hàng Bài",
    "phone": "0912 345 678",
}
JOURNEY = {"vehicle": "motorbike", "plate": "29a-123.45", "destination_province": "79", "purpose": "work"}
HEALTHY = {"has_symptoms": "no", "has_contact": "no", "has_travelled": "no"}
PLUGINS = ("qr_scanning", "citizen_id", "declaration", "receipt_printing")


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def kiosk(workshop: Workshop, clock: SetClock) -> Appliance:
    return workshop.open(PLUGINS, clock=clock, sections='[plugin.receipt_printing]\nprinter = { kind = "virtual" }\n')


@pytest.fixture
def client(kiosk: Appliance) -> FlaskClient:
    return _client(kiosk)


def _client(appliance: Appliance) -> FlaskClient:
    app = create_app(appliance)
    app.config["TESTING"] = True
    return app.test_client()


@pytest.fixture
def tab(client: FlaskClient) -> PaperBrowser:
    return PaperBrowser(client)


def at_review(tab: PaperBrowser, kind: str = "movement", **more: Any) -> PaperBrowser:
    tab.open(f"/declaration/new/{kind}").fill(**{**WHO, **more}).press()
    if kind == "movement":
        assert tab.step() == "journey"
        tab.fill(**JOURNEY).press()
    assert tab.step() == "health", tab.errors()
    tab.fill(**HEALTHY).press()
    assert tab.step() == "review", tab.errors()
    return tab


def sent(tab: PaperBrowser, **more: Any) -> PaperBrowser:
    at_review(tab, **more).fill(consent="yes").press("send")
    assert "/pass/" in tab.path
    return tab


def declared(appliance: Appliance) -> list[Declared]:
    return [one.data for one in records(appliance) if isinstance(one.data, Declared)]


def test_a_journey_from_the_first_page_to_the_pass(kiosk: Appliance, tab: PaperBrowser) -> None:
    tab.open("/declaration/")
    assert "/declaration/new/movement" in tab.answer.text
    at_review(tab)
    for words in (
        "Nguyễn Văn An",
        "Phường Phúc Xá, Quận Ba Đình, Thành phố Hà Nội",
        "29A-123.45".lower(),
        "Thành phố Hồ Chí Minh",
    ):
        assert tab.says(words), words
    tab.fill(consent="yes").press("send")
    (body,) = declared(kiosk)
    assert body.journey is not None
    assert (body.phone, body.journey.plate, body.journey.origin.ward) == ("0912345678", "29A-123.45", "00001")
    assert tab.says("<svg")
    assert tab.says("Hiệu lực đến")
    (record,) = [one for one in records(kiosk) if isinstance(one.data, Declared)]
    assert record.citizen == kiosk.pseudonym("001090012345")


def test_the_picture_of_the_code_is_a_pass_that_a_scanner_reads(kiosk: Appliance, client: FlaskClient) -> None:
    tab = sent(PaperBrowser(client))
    picture = client.get(tab.path + "/code.png")
    assert picture.mimetype == "image/png"
    assert "attachment" in picture.headers["Content-Disposition"]
    (code,) = kiosk.guarded_first("decode_image", image=picture.data).value
    assert code.text.startswith("TK1:")
    assert "declaration.valid" in codes(show(kiosk, code.text))


def test_a_place_asks_nothing_of_a_journey(kiosk: Appliance, tab: PaperBrowser) -> None:
    sent(tab, kind="place")
    (body,) = declared(kiosk)
    assert (body.kind, body.journey) == ("place", None)
    assert body.expires_at - body.issued_at == 24 * 3600


def test_errors_stand_beside_their_inputs_and_nothing_typed_is_lost(tab: PaperBrowser) -> None:
    tab.open("/declaration/new/movement").fill(
        **{**WHO, "document": "12345", "birth_year": "90", "phone": "x", "address": ""}
    ).press()
    assert tab.answer.status_code == 422
    assert tab.step() == "who"
    assert sorted(tab.errors()) == ["address", "birth_year", "document", "phone"]
    assert tab.values["document"] == ["12345"]
    assert tab.values["name"] == ["Nguyễn Văn An"]
    assert tab.values["home_ward"] == ["00001"]
    assert tab.says('aria-describedby="phone-error"')
    assert tab.says("Số điện thoại có 8 đến 15 chữ số.")


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"name": ""}, "name"),
        ({"name": "A1"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"birth_year": "1991"}, "birth_year"),  # the number itself says 1990
        ({"birth_year": "3000"}, "birth_year"),
        ({"document": "B123"}, "document"),
        ({"nationality": "USA", "document": "1"}, "document"),
        ({"nationality": "???"}, "nationality"),
        ({"sex": ""}, "sex"),
        ({"email": "nobody"}, "email"),
        ({"home_province": ""}, "home_province"),
        ({"home_province": "79"}, "home_district"),  # the district is of another province
        ({"home_ward": "26734"}, "home_ward"),
        ({"on_behalf": "yes"}, "declarer"),
    ],
)
def test_what_is_wrong_with_a_person(tab: PaperBrowser, wrong: dict[str, str], where: str) -> None:
    tab.open("/declaration/new/place").fill(**{**WHO, **wrong}).press()
    assert tab.errors() == [where]


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"vehicle": ""}, "vehicle"),
        ({"plate": ""}, "plate"),
        ({"plate": "biển số"}, "plate"),
        ({"destination_province": ""}, "destination_province"),
        ({"destination_province": "79", "destination_ward": "00001"}, "destination_district"),
        ({"departs_at": "mai"}, "departs_at"),
        ({"purpose": "fun"}, "purpose"),
    ],
)
def test_what_is_wrong_with_a_journey(tab: PaperBrowser, wrong: dict[str, str], where: str) -> None:
    tab.open("/declaration/new/movement").fill(**WHO).press().fill(**{**JOURNEY, **wrong}).press()
    assert tab.errors() == [where]


def test_a_yes_asks_which(tab: PaperBrowser) -> None:
    tab.open("/declaration/new/place").fill(**WHO).press()
    tab.fill(has_symptoms="yes", has_contact="yes", has_travelled="yes").press()
    assert sorted(tab.errors()) == ["contacts", "symptoms", "travelled"]
    tab.fill(symptoms=["fever", "cough"], contacts=["case"], travelled="Bắc Giang").press()
    assert tab.step() == "review"
    assert tab.says("Sốt, Ho")


def test_without_scripts_the_lists_come_from_the_server(tab: PaperBrowser) -> None:
    tab.open("/declaration/new/place")
    assert not tab.says("Quận Ba Đình")
    tab.fill(home_province="01").press("list")
    assert tab.says("Quận Ba Đình")
    assert tab.errors() == []
    tab.fill(home_district="001").press("list")
    assert tab.says("Phường Phúc Xá")


def test_back_and_change_keep_everything(tab: PaperBrowser) -> None:
    at_review(tab).press("to:who")
    assert (tab.step(), tab.values["name"]) == ("who", ["Nguyễn Văn An"])
    tab.fill(name="Nguyễn Văn Anh").press().press().press()
    assert tab.step() == "review"
    assert tab.says("Nguyễn Văn Anh")
    assert tab.press("back").step() == "health"
    assert tab.values["has_symptoms"] == ["no"]


def test_companions_come_and_go(kiosk: Appliance, tab: PaperBrowser) -> None:
    tab.open("/declaration/new/movement").fill(**WHO).press().fill(**JOURNEY).press("add").press("add")
    tab.fill(**{"companion-0-name": "Trần Thị Bình", "companion-0-birth_year": "1992"}).press()
    assert sorted(tab.errors()) == ["companion-1-birth_year", "companion-1-name"]
    tab.press("remove:1").press()
    assert tab.step() == "health"
    tab.fill(**HEALTHY).press()
    assert tab.says("Trần Thị Bình, 1992")
    tab.fill(consent="yes").press("send")
    (body,) = declared(kiosk)
    assert body.journey is not None
    assert [one.name for one in body.journey.companions] == ["Trần Thị Bình"]


def test_no_more_companions_than_the_form_takes(tab: PaperBrowser) -> None:
    tab.open("/declaration/new/movement").fill(**WHO).press().fill(**JOURNEY)
    for _ in range(8):
        tab.press("add")
    assert ("go", "add") not in tab.forms[0]["buttons"]


def test_without_consent_nothing_is_recorded(kiosk: Appliance, tab: PaperBrowser) -> None:
    at_review(tab).press("send")
    assert tab.errors() == ["consent"]
    assert declared(kiosk) == []


def test_sending_skips_no_check(kiosk: Appliance, client: FlaskClient, tab: PaperBrowser) -> None:
    at_review(tab).fill(consent="yes", name="").press("send")
    assert (tab.step(), tab.errors()) == ("who", ["name"])
    assert declared(kiosk) == []


def test_sent_twice_is_one_declaration(kiosk: Appliance, client: FlaskClient) -> None:
    first, second = PaperBrowser(client), PaperBrowser(client)
    at_review(first).fill(consent="yes")
    second.forms = first.forms
    assert first.press("send").path == second.press("send").path
    assert len(declared(kiosk)) == 1


def test_a_change_makes_a_new_pass_and_withdraws_the_old(kiosk: Appliance, client: FlaskClient) -> None:
    tab = sent(PaperBrowser(client))
    old = tab.path
    tab.open(old + "/edit")
    assert tab.values["phone"] == ["0912345678"]
    tab.fill(phone="0987654321").press().press().press().fill(consent="yes")
    again = PaperBrowser(client)
    again.forms = tab.forms
    tab.press("send")
    assert tab.path != old
    assert again.press("send").path == tab.path
    bodies = declared(kiosk)
    assert [one.phone for one in bodies] == ["0912345678", "0987654321"]
    assert bodies[1].replaces == bodies[0].pass_id
    assert client.get(old + "/code.png").status_code == 404
    assert "đã được rút hoặc thay thế" in client.get(old).text
    with kiosk.session() as session:
        assert session.scalar(select(func.count()).select_from(WithdrawnRow)) == 1


def test_a_change_needs_the_secret(kiosk: Appliance, client: FlaskClient) -> None:
    tab = sent(PaperBrowser(client))
    number = tab.path.split("/")[3]
    forged = (
        at_review(PaperBrowser(client), phone="0911111111")
        .fill(consent="yes", replaces=f"{number}/wrong")
        .press("send")
    )
    assert forged.says("Không mở được tờ khai cũ")
    assert len(declared(kiosk)) == 1
    assert "replaces" not in forged.values


def test_withdrawing(kiosk: Appliance, client: FlaskClient) -> None:
    tab = sent(PaperBrowser(client))
    tab.send("/withdraw")
    assert tab.says("đã được rút hoặc thay thế")
    assert not tab.says("<svg viewBox")
    tab.open(tab.path + "/edit")
    assert tab.says("đã được rút hoặc thay thế")


def test_an_expired_declaration_says_so(clock: SetClock, client: FlaskClient) -> None:
    tab = sent(PaperBrowser(client))
    clock.ahead = timedelta(hours=73)
    assert tab.open(tab.path).says("đã hết hiệu lực")


def test_a_clock_that_nobody_trusts_is_said_on_the_pass(clock: SetClock, client: FlaskClient) -> None:
    assert not sent(PaperBrowser(client)).says("chưa được đồng bộ")
    clock.is_trusted = False
    assert sent(PaperBrowser(client), phone="0911111111").says("chưa được đồng bộ")


def test_a_wrong_link_is_a_page_that_is_not_there(client: FlaskClient) -> None:
    tab = sent(PaperBrowser(client))
    for path in (
        tab.path[:-1],
        tab.path + "/edit/x",
        "/declaration/pass/x/y",
        tab.path[:-1] + "/edit",
        tab.path[:-1] + "/code.png",
    ):
        assert client.get(path).status_code == 404, path


def test_every_form_needs_its_token(kiosk: Appliance, tab: PaperBrowser) -> None:
    at_review(tab).fill(consent="yes", csrf_token="").press("send")
    assert tab.answer.status_code == 400
    assert declared(kiosk) == []


def test_too_many_from_one_address_wait_and_lose_nothing(workshop: Workshop) -> None:
    kiosk = workshop.open(["declaration"], sections="[plugin.declaration]\nforms_per_minute = 1\n")
    client = _client(kiosk)
    sent(PaperBrowser(client))
    tab = at_review(PaperBrowser(client), phone="0911111111").fill(consent="yes").press("send")
    assert tab.answer.status_code == 429
    assert tab.values["phone"] == ["0911111111"]
    assert len(declared(kiosk)) == 1


def test_a_kiosk_shows_where_a_phone_may_declare(workshop: Workshop) -> None:
    address = "https://platform.example/declaration"
    kiosk = workshop.open(["qr_scanning", "declaration"], sections=f'[plugin.declaration]\npublic_url = "{address}"\n')
    client = _client(kiosk)
    assert f'aria-label="{address}"' in client.get("/declaration/").text
    assert address not in client.get("/declaration/", environ_base={"REMOTE_ADDR": "192.0.2.7"}).text
    (code,) = kiosk.guarded_first("decode_image", image=drawn(address)).value
    assert code.text == address


def test_in_english(client: FlaskClient) -> None:
    tab = PaperBrowser(client).open("/declaration/?lang=en")
    assert tab.says("To pass checkpoints")
    tab.open("/declaration/new/place").fill(name="").press()
    assert tab.says("Please fill this in.")
    assert not re.search("Hãy|Họ và tên", tab.answer.text)


def picture_of(text: str) -> bytes:
    output = io.BytesIO()
    segno.make(text, encoding="utf-8").save(output, kind="png", scale=6, border=4)
    return output.getvalue()


def test_a_phone_fills_in_from_a_photograph_of_the_card(workshop: Workshop) -> None:
    platform = workshop.open(["qr_scanning", "citizen_id", "declaration"], role="platform")
    tab = PaperBrowser(_client(platform)).open("/declaration/new/movement")
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
        PaperBrowser(_client(platform))
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
        PaperBrowser(_client(platform))
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
    tab = PaperBrowser(_client(kiosk)).open("/declaration/new/place")
    assert "home_district" not in tab.values
    tab.fill(**{**WHO, "home_province": "01", "home_ward": "00070"}).press()
    assert tab.step() == "health", tab.errors()


@given(st.dictionaries(st.sampled_from([*WHO, "step", "go", "key", "replaces", "companion-0-name", "companion-9-name", "vehicle",
    "symptoms", "departs_at", "consent", "card_text"]), st.text(max_size=60), max_size=8))  # fmt: skip
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_posted_gets_an_answer_in_words(shared: FlaskClient, posted: dict[str, str]) -> None:
    token = PaperBrowser(shared).open("/declaration/new/movement").values["csrf_token"][0]
    answer = shared.post("/declaration/new/movement", data={"step": "who", **posted, "csrf_token": token})
    assert answer.status_code in (200, 303, 400, 422), answer.text


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    workshop = Workshop(tmp_path_factory.mktemp("form"))
    yield _client(workshop.open(["citizen_id", "declaration"]))
    workshop.close()


def test_a_pass_that_was_declared_here_is_in_the_table(kiosk: Appliance, tab: PaperBrowser) -> None:
    sent(tab)
    with kiosk.session() as session:
        row = session.scalars(select(DeclaredRow)).one()
        assert (row.origin, row.destination, row.plate, row.symptoms) == ("01.001.00001", "79", "29A-123.45", False)
