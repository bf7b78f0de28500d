"""A declaration on a phone, its pass at the demo's checkpoint, and the platform's page of flow: as a traveller and an officer see them."""

from __future__ import annotations

import io
from random import Random
from typing import Any

import numpy as np
import segno
import zxingcpp
from PIL import Image

from kiosk.synthetic import Citizen, citizens
from tests.pictures.stage import PHONE, SEED, TABLET, Camera, Demo, sign_in, wait_for
from tests.support.browser import SEND_KEYS, us_key

OFFICER, TECHNICIAN = "200", "100"


def take(camera: Camera, demo: Demo) -> None:
    demo.pause()
    traveller, other = [one for one, _ in zip(citizens(Random(SEED + 1)), range(2), strict=False)]
    with camera.window(PHONE) as phone:
        code = declare(phone, demo.urls["platform"], traveller, camera)
    with camera.window(TABLET) as page:
        at_the_post(camera, page, demo, code, other)
    with camera.window(PHONE) as page:
        take_lane(page, demo, "2")  # where nobody stands yet
        scan(page, code)
        camera.take(page, "checkpoint-phone")
    with camera.window() as page:
        sign_in(page, demo.urls["platform"], TECHNICIAN, demo.pin)

        def counted() -> bool:
            page.goto(f"{demo.urls['platform']}/checkpoint/flow")
            return page.query_selector("td b") is not None

        wait_for(counted, "no passage reached the platform")
        camera.take(page, "checkpoint-flow")


# --- the declaration


def declare(page: Any, url: str, person: Citizen, camera: Camera | None = None) -> str:
    """What the pass's code says. With a ``camera`` every step is taken."""

    def take(name: str) -> None:
        if camera is not None:
            camera.take(page, f"declaration-{name}")

    page.goto(f"{url}/declaration/")
    page.click('a.kind[href*="movement"]')
    picture = io.BytesIO()
    segno.make(person.cccd_2021(), encoding="utf-8").save(picture, kind="png", scale=6, border=4)
    with page.expect_navigation():
        page.set_input_files(
            "#card_picture", {"name": "card.png", "mimeType": "image/png", "buffer": picture.getvalue()}
        )
    page.fill("#phone", "0912345678")
    for name, text in (("home_province", "ha noi"), ("home_district", "ba dinh"), ("home_ward", "phuc xa")):
        pick(page, name, text)
    page.fill("#address", "Số 1, phố Hàng Than")
    take("who-filled")
    go(page)
    journey(page)
    take("journey")
    go(page)
    healthy(page)
    take("health")
    go(page)
    page.click("#consent")
    take("review")
    go(page, "send")
    page.wait_for_selector(".pass-code svg")
    take("pass")
    shown = np.array(Image.open(io.BytesIO(page.query_selector(".pass-code").screenshot())).convert("L"))
    return str(zxingcpp.read_barcodes(shown, zxingcpp.BarcodeFormat.QRCode)[0].text)


def journey(page: Any) -> None:
    page.select_option("#vehicle", "motorbike")
    page.fill("#plate", "29A-123.45")
    pick(page, "destination_province", "ha nam")
    page.select_option("#purpose", "work")
    page.focus("#purpose")  # the list of the next field closes


def healthy(page: Any) -> None:
    for name in ("has_symptoms", "has_contact", "has_travelled"):
        page.click(f'[data-field="{name}"] input[value="no"]')


def pick(page: Any, name: str, text: str) -> None:
    """Type into a list that finds places without accents, and take the first one."""
    page.wait_for_selector(f"#{name}:enabled")
    page.fill(f"#{name}", "")  # the card has said something already
    page.click(f"#{name}")
    page.keyboard.type(text)
    page.wait_for_selector(".combo li:visible")
    page.keyboard.press("Enter")


def go(page: Any, value: str = "next") -> None:
    page.click(f'.go button[value="{value}"]')
    page.wait_for_load_state("networkidle")


# --- the officer


def at_the_post(camera: Camera, page: Any, demo: Demo, code: str, other: Citizen) -> None:
    sign_in(page, demo.urls["checkpoint"], OFFICER, demo.pin)
    page.goto(f"{demo.urls['checkpoint']}/checkpoint/")
    camera.take(page, "checkpoint-lanes")
    page.click('form:has(input[name="lane"]) button[value="in"] >> nth=0')
    page.wait_for_selector("#inside:not(:text('–'))")
    scan(page, code)
    page.wait_for_selector('body[data-decision="admit"]')
    camera.take(page, "checkpoint-go")
    page.keyboard.press("n")
    page.wait_for_selector('body[data-decision="ready"]')
    page.wait_for_timeout(300)
    scan(page, other.national_qr())
    page.wait_for_selector('body[data-decision="ask"]')
    camera.take(page, "checkpoint-ask")


def take_lane(page: Any, demo: Demo, lane: str) -> None:
    sign_in(page, demo.urls["checkpoint"], OFFICER, demo.pin)
    page.goto(f"{demo.urls['checkpoint']}/checkpoint/")
    page.click(f'form:has(input[name="lane"][value="{lane}"]) button[value="in"]')
    page.wait_for_selector("#inside:not(:text('–'))")


def scan(page: Any, text: str) -> None:
    """Keys as a scanner sends them."""
    page.evaluate(SEND_KEYS, [us_key(letter) for letter in text + "\n"])
    page.wait_for_selector(", ".join(f'body[data-decision="{one}"]' for one in ("admit", "ask", "refer", "refuse")))
