"""One Chromium for all tests of a process, keys as a scanner types them, and what makes a page's test steady on a busy machine.

``KIOSK_SLOW_BROWSER=20`` slows every page's processor down by so much, to find tests that a fast machine lets pass.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

SLOWER = float(os.environ.get("KIOSK_SLOW_BROWSER") or 1)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
START_MS = 180_000  # on a machine that has much else to do
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: browser tests skipped (Debian: apt install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS), timeout=START_MS)
        if SLOWER > 1:
            _slow_down(browser)
        yield browser
        browser.close()


def _slow_down(browser: Any) -> None:
    """Every page of this browser computes ``SLOWER`` times as long."""
    usual = browser.new_context

    def new_context(**options: Any) -> Any:
        context = usual(**options)
        open_page = context.new_page

        def new_page() -> Any:
            page = open_page()
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            return page

        context.new_page = new_page
        return context

    browser.new_context = new_context


# A page's patience with the appliance is short, because people stand before it. A test of something else does not end when a busy
# machine takes longer: an init script for its pages.
PATIENT = "{ const within = AbortSignal.timeout; AbortSignal.timeout = (ms) => within.call(AbortSignal, ms * 20); }"


# A busy machine may stop the page between two keys of a scanner. The page goes by when a key was pressed, so that is written
# on each: 1 ms after the one before. ``press`` tells whether the page let the key through.
KEYBOARD = """
  let pressed = performance.now();
  const press = (options) => {
    pressed += 1;
    let through = true;
    for (const type of ["keydown", "keyup"]) {
      const event = new KeyboardEvent(type, { bubbles: true, cancelable: true, ...options });
      Object.defineProperty(event, "timeStamp", { value: pressed });
      target.dispatchEvent(event);
      if (type === "keydown") through = !event.defaultPrevented;
    }
    return through;
  };
"""
# Nobody shows two codes at once: what follows an Enter at once is a further line of the same code. Timers of one page end in their
# order, so that whatever was typed before is over when the keys come, however late everything is.
SEND_KEYS = f"""async keys => {{
  await new Promise((resolve) => setTimeout(resolve, 150));
  const target = document.activeElement;
  {KEYBOARD}
  for (const [key, code, shiftKey] of keys) press({{ key, code, shiftKey }});
}}"""
PLAIN = "`1234567890-=[]\\;',./ "
SHIFTED = '~!@#$%^&*()_+{}|:"<>? '
CODES = [
    *("Backquote", *(f"Digit{digit}" for digit in "1234567890"), "Minus", "Equal", "BracketLeft", "BracketRight"),
    *("Backslash", "Semicolon", "Quote", "Comma", "Period", "Slash", "Space"),
]


def us_key(letter: str) -> tuple[str, str, bool]:
    """``(key, code, shift)`` as UI Events (W3C) name them on a US keyboard."""
    if letter == "\n":
        return "Enter", "Enter", False
    if letter.isascii() and letter.isalpha():
        return letter, f"Key{letter.upper()}", letter.isupper()
    if letter in PLAIN:
        return letter, CODES[PLAIN.index(letter)], False
    return letter, CODES[SHIFTED.index(letter)], True
