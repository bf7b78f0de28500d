"""A picture of a phone's camera becomes the code in it, for medical staff alone."""

from __future__ import annotations

import io

import segno
from PIL import Image

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop
from tests.support.staff import Browser
from tests.support.vaccination import CROWD, Nurse, arrive, vaccination_site


def picture(payload: str) -> bytes:
    made = io.BytesIO()
    segno.make(payload, micro=False).save(made, kind="png", scale=6, border=4)
    return made.getvalue()


def looking(workshop: Workshop, clock: SetClock) -> Appliance:
    return vaccination_site(
        workshop, plugins=("qr_scanning",), tail="[plugin.qr_scanning]\ncameras = []\n", clock=clock
    )


def test_the_ticket_in_a_picture_is_read(workshop: Workshop, clock: SetClock) -> None:
    site = looking(workshop, clock)
    nurse, came = Nurse(site), arrive(site, CROWD[0])

    def frame(image: bytes) -> tuple[int, object]:
        reply = nurse.browser.client.post(
            "/vaccination/frame",
            data=image,
            content_type="image/png",
            headers={"X-CSRFToken": nurse.token},
            environ_base={"REMOTE_ADDR": nurse.browser.address},
        )
        return reply.status_code, reply.get_json(silent=True)

    assert frame(picture(came.code)) == (200, {"payload": came.code})
    blank = io.BytesIO()

    Image.new("L", (320, 240), 255).save(blank, "PNG")
    assert frame(blank.getvalue()) == (204, None)
    status, said = frame(b"no picture at all")
    assert status in (204, 400), said


def test_nobody_else_has_pictures_read(workshop: Workshop, clock: SetClock) -> None:
    site = looking(workshop, clock)
    reply = Browser(site).client.post(
        "/vaccination/frame", data=picture("VNT1:X"), headers={"Accept": "application/json"}
    )
    assert reply.status_code in (400, 401)
