"""The citizen's screen: waiting, reading, asking, and each answer; the tickets that come out."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import cv2

from kiosk.synthetic import citizens
from plugins.demo import pictures
from plugins.demo.queue import Arrival, step_up
from tests.pictures.stage import Camera, Demo


def take(camera: Camera, demo: Demo) -> None:
    demo.pause()
    with camera.window() as page:
        page.goto(f"{demo.urls['kiosk']}/kiosk")
        at(page, "idle")
        camera.take(page, "kiosk-idle")
        page.click('[data-language="en"]')
        camera.take(page, "kiosk-idle-english")
        page.click('[data-language="vi"]')
        person = next(citizens(Random(77)))
        page.click('[data-action="no-qr"]')
        at(page, "pad")
        press(page, person.national_id[:7])
        camera.take(page, "kiosk-keypad")
        press(page, person.national_id[7:])
        page.click("#pad-submit")
        page.wait_for_selector("#pad-count:not([hidden])")
        press(page, f"{person.birth_date:%d%m}")
        camera.take(page, "kiosk-ask")
    with camera.window() as page:
        page.goto(f"{demo.urls['kiosk']}/kiosk")
        at(page, "idle")
        page.click("#see-camera")
        at(page, "preview")
        hold_up_blurred(demo.data / "kiosk" / "camera")
        page.wait_for_timeout(2500)
        camera.take(page, "kiosk-preview")
        demo.go_on()
        decided(page, "admit")
        camera.take(page, "kiosk-admit")
        decided(page, "refer")
        camera.take(page, "kiosk-refer")
        demo.pause()
        page.goto(f"{demo.urls['kiosk']}/receipt_printing/papers")
        camera.take(page, "demo-papers")


def hold_up_blurred(folder: Path) -> None:
    """A phone out of focus: the camera sees that there is a code, and cannot read it."""
    rng = Random(7)
    held = pictures.held(pictures.phone(next(citizens(rng)).national_qr(), "Mã QR cá nhân"), rng)
    step_up(folder, 900_000, Arrival(pictures.jpeg(cv2.GaussianBlur(held, (0, 0), 9)), ""))


def press(page: Any, digits: str) -> None:
    """On the screen's own pad."""
    for digit in digits:
        page.click(f'[data-screen="pad"] [data-digit="{digit}"]')


def at(page: Any, screen: str, milliseconds: float = 60_000) -> None:
    page.wait_for_selector(f'body[data-screen="{screen}"]', timeout=milliseconds)


def decided(page: Any, decision: str) -> None:
    """The next person of whom this is decided; the demo's own order brings each within a dozen people."""
    page.wait_for_selector(
        f'body[data-screen="result"] [data-screen="result"][data-decision="{decision}"]', timeout=180_000
    )
    page.wait_for_timeout(1200)  # paper comes, and the screen says so
