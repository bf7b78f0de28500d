"""The Enter key holds the demo's queue, so that whoever watches can step up themselves, and lets it go on. Starts nobody's turn."""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Callable
from typing import TextIO

from kiosk.cli.saying import say
from kiosk.domain import Text

LOOK_SECONDS = 0.25

HELD = Text("      Hàng chờ đứng lại; Enter để tiếp tục.", "      The queue stands still; Enter lets it go on.")
GOES_ON = Text("      Hàng chờ đi tiếp.", "      The queue goes on.")


class Hold:
    """``keys``: standard input; unless it is a terminal, nothing is read of it and the queue is never held."""

    def __init__(self, keys: TextIO | None, stopping: threading.Event) -> None:
        self._keys = keys if keys is not None and keys.isatty() else None
        self._stopping = stopping
        self.held = False

    @property
    def possible(self) -> bool:
        return self._keys is not None

    def wait(self, seconds: float, meanwhile: Callable[[], None]) -> None:
        """Until so many seconds have passed and nobody holds the queue, or the demo ends. ``meanwhile`` is called again and again."""
        until = time.monotonic() + seconds
        while not self._stopping.is_set() and (self.held or time.monotonic() < until):
            if self._pressed():
                self.held = not self.held
                say(HELD if self.held else GOES_ON)
            meanwhile()

    def _pressed(self) -> bool:
        if self._keys is None:
            self._stopping.wait(LOOK_SECONDS)
            return False
        if not select.select([self._keys], [], [], LOOK_SECONDS)[0]:
            return False
        if not self._keys.readline():  # the terminal has gone
            self._keys, self.held = None, False
            return False
        return True
