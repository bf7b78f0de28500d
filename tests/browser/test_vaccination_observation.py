"""The observation room on a tablet and on a television, in a real Chromium: the exit's alarm, a reaction with its protocol."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from plugins.vaccination.records.stock import Received, Temperature, Wasted
from tests.support.appliance import SetClock, Workshop
from tests.support.staff import add_operator
from tests.support.vaccination import CROWD, Visitor, at_the_site, dose, of_kind, ready, record, today, vaccination_site
from tests.support.vaccination_page import scanner, serving, sign_in

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("KIOSK_KEEP_PICTURES", "")  # a folder, to look at what people see


@pytest.fixture
def room(workshop: Workshop) -> Iterator[tuple[Appliance, str, list[Visitor]]]:
    """A site whose clock is 31 minutes after the first two doses, its address, and who was vaccinated."""
    clock = at_the_site()
    clock.ahead -= timedelta(minutes=31)
    people = _vaccinated(workshop, clock, 0, 2)
    clock.ahead += timedelta(minutes=20)
    people += _vaccinated(workshop, clock, 2, 9)
    clock.ahead += timedelta(minutes=11)
    site = vaccination_site(workshop, clock=clock)
    people += [_one(site, number) for number in range(9, 14)]
    add_operator(site, "11", Role.MEDICAL_STAFF, Role.ADMINISTRATOR)
    with serving(site) as url:
        yield site, url, people


def _vaccinated(workshop: Workshop, clock: SetClock, first: int, last: int) -> list[Visitor]:
    """In a life of the process of its own: a clock that is set forward while it runs would be seen as a step."""
    site = vaccination_site(workshop, clock=clock)
    people = [_one(site, number) for number in range(first, last)]
    workshop.stop(site)
    return people


def _one(site: Appliance, number: int) -> Visitor:
    visitor = ready(site, CROWD[number])
    dose(site, visitor, product=("AstraZeneca", "Comirnaty")[number % 2], lot=("ABV1234", "FF2834")[number % 2])
    return visitor


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


def test_the_exit_lets_go_who_may_and_alarms_at_who_may_not(
    room: tuple[Appliance, str, list[Visitor]], tab: Callable[..., Any], axe: Any
) -> None:
    site, url, people = room
    page = tab()
    sign_in(page, url, "/vaccination/observation")
    page.wait_for_selector(".obs-tile[data-state=done]")
    assert page.inner_text("#count-done") == "2"
    axe(page)
    picture(page, "room")
    scanner(page, people[0].code)
    page.wait_for_selector(f".obs-go:has-text('{people[0].ticket} · MỜI VỀ')")  # for some seconds
    picture(page, "may-go")
    scanner(page, people[2].code)
    page.wait_for_selector("#alarm[open]")
    left_over = re.search(r"CÒN (\d+) PHÚT", page.inner_text("#alarm"))
    assert left_over
    assert 5 < int(left_over[1]) <= 19, "eleven minutes ago, and as long as it took to come here"
    axe(page)
    page.click("#alarm [type=submit]")
    page.wait_for_selector("#alarm [data-problem]:not([hidden])")
    picture(page, "alarm")
    page.click("#alarm .chip >> nth=0")
    page.click("#alarm [type=submit]")
    page.wait_for_selector("#alarm", state="hidden")
    left = [(one.data.early, one.data.reason) for one in of_kind(site, "left")]
    assert left == [(False, ""), (True, "Bác sĩ cho về")]


def test_a_reaction_is_graded_and_treated_by_keys_alone(
    room: tuple[Appliance, str, list[Visitor]], tab: Callable[..., Any], axe: Any
) -> None:
    site, url, people = room
    page = tab()
    sign_in(page, url, "/vaccination/observation")
    page.wait_for_selector(".obs-tile")
    page.focus(f".obs-tile:has-text('{people[9].ticket}') button")
    page.keyboard.press("Enter")
    page.wait_for_selector("#person[open]")
    axe(page)
    page.focus("#person-report")
    page.keyboard.press("Enter")
    page.wait_for_selector("#report[open]")
    axe(page)
    for sign in ("hives", "short_of_breath"):
        page.focus(f"[name=sign][value={sign}]")
        page.keyboard.press("Space")
    page.fill("#report-pulse", "128")
    picture(page, "report")
    page.focus("#report-note")
    page.keyboard.press("Enter")
    page.wait_for_selector("#case[open]")
    assert "Độ II" in page.inner_text("#case-title")
    page.focus("[data-prompt=adrenaline]")
    page.keyboard.press("Enter")
    page.wait_for_selector("#case li[data-done]")
    axe(page)
    picture(page, "case")
    page.click("#case-over")
    page.fill("#over-to", "Cấp cứu 115")
    axe(page)
    page.click("#over [type=submit]")
    page.wait_for_selector("#case-paper:not([hidden])")
    assert [one.data.to for one in of_kind(site, "handover")] == ["Cấp cứu 115"]
    assert of_kind(site, "reaction")[-1].data.actions == ["adrenaline"]
    page.goto(url + "/vaccination/observation/reactions")
    axe(page)
    picture(page, "lots")


def test_the_television_shows_numbers_and_says_when_it_is_cut_off(
    room: tuple[Appliance, str, list[Visitor]], tab: Callable[..., Any], axe: Any
) -> None:
    _, url, people = room
    page = tab(1920, 1080)
    page.goto(url + "/vaccination/observation/board")
    page.wait_for_selector(".watch-tile[data-state=done]")
    assert page.locator(".watch-tile").count() == len(people)
    axe(page)
    picture(page, "television")
    page.route("**/observation/board/state", lambda route: route.fulfill(status=409))
    page.wait_for_selector("#lost:not([hidden])")
    assert "KHÔNG CẬP NHẬT" in page.inner_text("#lost")


def test_the_supervisors_day_is_closed_and_can_be_read_by_everybody(
    room: tuple[Appliance, str, list[Visitor]], tab: Callable[..., Any], axe: Any
) -> None:
    site, url, people = room
    lot = {"product": "AstraZeneca", "lot": "ABV1234"}
    record(site, "received", Received(consignment="C1", expiry="2031-01-01", vials=2, doses_per_vial=10, **lot))
    record(site, "wasted", Wasted(doses=3, reason="left_over", **lot))
    record(site, "temperature", Temperature(store="TL1", celsius=4.5, within=True))
    page = tab(1280, 900)
    sign_in(page, url, "/vaccination/day")
    axe(page)
    page.click(".day-close [type=submit]")
    page.wait_for_selector(".day-closing .badge--ok")
    assert str(len(people)) in page.inner_text(".day-sums")
    axe(page)
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / "day.png"), full_page=True)
        reply = page.request.get(url + f"/vaccination/day/{today(site)}/report")
        (Path(PICTURES) / "day.pdf").write_bytes(reply.body())
    assert [one.data.day for one in of_kind(site, "day_closed")] == [today(site)]
