"""A vaccination day's pictures, from the ticket to the observation room: the demo's site, played as its staff would.

Leaves behind what ``vaccination_after`` goes on with: doses on record, one person under a reaction.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import Any

import numpy as np
import zxingcpp
from PIL import Image

from tests.pictures.stage import BOARD, TABLET, Camera, Demo, fetched, sign_in, wait_for

NURSE = "300"
ARRIVED = 6  # so many have taken a number before staff begin
GOOD, EXPIRED = 1, 3  # places on the page of things to try with: the delivery note comes first


def take(camera: Camera, demo: Demo) -> None:
    url = demo.urls["vaccination"]
    at_the_ticket_machine(camera, demo)
    things = texts(camera, url)
    with camera.window(TABLET) as tablet, camera.window(BOARD) as wall:
        sign_in(tablet, url, NURSE, demo.pin)
        receive(tablet, url, things[0])
        wall.goto(f"{url}/vaccination/board")
        screening(camera, tablet, wall, url)
        injection(camera, tablet, url, things)
        observation(camera, tablet, url)
    desk(camera, demo)
    slips = [one for one in papers(url) if one not in tickets(url)]
    camera.save("vaccination-slip", slips[1])


def at_the_ticket_machine(camera: Camera, demo: Demo) -> None:
    """Its screen while a person's ticket comes; then as many come as the rest of the day needs."""
    url = demo.urls["vaccination"]
    demo.go_on()
    with camera.window() as page:
        page.goto(f"{url}/kiosk")
        page.wait_for_selector('[data-screen="result"][data-decision="admit"]:not([hidden])', timeout=300_000)
        page.wait_for_timeout(1500)  # the paper comes, and the screen says so
        camera.take(page, "vaccination-kiosk")
    wait_for(lambda: len(papers(url)) >= ARRIVED, "nobody else came")
    demo.pause()


def texts(camera: Camera, url: str) -> list[str]:
    """What the page of things to try with has to paste."""
    with camera.window() as page:
        page.goto(f"{url}/demo/")
        return [str(one.input_value()) for one in page.query_selector_all("input, textarea")]


def papers(url: str) -> list[str]:
    """Addresses of what was printed, the oldest first."""
    found = re.findall(r'src="([^"]+\.png)"', fetched(f"{url}/receipt_printing/papers").decode())
    return [url + one for one in reversed(found)]


def tickets(url: str) -> list[str]:
    """Those among them with a number for the queue; the others are slips of doses and what came later."""
    return [one for one in papers(url) if code_on(one).startswith("VNT1:")]


@lru_cache(maxsize=64)
def code_on(paper: str) -> str:
    """The code on a paper, as a camera reads it; "" where there is none."""
    grey = np.array(Image.open(io.BytesIO(fetched(paper))).convert("L"))
    return next((one.text for one in zxingcpp.read_barcodes(grey, zxingcpp.BarcodeFormat.QRCode)), "")


def receive(page: Any, url: str, note: str) -> None:
    page.goto(f"{url}/vaccination/stock")
    page.fill("#payload", note)
    page.click("#consignment button[type=submit]")
    page.fill("#celsius", "5,5")
    page.click(".button--primary.button--large")
    page.wait_for_selector("h1")
    page.fill("#celsius", "5,5")
    page.click("form[action$=temperature] button")
    page.wait_for_selector("h1")


# --- screening


def screening(camera: Camera, page: Any, wall: Any, url: str) -> None:
    page.goto(f"{url}/vaccination/screening/1")
    for number in range(4):
        page.click("#next")
        page.wait_for_selector("#person-name")
        say_no(page)
        page.fill("#vital-temperature_c", "38,1" if number == 0 else "36,8")
        page.wait_for_selector('#outcome[data-outcome="caution"], #outcome[data-outcome="eligible"]')
        if number == 0:
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            camera.take(page, "vaccination-screening")
            wall.wait_for_timeout(3000)  # the board asks every few seconds
            camera.take(wall, "vaccination-board")
            page.fill("#vital-temperature_c", "36,8")
            page.wait_for_selector('#outcome[data-outcome="eligible"]')
        page.click("#save")
        page.wait_for_selector("#consent:not([hidden])")
        write_name(page)
        if number == 0:
            camera.take(page, "vaccination-consent", whole=True)
        page.click("#agree")
        page.wait_for_selector("#ready:not([hidden])")


