"""What the screen tells a person whose code is not read yet: the engine's hints in words, calmly. Finds no hints."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.domain import Text
from plugins.qr_scanning.engine import Hint

WORDS: dict[Hint, Text] = {
    Hint.TOO_FAR: Text("Đưa mã lại gần hơn", "Move the code closer"),
    Hint.TOO_CLOSE: Text("Đưa mã ra xa hơn một chút", "Move the code a little further away"),
    Hint.HOLD_STILL: Text("Giữ yên mã trước máy quét", "Hold the code still in front of the camera"),
    Hint.TOO_DARK: Text("Quá tối: tăng độ sáng màn hình điện thoại", "Too dark: turn up your phone's brightness"),
    Hint.GLARE: Text(
        "Mã bị lóa: hãy nghiêng nhẹ điện thoại hoặc thẻ", "There is glare: tilt the phone or card slightly"
    ),
}
AT_MOST_EVERY = 1.0  # seconds: words that change faster than they are read help nobody


class Guidance:
    """Passes hints on when they change, at most one a second; ``code`` "none" takes the words away.

    The words of the loudest camera win: with several cameras a None of one must not wipe out another's hint at once.
    """

    def __init__(self, show: Callable[[str, Mapping[str, Any]], None], at_most_every: float = AT_MOST_EVERY) -> None:
        self._show = show
        self._at_most_every = at_most_every
        self._lock = threading.Lock()
        self._hints: dict[str, Hint | None] = {}
        self._shown: Hint | None = None
        self._shown_at = float("-inf")

    def hint(self, source: str, hint: Hint | None, now: float) -> None:
        """What ``source`` advises at monotonic time ``now`` (seconds)."""
        with self._lock:
            self._hints[source] = hint
            wanted = next((other for other in self._hints.values() if other), None)
            too_soon = now - self._shown_at < self._at_most_every
            if wanted == self._shown or (wanted and too_soon):  # taking words away never waits
                return
            self._shown, self._shown_at = wanted, now
        words = WORDS[wanted] if wanted else Text("", "")
        self._show("guidance", {"code": wanted.value if wanted else "none", "vi": words.vi, "en": words.en})
