"""The officer's further pictures at the demo's checkpoint (a vehicle, a stop, surge mode and what it leaves), tracing on the platform, and
a declaration at the kiosk with its paper. Follows ``on_the_road``, whose officer has let somebody through."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.synthetic import Citizen, citizens
from plugins.demo import pictures
from plugins.demo.queue import Arrival, step_up
from tests.pictures import on_the_road, vaccination_day
from tests.pictures.stage import PHONE, SEED, TABLET, Camera, Demo, sign_in, wait_for
from tests.support.processes import run

LANE = "1"
KIOSK_PROGRAM = [sys.executable, "-m", "kiosk"]


def take(camera: Camera, demo: Demo) -> None:
    demo.pause()
    quarantined, traveller, another, passing, at_the_kiosk = islice(citizens(Random(SEED + 2)), 5)
    quarantine(demo, quarantined)
    with camera.window(PHONE) as phone:
        code = on_the_road.declare(phone, demo.urls["platform"], traveller)
    with camera.window(TABLET) as page:
        on_the_road.take_lane(page, demo, LANE)
        another_persons_pass(camera, page, another, code)
        vehicle(camera, page, code, quarantined)
        search(camera, page, "29A-123.45")
        surge(camera, page, demo, passing)
    tracing(camera, demo)
    declaration_at_the_kiosk(camera, demo, at_the_kiosk)


def quarantine(demo: Demo, person: Citizen) -> None:
    """The platform publishes it as an administrator would; every post hears of it at its next exchange."""
    platform = ["--profile", "demo-platform", "--data", str(demo.data / "platform")]
    listed = run([*KIOSK_PROGRAM, "checkpoint", "list", "--list", "quarantine", *platform, "-"], person.national_id)
    kind = ["--audience", "nation", "--kind", "checkpoint.list_delta"]
    run([*KIOSK_PROGRAM, "platform", "publish", *kind, *platform, "-"], listed)


# --- the officer


def another_persons_pass(camera: Camera, page: Any, person: Citizen, code: str) -> None:
    on_the_road.scan(page, person.national_qr())
    on_the_road.scan(page, code)
    page.wait_for_selector('body[data-decision="refer"]')
    camera.take(page, "checkpoint-check")
    next_person(page)


def vehicle(camera: Camera, page: Any, code: str, quarantined: Citizen) -> None:
    """The driver has a pass; the second of four may not pass."""
    page.click('[data-action="vehicle"]')
    page.fill("#plate", "51B-123.45")
    page.select_option("#vehicle-class", "passenger")
    page.fill("#expected", "4")
    page.click('#vehicle button[type="submit"]')
    page.wait_for_selector("#vehicle-left:visible")

    on_the_road.scan(page, code)
    next_person(page)

    def stopped() -> bool:
        on_the_road.scan(page, quarantined.national_qr())
        if page.get_attribute("body", "data-decision") == "refuse":
            return True
        next_person(page)  # this post has not heard of it yet
        return False

    wait_for(stopped, "the quarantine list did not reach the post")
    camera.take(page, "checkpoint-stop")
    page.click("#theme")
    camera.take(page, "checkpoint-night")
    page.click("#theme")
    next_person(page)
    page.click("#vehicle-left")


def search(camera: Camera, page: Any, plate: str) -> None:
    page.click('[data-action="search"]')
    page.fill("#search-text", plate)
    page.click('#search button[type="submit"]')
    page.wait_for_selector("#found li")
    camera.take(page, "checkpoint-search")
    page.click("#search [data-close]")


def surge(camera: Camera, page: Any, demo: Demo, person: Citizen) -> None:
    page.click('[data-action="surge"]')
    page.click("#surge .chip")
    camera.take(page, "checkpoint-surge")
    page.click('#surge button[type="submit"]')
    page.wait_for_selector("#surge-banner:visible")
    on_the_road.scan(page, person.national_qr())
    page.wait_for_selector('body[data-decision="admit"]')
    page.wait_for_selector("#later:visible")
    page.goto(f"{demo.urls['checkpoint']}/checkpoint/later")
    page.click(".later a.button")
    page.wait_for_selector("main form")
    camera.take(page, "checkpoint-complete", whole=True)


def next_person(page: Any) -> None:
    page.keyboard.press("n")
    page.wait_for_selector('body[data-decision="ready"]')


# --- the platform


def tracing(camera: Camera, demo: Demo) -> None:
    with camera.window() as page:
        sign_in(page, demo.urls["platform"], on_the_road.TECHNICIAN, demo.pin)

        def found() -> bool:
            page.goto(f"{demo.urls['platform']}/checkpoint/tracing")
            now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
            for field, hours in (("#since", -1), ("#until", 1)):
                page.fill(field, f"{now + timedelta(hours=hours):%Y-%m-%dT%H:00}")
            page.fill("#why", "Vụ 12/2021")
            with page.expect_navigation():
                page.click(".trace-form button")
            return len(page.query_selector_all("tbody tr")) > 3

        wait_for(found, "the passages did not reach the platform")
        camera.take(page, "checkpoint-tracing")


# --- a declaration at the kiosk


def declaration_at_the_kiosk(camera: Camera, demo: Demo, person: Citizen) -> None:
    """The card before the kiosk's camera fills the form in; the pass comes out of its printer."""
    url = demo.urls["kiosk"]
    with camera.window(touch=True) as page:
        page.goto(f"{url}/declaration/new/movement")
        held = pictures.held(pictures.card(person), Random(SEED))
        with page.expect_navigation():  # the page notices by itself that a card was read
            step_up(demo.data / "kiosk" / "camera", 910_000, Arrival(pictures.jpeg(held), ""))
        for name, text in (("home_province", "ha noi"), ("home_district", "ba dinh"), ("home_ward", "phuc xa")):
            on_the_road.pick(page, name, text)
        page.fill("#phone", "0912345678")
        page.fill("#address", "")
        page.tap("#address")
        page.wait_for_selector("#keyboard-sheet[open]")
        for key in "dduwowfng 5":
            page.click(f'#keyboard-sheet [data-letter="{key}"]')
        camera.take(page, "declaration-kiosk-keyboard")
        page.click("#keyboard-submit")
        on_the_road.go(page)
        on_the_road.journey(page)
        on_the_road.go(page)
        on_the_road.healthy(page)
        on_the_road.go(page)
        page.click("#consent")
        on_the_road.go(page, "send")
        page.wait_for_selector(".pass-code svg")
        wait_for(lambda: _last_paper(url).startswith("TK1:"), "the pass was not printed")
        camera.save("declaration-paper", vaccination_day.papers(url)[-1])


def _last_paper(url: str) -> str:
    papers = vaccination_day.papers(url)
    return vaccination_day.code_on(papers[-1]) if papers else ""
