"""After sending: changing and withdrawing by the secret, the pass's words, links, limits, English."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.appliance import Appliance
from plugins.declaration.codes import picture as drawn
from plugins.declaration.models import WithdrawnRow
from tests.plugins.declaration.form_visits import at_review, declared, make_client, sent
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import SetClock, Workshop


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
    client = make_client(kiosk)
    sent(PaperBrowser(client))
    tab = at_review(PaperBrowser(client), phone="0911111111").fill(consent="yes").press("send")
    assert tab.answer.status_code == 429
    assert tab.values["phone"] == ["0911111111"]
    assert len(declared(kiosk)) == 1


def test_a_kiosk_shows_where_a_phone_may_declare(workshop: Workshop) -> None:
    address = "https://platform.example/declaration"
    kiosk = workshop.open(["qr_scanning", "declaration"], sections=f'[plugin.declaration]\npublic_url = "{address}"\n')
    client = make_client(kiosk)
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
