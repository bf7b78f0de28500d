"""Staff's and technicians' pages at the kiosk, and the platform's."""

from __future__ import annotations

from tests.pictures.stage import PHONE, WALL, Camera, Demo, sign_in

TECHNICIAN = "100"
AT_THE_KIOSK = {
    "staff-home": "/staff/",
    "staff-visits": "/staff/visits",
    "technician-console": "/staff/technician",
    "staff-hardware": "/staff/technician/hardware",
    "staff-sync": "/upstream_sync/",
}


def take(camera: Camera, demo: Demo) -> None:
    kiosk, platform = demo.urls["kiosk"], demo.urls["platform"]
    with camera.window() as page:
        page.goto(f"{kiosk}/staff/sign-in")
        camera.take(page, "staff-sign-in")
        sign_in(page, kiosk, TECHNICIAN, demo.pin)
        for name, path in AT_THE_KIOSK.items():
            page.goto(f"{kiosk}{path}")
            camera.take(page, name, whole=True)
    with camera.window(PHONE) as page:
        sign_in(page, kiosk, TECHNICIAN, demo.pin)
        page.goto(f"{kiosk}/staff/visits")
        camera.take(page, "phone-visits")
    demo.add_fleet(14, 400)
    with camera.window(WALL) as page:
        page.goto(f"{platform}/national_platform/")
        camera.take(page, "platform-counts")
    with camera.window(PHONE) as page:
        page.goto(f"{platform}/national_platform/")
        camera.take(page, "phone-counts")
    with camera.window() as page:
        sign_in(page, platform, TECHNICIAN, demo.pin)
        page.goto(f"{platform}/national_platform/devices")
        camera.take(page, "platform-devices")
