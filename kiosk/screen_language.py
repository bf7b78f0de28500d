"""Which language the citizen's screen shows just now, as it says itself: for the ticket of a code that the camera reads.

In memory only. Forgotten with the person, and soon after the screen stops saying so: a browser that ended must not choose for
those who come later.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LANGUAGES = ("vi", "en")
KEEP_SECONDS = 35.0  # the screen says it again every ten


class ScreenLanguage:
    """Safe from any thread."""

    def __init__(self, seconds: float = KEEP_SECONDS, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._said: tuple[str, float] | None = None

    def say(self, language: str) -> None:
        """``ValueError`` for a language that the screen does not have."""
        if language not in LANGUAGES:
            raise ValueError("expected vi or en")
        with self._lock:
            self._said = language, self._monotonic() + self._seconds

    def now(self) -> str | None:
        """None: nobody chose one, the site's own counts."""
        with self._lock:
            return self._said[0] if self._said and self._monotonic() < self._said[1] else None

    def forget(self) -> None:
        """The person before the screen has gone."""
        with self._lock:
            self._said = None
