"""Remembers which codes are in view, so that one showing is delivered once. Knows nothing of pictures."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.plugin import DecodedCode

Identity = tuple[str, bytes]


class HoldDown:
    """A code is new when it was not seen for ``release_s`` seconds; times are seconds of any steady clock."""

    def __init__(self, release_s: float) -> None:
        self._release_s = release_s
        self._seen: dict[Identity, float] = {}

    def new(self, codes: Iterable[DecodedCode], now: float) -> tuple[DecodedCode, ...]:
        """Those of ``codes`` that were not in view; all of them are in view at ``now``."""
        self._release(now)
        fresh = []
        for code in codes:
            identity = (code.symbology, code.raw)
            if identity not in self._seen:
                fresh.append(code)
            self._seen[identity] = now
        return tuple(fresh)

    def _release(self, now: float) -> None:
        # A clock that ran backwards must not hold a code for ever.
        self._seen = {
            identity: min(seen, now) for identity, seen in self._seen.items() if now - seen <= self._release_s
        }
