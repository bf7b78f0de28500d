"""What pictures are taken of: the demo as whole processes with fixed synthetic people, and windows of a real Chromium before it.

Decides nothing about what is shown; the other modules here do.
"""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2

from tests.support.processes import ROOT, run

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
KIOSK, WALL, BOARD, TABLET, PHONE = (1280, 800), (1920, 1080), (1280, 720), (1024, 768), (390, 844)
SEED = 2021  # which synthetic people come
SECONDS = 300.0  # for what comes about by itself in the demo
START_SECONDS = 900.0  # five appliances are set up, one after another, on a machine that may have other work


class Demo:
    """``kiosk demo`` in a process. ``pause`` keeps the next person away; the kiosk and the platform go on."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._log = data.parent / "demo.log"
        self._process: subprocess.Popen[bytes] | None = None
        self.urls: dict[str, str] = {}  # "kiosk", "checkpoint", "platform", "vaccination": without a slash at their end
        self.pin = ""

    def start(self) -> None:
        command = [
            sys.executable,
            "-u",
            "-m",
            "kiosk",
            "--lang",
            "en",
            "demo",
            "--data",
            str(self.data),
            "--seed",
            str(SEED),
        ]
        ports = ["--port", "0", "--platform-port", "0", "--gate-port", "0", "--clinic-port", "0"]
        with self._log.open("wb") as log:
            self._process = subprocess.Popen([*command, *ports], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        wait_for(lambda: "Ctrl-C ends everything" in self.said(), "the demo did not start", START_SECONDS)
        found = dict(re.findall(r"^  ([a-z ]+?)  +(http://[\d.:]+)/", self.said(), re.MULTILINE))
        self.urls = {
            "kiosk": found["kiosk screen"],
            "platform": found["platform counts"],
            "checkpoint": found["checkpoint"],
            "vaccination": found["vaccination"],
        }
        self.pin = re.findall(r"PIN (\d+)", self.said())[0]

    def said(self) -> str:
        return self._log.read_text("utf-8", "replace")

    def pause(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def add_fleet(self, devices: int, records: int) -> None:
        """Simulated devices beside the demo's own, so that the platform has something to count."""
        platform = ["--profile", "demo-platform", "--data", str(self.data / "platform")]
        kiosk = [sys.executable, "-m", "kiosk"]
        codes = run([*kiosk, "platform", "code", "--count", str(devices), *platform])
        size = ["--devices", str(devices), "--records", str(records), "--sites", str(devices)]
        run([*kiosk, "simulate-fleet", *size, "--platform", self.urls["platform"], "--codes", "-"], codes)

    def stop(self) -> None:
        if self._process is not None:
            self.go_on()
            self._process.send_signal(signal.SIGINT)
            self._process.wait(START_SECONDS)


class Camera:
    """Takes and keeps the pictures."""

    def __init__(self, browser: Any, folder: Path) -> None:
        self._browser = browser
        self.folder = folder
        self.taken: list[str] = []

    @contextmanager
    def window(self, size: tuple[int, int] = KIOSK, touch: bool = False) -> Iterator[Any]:
        """A tab of its own, in Vietnamese and without movement; ``touch``: on a screen that is touched."""
        width, height = size
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            locale="vi-VN",
            reduced_motion="reduce",
            device_scale_factor=2 if size == PHONE else 1,
            has_touch=touch,
        )
        page = context.new_page()
        page.set_default_timeout(120_000)
        yield page
        context.close()

    def take(self, page: Any, name: str, whole: bool = False) -> None:
        """The window as it is, as ``name``.png; the ``whole`` page where it is longer."""
        page.wait_for_timeout(300)  # fonts and pictures that have just come are drawn
        page.screenshot(path=self.folder / f"{name}.png", full_page=whole)
        self.note(name)

    def save(self, name: str, address: str) -> None:
        """A picture that the product itself made, as ``name``.png."""
        (self.folder / f"{name}.png").write_bytes(fetched(address))
        self.note(name)

    def draw(self, name: str, pdf: bytes) -> None:
        """The first page of a PDF that the product made, as ``name``.png."""
        document = pypdfium2.PdfDocument(pdf)
        document[0].render(scale=1.3).to_pil().save(self.folder / f"{name}.png")
        document.close()
        self.note(name)

    def note(self, name: str) -> None:
        self.taken.append(name)
        print(f"  {name}.png", flush=True)


def fetched(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=60) as reply:
        return bytes(reply.read())


def wait_for(condition: Callable[[], Any], otherwise: str, seconds: float = SECONDS) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, otherwise
        time.sleep(0.2)


def sign_in(page: Any, url: str, operator: str, pin: str) -> None:
    """As staff do it."""
    page.goto(f"{url}/staff/sign-in")
    page.fill("#operator", operator)
    page.fill("#pin", pin)
    page.click("#sign-in button[type=submit]")
    page.wait_for_selector("nav")
