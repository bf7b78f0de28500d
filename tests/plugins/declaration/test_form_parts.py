"""Small parts of the form: areas in addresses, the rate, the last scan, what pages and logs must not tell."""

from __future__ import annotations

import logging
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Claim, Credential, Decision
from kiosk.journal.jobs import NotRecorded
from kiosk.web.app import create_app
from kiosk.web.rate import Rate
from plugins.declaration import form_checks, form_values
from plugins.declaration.areas import Areas, Found, areas, fold
from plugins.declaration.choices import PURPOSE_CHOICES, VEHICLE_CHOICES
from plugins.declaration.form_fields import BY_NAME, FIELDS, STEPS, label_of
from plugins.declaration.pass_claims import PURPOSES, VEHICLES
from plugins.declaration.prefill import KEPT_SECONDS, LastScan, fill
from tests.plugins.declaration.conftest import code_of, declare
from tests.plugins.declaration.form_visits import at_review
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import Workshop, codes, show

OLD, NEW = areas("2021"), areas("2025")


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("Số 1, Quận 1, TP.HCM", Found("79", "760", "", "Số 1")),
        (
            "12 Hai Bà Trưng, Phường Bến Nghé, Quận 1, Thành phố Hồ Chí Minh",
            Found("79", "760", "26740", "12 Hai Bà Trưng"),
        ),
        ("Tổ 5, Phúc Xá, Ba Đình, Hà Nội", Found("01", "001", "00001", "Tổ 5")),
        ("xóm 3, Nơi Nào Đó", Found(rest="xóm 3, Nơi Nào Đó")),
        ("", Found()),
        (",,,", Found(rest=",,,")),
    ],
)
def test_an_address_names_areas(address: str, found: Found) -> None:
    assert OLD.in_address(address) == found


def test_the_list_of_2025_has_provinces_and_communes() -> None:
    assert (len(OLD.provinces()), len(NEW.provinces())) == (63, 34)
    assert (OLD.districts, NEW.districts) == (True, False)
    assert NEW.in_address("1 Tràng Tiền, Phường Hoàn Kiếm, Hà Nội") == Found("01", "", "00070", "1 Tràng Tiền")


@pytest.mark.parametrize("listed", [OLD, NEW], ids=["2021", "2025"])
def test_every_area_has_its_parent(listed: Areas) -> None:
    for province, _ in listed.provinces():
        assert len(province) == 2
        assert listed.fits(province, "")
        for child, _ in listed.children(province):
            assert listed.fits(child, province)
            assert not listed.fits(child, "")


@given(st.text(max_size=60))
def test_any_address_is_taken_as_it_is(address: str) -> None:
    found = OLD.in_address(address)
    assert not found.ward or OLD.fits(found.ward, found.district)
    assert fold(address) == fold(fold(address))


def test_the_rate_is_of_each_address_and_of_the_last_minute() -> None:
    now = [0.0]
    rate = Rate(2, monotonic=lambda: now[0])
    assert [rate.take("a"), rate.take("a"), rate.take("a"), rate.take("b")] == [True, True, False, True]
    now[0] = 60.0
    assert rate.take("a")


def test_a_scan_is_kept_two_minutes_and_given_once() -> None:
    now = [0.0]
    scans = LastScan(lambda: now[0])
    card = Credential("cccd", {"name": Claim("Nguyễn Văn An"), "national_id": Claim("001090012345")})
    scans.keep(Credential("url", {}))
    assert not scans.waiting()
    scans.keep(card)
    assert scans.take() is card
    assert scans.take() is None
    scans.keep(card)
    now[0] = KEPT_SECONDS + 1
    assert not scans.waiting()


def test_a_card_replaces_an_area_that_it_does_not_name() -> None:
    typed = form_values.fresh("place").with_simple(home_province="79", home_district="760", phone="0912345678")
    card = {"name": "Nguyễn Văn An", "national_id": "001090012345", "address": "xóm 3, Hà Nội"}
    filled = fill(typed, Credential("cccd", {name: Claim(value) for name, value in card.items()}), OLD)
    assert (filled.get("home_province"), filled.get("home_district"), filled.get("phone")) == ("01", "", "0912345678")


def test_every_word_of_a_pass_can_be_picked() -> None:
    assert {choice.value for choice in VEHICLE_CHOICES} == set(VEHICLES)
    assert {choice.value for choice in PURPOSE_CHOICES} == set(PURPOSES)


@pytest.mark.parametrize("kind", list(STEPS))
def test_an_empty_form_names_every_error_as_people_call_it(kind: str) -> None:
    errors = form_checks.check(form_values.fresh(kind), OLD, datetime(2021, 8, 15))
    assert {"name", "document", "birth_year", "home_province", "phone", "has_symptoms"} <= set(errors)
    for name in [*errors, "companion-3-document", "companions", "consent", "home_ward", "origin_district"]:
        assert label_of(name).vi
        assert label_of(name).en


def test_every_field_speaks_both_languages() -> None:
    assert len(BY_NAME) == len(FIELDS)
    for field in FIELDS:
        assert field.label.vi
        assert field.label.en
        assert all(choice.label.vi and choice.label.en for choice in field.choices)


def test_a_pass_may_be_a_ground_where_the_site_says_so(workshop: Workshop) -> None:
    kiosk = workshop.open(["declaration"], sections="[plugin.declaration]\npass_admits = true\n")
    good = show(kiosk, code_of(kiosk, declare(kiosk)))
    assert (good.decision, codes(good)) == (Decision.ADMIT, ["declaration.valid"])
    assert show(kiosk, code_of(kiosk, declare(kiosk, symptoms=["fever"]))).decision is Decision.REFER


def test_what_cannot_be_recorded_is_said_and_not_lost(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    kiosk = workshop.open(["declaration"])
    tab = at_review(PaperBrowser(create_app(kiosk).test_client())).fill(consent="yes")

    def full(*_: object) -> None:
        raise NotRecorded("disk")

    monkeypatch.setattr(kiosk.journal, "append_drafts", full)
    tab.press("send")
    assert tab.answer.status_code == 503
    assert tab.values["phone"] == ["0912 345 678"]
    monkeypatch.undo()
    assert "/pass/" in tab.fill(consent="yes").press("send").path


def test_no_log_tells_who_declared_or_which_key(workshop: Workshop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    kiosk = workshop.start(["citizen_id", "declaration"])
    tab = at_review(PaperBrowser(create_app(kiosk).test_client()))
    tab.fill(consent="yes").press("send")
    with kiosk.session() as session:
        text = kiosk.signing.ring.signer(session)
    show(kiosk, "TK1:broken")
    secret = tab.path.rpartition("/")[2]
    for word in ("Nguyễn Văn An", "001090012345", "0912", "29A-123", secret, "PRIVATE KEY", str(text.key)):
        assert word not in caplog.text


def test_pages_are_not_kept_and_tell_no_other_site_where_they_are(workshop: Workshop) -> None:
    kiosk = workshop.open(["declaration"])
    client = create_app(kiosk).test_client()
    tab = at_review(PaperBrowser(client)).fill(consent="yes").press("send")
    for path in (tab.path, tab.path + "/code.png", tab.path + "/edit"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
