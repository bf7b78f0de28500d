"""A scanner that sends everything twice: the same code at the same page within seconds is one showing, under the first one's key.

In memory, and only for those seconds: what must never be doubled is kept by keys and by what the journal says."""

from __future__ import annotations

import hashlib
import threading
from uuid import UUID

SECONDS = 4.0
KEPT = 200


class Repeats:
    """One appliance's. Knows digests of codes, never a code. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, bytes], tuple[UUID, float]] = {}

    def first(self, page: str, payload: str, key: UUID, now: float) -> UUID:
        """The key of the first showing of this code at this page; ``key`` where it is the first. ``now``: seconds, any clock
        that does not run backwards."""
        place = (page, hashlib.blake2b(payload.encode("utf-8", "surrogatepass"), digest_size=16).digest())
        with self._lock:
            known = self._seen.get(place)
            if known is not None and 0 <= now - known[1] < SECONDS:
                return known[0]
            self._seen.pop(place, None)
            while len(self._seen) >= KEPT:
                del self._seen[next(iter(self._seen))]
            self._seen[place] = (key, now)
            return key
