"""A kiosk without paper, and one whose card is damaged; both are processes of their own, the printer is the network twin."""

from __future__ import annotations

from pathlib import Path
from random import Random

from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.tcp import VirtualPrinter
from kiosk.synthetic import citizens
from tests.pictures.at_the_kiosk import at, press
from tests.pictures.stage import Camera
from tests.support.running_kiosk import RunningKiosk

PROFILE = """
plugins = ["citizen_id", "self_check_in", "receipt_printing"]
[site]
id = "demo-site"
name = "Trạm y tế mẫu – Khu A"
lane = "A"
[plugin.receipt_printing]
mode = "glyph"
check_every = 1.0
printer = {{ kind = "network", host = "127.0.0.1", port = {port} }}
"""


def take(camera: Camera, folder: Path) -> None:
    printer = VirtualPrinter(PrinterDevice(), port=0)
    printer.start()
    try:
        _without_paper(camera, folder, printer)
    finally:
        printer.stop()
    _damaged(camera, folder, printer.port)


def _profile(folder: Path, port: int) -> Path:
    file = folder / "trouble.toml"
    file.write_text(PROFILE.format(port=port), "utf-8")
    return file


def _without_paper(camera: Camera, folder: Path, printer: VirtualPrinter) -> None:
    printer.device.set(paper="out")
    running = RunningKiosk(_profile(folder, printer.port), folder / "no-paper", folder / "no-paper.log")
    with running.start() as kiosk, camera.window() as page:
        page.goto(f"{kiosk.url}/kiosk")
        at(page, "idle")
        page.wait_for_selector("[data-banner]", timeout=60_000)
        camera.take(page, "kiosk-idle-printer-trouble")
        person = next(citizens(Random(5)))
        page.click('[data-action="no-qr"]')
        press(page, person.national_id)
        page.click("#pad-submit")
        page.wait_for_selector("#pad-count:not([hidden])")
        press(page, f"{person.birth_date:%d%m%Y}")
        page.click("#pad-submit")
        at(page, "result")
        page.wait_for_timeout(3000)
        camera.take(page, "kiosk-printer-trouble")


def _damaged(camera: Camera, folder: Path, port: int) -> None:
    data = folder / "damaged"
    data.mkdir(mode=0o700)
    (data / "kiosk.sqlite3").write_bytes(b"\xaa" * 65536)
    with RunningKiosk(_profile(folder, port), data, folder / "damaged.log").start() as kiosk, camera.window() as page:
        page.goto(f"{kiosk.url}/kiosk")
        camera.take(page, "out-of-service")
