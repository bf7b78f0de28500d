"""``make pictures``: makes the pictures of docs/images anew. Says which of those that are there it does not make.

Where the computer's clock is not synchronised, every screen says so, in the pictures as well.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pictures import (
    at_the_kiosk,
    at_the_post,
    for_staff,
    in_trouble,
    on_the_road,
    vaccination_after,
    vaccination_day,
)
from tests.pictures.stage import CHROMIUM, Camera, Demo
from tests.support.processes import ROOT, run

PARTS = ("kiosk", "road", "vaccination", "trouble")
TICKETS = {"ticket-80-raster": ("80", "raster"), "ticket-58-glyph": ("58", "glyph")}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--out", type=Path, default=ROOT / "docs" / "images", help="where the pictures go")
    arguments.add_argument("only", nargs="*", help=f"some of them alone: {', '.join(PARTS)}")
    asked = arguments.parse_args()
    folder, only = asked.out, asked.only
    if CHROMIUM is None:
        print("no Chromium on this machine (Debian: apt install chromium); no picture was made")
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiosk-pictures-") as scratch, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=["--no-sandbox"])
        camera = Camera(browser, folder)
        _tickets(camera)
        demo = Demo(Path(scratch) / "data")
        parts = {
            "kiosk": [at_the_kiosk.take, for_staff.take],
            "road": [on_the_road.take, at_the_post.take],
            "vaccination": [vaccination_day.take, vaccination_after.take],
        }
        try:
            demo.start()
            for name in only or parts:
                for part in parts.get(name, []):
                    part(camera, demo)
        finally:
            demo.stop()
        if not only or "trouble" in only:
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
