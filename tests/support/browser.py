"""One Chromium for all tests of a process, and keys as a scanner types them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
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
        browser = running.chromium.launch(executable_path=CHROMIUM, headless=True, args=list(FLAGS))
        yield browser
        browser.close()


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
SEND_KEYS = f"""keys => {{
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
