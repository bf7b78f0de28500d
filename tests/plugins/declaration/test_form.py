"""The form without scripts: every step, nothing lost on an error, companions, consent, and whatever is posted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.appliance import Appliance
from plugins.declaration.models import DeclaredRow
from plugins.declaration.records import Declared
from tests.plugins.declaration.form_visits import HEALTHY, JOURNEY, WHO, at_review, declared, make_client, sent
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import Workshop, codes, records, show


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
    yield make_client(workshop.open(["citizen_id", "declaration"]))
    workshop.close()


def test_a_pass_that_was_declared_here_is_in_the_table(kiosk: Appliance, tab: PaperBrowser) -> None:
    sent(tab)
    with kiosk.session() as session:
        row = session.scalars(select(DeclaredRow)).one()
        assert (row.origin, row.destination, row.plate, row.symptoms) == ("01.001.00001", "79", "29A-123.45", False)