def say_no(page: Any) -> None:
    """No to whatever is asked, and to what that leads to."""
    while boxes := page.query_selector_all("#questions .question:not([hidden]):not([data-answered])"):
        for box in boxes:
            box.query_selector("input[value=no]").check(force=True)
        page.wait_for_timeout(600)


def write_name(page: Any) -> None:
    page.eval_on_selector("#signature", "one => one.scrollIntoView({ block: 'center' })")
    box = page.query_selector("#signature").bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 70)
    page.mouse.down()
    for step in range(14):
        page.mouse.move(box["x"] + 40 + step * 14, box["y"] + 70 + (28 if step % 2 else -24), steps=3)
    page.mouse.up()


# --- injection


def injection(camera: Camera, page: Any, url: str, things: list[str]) -> None:
    page.goto(f"{url}/vaccination/injection/3")
    page.wait_for_selector("#given:not(:text('–'))")
    for number in range(4):
        page.click('[data-queue="next"]')
        page.wait_for_selector('[data-queue="absent"]:not([hidden])')
        type_in(page, "who", str(page.inner_text("#queue-line")).split()[-1])
        page.wait_for_selector("#person-name")
        if number == 1:
            type_in(page, "vial", things[EXPIRED])
            page.wait_for_selector('#confirm[data-verdict="refuse"]')
            camera.take(page, "vaccination-injection-refused")
        if number < 2:
            type_in(page, "vial", things[GOOD])
        page.wait_for_selector('#confirm[data-verdict="admit"]')
        camera.take(page, "vaccination-injection") if number == 1 else None
        page.click("#give")
        page.wait_for_selector('#confirm[data-verdict="done"]')
        if number == 0:
            page.wait_for_timeout(800)
            camera.take(page, "vaccination-injection-done")
    page.click("#recent-open")
    page.click("#recent-list li >> nth=0 >> button >> nth=0")
    page.wait_for_selector("#correct[open]")
    page.click("#correct .chip >> nth=1")
    camera.take(page, "vaccination-injection-correct")


def type_in(page: Any, kind: str, text: str) -> None:
    page.fill(f"#type-{kind}", text)
    page.click(f'[data-type="{kind}"] button')


# --- observation


def observation(camera: Camera, page: Any, url: str) -> None:
    page.goto(f"{url}/vaccination/observation")
    page.wait_for_selector(".obs-tile")
    camera.take(page, "vaccination-observation")
    with camera.window(BOARD) as wall:
        wall.goto(f"{url}/vaccination/observation/board")
        wall.wait_for_timeout(2500)
        camera.take(wall, "vaccination-observation-board")
    page.fill("#box-text", str(page.inner_text(".obs-tile >> nth=0 >> .obs-ticket")))
    page.click("#box button")
    page.wait_for_selector("#alarm[open]")
    camera.take(page, "vaccination-observation-alarm")
    page.click("#alarm [data-close]")
    page.click(".obs-tile >> nth=0 >> button")
    page.click("#person-report")
    for place in (1, 2):
        page.check(f"#report [name=sign] >> nth={place}")
    page.fill("#report-pulse", "112")
    page.click("#report button[type=submit]")
    page.wait_for_selector("#case[open]")
    page.click("#case .obs-prompts button >> nth=0")
    page.wait_for_selector("#case [data-done]")
    camera.take(page, "vaccination-observation-reaction")
    before = len(papers(url))
    page.click("#case-over")
    page.fill("#over-to", "Cấp cứu 115, xe 3")
    page.fill("#over-summary", "Tỉnh, huyết áp 100/60 sau adrenalin")
    page.click("#over button[type=submit]")
    wait_for(lambda: len(papers(url)) > before, "the hand-over was not printed")
    camera.save("vaccination-handover", papers(url)[-1])


# --- reception


def desk(camera: Camera, demo: Demo) -> None:
    url = demo.urls["vaccination"]
    with camera.window() as page:
        sign_in(page, url, NURSE, demo.pin)
        page.goto(f"{url}/vaccination/desk")
        page.fill("#box-text", "5")
        page.click("#box button[type=submit]")
        page.wait_for_selector("#person:not([hidden])")
        camera.take(page, "vaccination-desk")
        page.click("#enrol-open")
        page.fill("#enrol-name", "Trần Thị Không Giấy")
        page.fill("#enrol-birth_date", "12/03/1961")
        page.select_option("#enrol-sex", "female")
        camera.take(page, "vaccination-enrol")
