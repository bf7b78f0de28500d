"""A certificate of elsewhere at the reception desk and at the screening table, in a real Chromium: scanned, refused, compared, typed,
taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from tests.support.appliance import Workshop, assert_whole
from tests.support.issuing import Issuer
from tests.support.shown_documents import ago, an_issuer, certificate, dose_on, trusting_site
from tests.support.staff import add_operator
from tests.support.vaccination import CROWD, arrive, at_the_site, of_kind
from tests.support.vaccination_page import scanner, serving, sign_in

pytestmark = pytest.mark.browser

AN, BINH = [one for one in CROWD if one.sex == "male" and 1970 < one.birth_date.year < 2000][:2]
PICTURES = os.environ.get("KIOSK_TEST_PICTURES", "")


@pytest.fixture
def signer() -> Issuer:
    return an_issuer(at_the_site().now())


@pytest.fixture
def served(workshop: Workshop, signer: Issuer, tmp_path: Path) -> Iterator[tuple[Appliance, str]]:
    """A site that trusts one issuer, and its address."""
    site = trusting_site(workshop, signer, tmp_path)
    add_operator(site, "11", Role.MEDICAL_STAFF)
    with serving(site) as url:
        yield site, url


@pytest.fixture
def page(tablet: Any) -> Any:
    """Staff's tablet, and not the officer's two sizes."""
    return tablet


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def said(page: Any, words: str) -> None:
    page.wait_for_selector(f"#message:has-text('{words}')")


def test_at_the_desk_scanned_refused_compared_typed_and_taken_back(
    served: tuple[Appliance, str], page: Any, axe: Any, signer: Issuer
) -> None:
    site, url = served
    now = site.clock.now()
    sign_in(page, url, "/vaccination/desk")
    arrive(site, AN)
    page.fill("#box-text", AN.national_id)
    page.press("#box-text", "Enter")
    page.wait_for_selector(f"#person-name:text-is('{AN.name}')")
    axe(page)
    picture(page, "shown-desk-before")
    scanner(page, certificate(signer, BINH, dose_on(ago(site, 40)), at=now))
    said(page, "người khác")
    assert page.query_selector("#shown-doses") is None
    scanner(page, certificate(signer, AN, dose_on(ago(site, 40)), at=now))
    said(page, "Đã ghi 1 mũi")
    page.wait_for_selector("#shown-doses li:has-text('Comirnaty'):has-text('theo giấy chứng nhận')")
    axe(page)
    picture(page, "shown-desk")
    stranger = certificate(an_issuer(now), AN, dose_on(ago(site, 10), number=2), at=now - timedelta(days=1))
    scanner(page, stranger)
    said(page, "máy không có khóa của nơi cấp")
    assert AN.birth_date.strftime("%d/%m/%Y") in page.inner_text("#message .shown-document")
    axe(page)
    picture(page, "shown-desk-unverified")
    page.click("#shown-compared")
    page.wait_for_selector("#shown-doses li:has-text('đối chiếu giấy gốc')")
    page.click("#shown-paper-open")
    page.click("#shown-paper button[type=submit]")
    page.wait_for_selector("#shown-product[aria-invalid]")
    page.select_option("#shown-product", "other")
    page.fill("#shown-other_product", "Convidecia")
    page.fill("#shown-on", ago(site, 90).strftime("%d/%m/%Y"))
    page.fill("#shown-place", "Trạm y tế phường 4")
    axe(page)
    picture(page, "shown-paper")
    page.click("#shown-paper button[type=submit]")
    page.wait_for_selector("#shown-doses li[data-listed=false]:has-text('Convidecia'):has-text('mời bác sĩ')")
    picture(page, "shown-desk-three")
    page.click("#shown-doses li:has-text('Convidecia') button")
    page.click("#shown-take-back .chip >> nth=1")
    axe(page)
    picture(page, "shown-take-back")
    page.click("#shown-take-back button[type=submit]")
    said(page, "Đã rút")
    assert page.locator("#shown-doses li").count() == 2
    assert [one.data.basis for one in of_kind(site, "shown_dose")] == ["verified", "compared", "typed"]
    assert of_kind(site, "shown_withdrawn")[0].data.reason == "Ghi nhầm ngày"
    assert_whole(site)


def test_at_screening_what_was_answered_stays(
    served: tuple[Appliance, str], page: Any, axe: Any, signer: Issuer
) -> None:
    site, url = served
    arrive(site, AN)
    sign_in(page, url, "/vaccination/screening")
    page.click(".tile >> nth=0")
    page.wait_for_selector("#now-words:has-text('người chờ')")
    page.click("#next")
    page.wait_for_selector(f"#person-name:text-is('{AN.name}')")
    page.fill("#vital-temperature_c", "36,8")
    page.click("h2 >> nth=0")  # a scanner types where no field has the focus
    scanner(page, certificate(signer, AN, dose_on(ago(site, 40)), at=site.clock.now()))
    said(page, "Đã ghi 1 mũi")
    page.wait_for_selector("#person .shown-dose:has-text('Comirnaty')")
    assert page.input_value("#vital-temperature_c") == "36,8"
    assert "Comirnaty (theo giấy)" in page.inner_text("#person .person-facts")
    axe(page)
    picture(page, "shown-screening")
    page.goto(page.url + "?lang=en")
    page.wait_for_selector("#person .shown-dose:has-text('from a certificate seen on')")
