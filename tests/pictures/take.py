"""``make pictures``: makes the pictures of docs/images anew. Says which of those that are there it does not make.

Where the computer's clock is not synchronised, every screen says so, in the pictures as well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pictures import at_the_kiosk, for_staff, in_trouble
from tests.pictures.stage import CHROMIUM, Camera, Demo
from tests.support.processes import ROOT, run

TICKETS = {"ticket-80-raster": ("80", "raster"), "ticket-58-glyph": ("58", "glyph")}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    folder = arguments.parse_args().out
    if CHROMIUM is None:
        print("no Chromium on this machine (Debian: apt install chromium); no picture was made")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-pictures-") as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=["--no-sandbox"])
        camera = Camera(browser, folder)
        _tickets(camera)
        demo = Demo(Path(scratch) / "data")
        try:
            demo.start()
            at_the_kiosk.take(camera, demo)
            for_staff.take(camera, demo)
        finally:
            demo.stop()
        in_trouble.take(camera, Path(scratch))
        browser.close()
    others = sorted({file.stem for file in folder.glob("*.png")} - set(camera.taken))
    print(f"{len(camera.taken)} pictures in {folder}")
    if others:
        print(f"not made by this command: {', '.join(others)}")
    return 0


def _tickets(camera: Camera) -> None:
    for name, (width, mode) in TICKETS.items():
        out = camera.folder / f"{name}.png"
        run([sys.executable, "-m", "kiosk", "receipt", "preview", "--out", str(out), "--width", width, "--mode", mode])
        camera.note(name)


if __name__ == "__main__":
    sys.exit(main())
