"""The platform's pages of vaccination in a real Chromium, on a desk's screen and a phone: nothing cut off, axe on every page."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import NATION, site_audience
from kiosk.journal.saying import say
from kiosk.operators.register import Role
from kiosk.web.app import create_app
from plugins.vaccination.models import FindingRow
from plugins.vaccination.nation.booking import Bookings
from plugins.vaccination.records import Allocation, Capacity, NotGiven, Recall, Registration, Round
from tests.support.accessibility import violations
from tests.support.appliance import Workshop
from tests.support.staff import PIN, add_operator
from tests.support.vaccination_nation import given, person, shown, taken, written

pytestmark = pytest.mark.browser

PAGES = ("appointments", "import", "conflicts", "figures", "lots")
PICTURES = os.environ.get("KIOSK_PICTURES", "")  # a folder that takes a picture of every page


@pytest.fixture
def site(workshop: Workshop, write: Any) -> Iterator[tuple[Appliance, str]]:
    """A platform on whose tables something stands for every page."""
    appliance = workshop.open(("vaccination", "national_platform"), role="platform")
    fill(appliance)
    add_operator(appliance, "101", Role.ADMINISTRATOR)
    served = write.Served(create_app(appliance))
    yield appliance, served.url
    appliance.events.close()
    served.close()


def fill(appliance: Appliance) -> None:
    room = appliance.host.plugin("vaccination").site
    now = appliance.clock.now()
    today = now.date()

    def publish(audience: str, *drafts: Draft) -> None:
        entries = entries_of(drafts, now, True)
        say(appliance.journal, audience, lambda session: entries)

    days = [(today + timedelta(days=number)).isoformat() for number in range(4)]
    first, last = days[0], days[-1]
    appliance.record(
        [
            Draft("vaccination.round", Round(round="Đợt 5", product="AstraZeneca", first_day=first, last_day=last)),
            *[
                Draft(
                    "vaccination.registration",
                    Registration(name=f"Nguyễn Thị Số {number}", birth_date="1980", priority_group="others", state="approved"),
                    person(number),
                )
                for number in range(30)
            ],
        ]
    )  # fmt: skip
    for place, at in enumerate(("quan-1-nha-van-hoa", "thu-duc-01")):
        slots = [
            Draft("vaccination.capacity", Capacity(site=at, day=day, slot=slot, places=6 + 4 * place))
            for day in days
            for slot in ("08:00-08:30", "08:30-09:00")
        ]
        publish(site_audience(at), *slots)
    Bookings(room).invite("quan-1-nha-van-hoa", "Đợt 5", days)
    for writer, at in (("aaaa.1", "quan-1-nha-van-hoa"), ("bbbb.1", "thu-duc-01")):
        doses = [given(person(100 + number), today - timedelta(days=number % 3)) for number in range(12)]
        doses += [given(person(1000 + place * len(writer)), today, lot="ABV5297", number=2) for place in range(3)]
        taken(appliance, written(appliance, writer, doses if at[0] == "q" else doses[:3], at, at=now))
    elsewhere = [
        shown(person(100), today - timedelta(days=9)),
        *[
            Draft("vaccination.not_given", NotGiven(product="AstraZeneca", lot="ABV7890", reasons=reasons))
            for reasons in (["interval_short"], ["interval_short", "expired_lot"], ["not_screened_today"])
        ],
    ]
    taken(appliance, written(appliance, "cccc.1", elsewhere, "can-gio-02", at=now))
    allotted = Allocation(
        consignment="PX-2021-118",
        site="thu-duc-01",
        product="AstraZeneca",
        lot="ABV7890",
        expiry=last,
        vials=120,
        doses_per_vial=10,
    )
    publish(site_audience("thu-duc-01"), Draft("vaccination.allocation", allotted))
    publish(
        NATION,
        Draft(
            "vaccination.recall", Recall(product="AstraZeneca", lot="ABV5297", reason="Nhiệt độ vận chuyển vượt 8 °C")
        ),
    )


@pytest.mark.parametrize("size", [(1280, 800), (390, 844)], ids=["desk", "phone"])
def test_every_page_fits_its_screen_and_is_accessible(
    site: tuple[Appliance, str], chromium: Any, size: tuple[int, int]
) -> None:
    appliance, url = site
    page = signed_in(chromium, url, size)
    said: list[str] = []
    page.on("console", lambda one: said.append(one.text) if one.type in ("error", "warning") else None)
    found: list[str] = []
    today = appliance.host.plugin("vaccination").site.today_text()
    asked = {"appointments": f"?site=quan-1-nha-van-hoa&day={today}", "lots": "?lot=ABV7890"}
    for name in PAGES:
        query = asked.get(name, "")
        page.goto(f"{url}/vaccination/nation/{name}{query}")
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: wider than the screen")
        small = page.evaluate(
            "[...document.querySelectorAll('a.button, button, select, input:not([type=hidden], [type=checkbox])')]"
            ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 44).map(one => one.outerHTML.slice(0, 80))"
        )
        found += [f"{name}: too small for a finger: {one}" for one in small]
        found += [f"{name}: {one}" for one in violations(page)]
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size[0]}.png", full_page=True)
    page.context.close()
    assert found == []
    assert said == []


def signed_in(chromium: Any, url: str, size: tuple[int, int]) -> Any:
    """A page of the administrator's."""
    context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, locale="vi-VN")
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{url}/staff/")
    page.fill("#operator", "101")
    page.fill("#pin", PIN)
    page.press("#pin", "Enter")
    page.wait_for_url(f"{url}/staff/")
    return page


def test_a_conflict_with_a_dose_from_a_document_is_settled_with_a_reason(
    site: tuple[Appliance, str], chromium: Any
) -> None:
    appliance, url = site
    page = signed_in(chromium, url, (1280, 800))
    page.goto(f"{url}/vaccination/nation/conflicts")
    before = page.locator("tbody tr").count()
    row = page.locator("tbody tr", has_text="can-gio-02").first
    assert "theo giấy tờ" in row.inner_text()
    row.get_by_role("button", name="Đã xử lý").click()  # without a reason the browser itself does not send it
    assert page.locator("tbody tr").count() == before
    row.get_by_label("Lý do").fill("Đã gọi điểm, giấy ghi nhầm ngày")
    with page.expect_navigation():
        row.get_by_role("button", name="Đã xử lý").click()
    assert "các điểm liên quan sẽ được báo" in page.content()
    assert page.locator("tbody tr").count() == before - 1
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "settled-1280.png", full_page=True)
    page.context.close()
    with appliance.session() as session:
        told = session.scalars(select(FindingRow).where(FindingRow.reason != "")).all()
    assert sorted(one.writer for one in told) == ["site:can-gio-02", "site:quan-1-nha-van-hoa"]
