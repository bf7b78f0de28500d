"""SMART Health Cards that were cut into several codes: ``shc:/1/3/…``. Puts them together; remembers those seen, for a while.

Source: SMART Health Cards Framework 1.4, "Encoding chunks as QR codes".
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from plugins.health_certificate.steps import Step, StepFailed

_CHUNK = re.compile(r"shc:/(?:([0-9]{1,3})/([0-9]{1,3})/)?([0-9]*)")
MOST = 36  # codes in a set; a card of the largest size has fewer
KEPT = timedelta(minutes=2)  # between one code of a set and the next


class Incomplete(StepFailed):
    """Other codes of the set are still to be shown."""

    def __init__(self, seen: int, total: int) -> None:
        super().__init__(Step.CHUNKS)
        self.seen = seen
        self.total = total


def part_of(text: str) -> tuple[int, int, str]:
    """Which part it is of how many (1 of 1 where it stands alone), and its digits. Raises ``StepFailed``."""
    found = _CHUNK.fullmatch(text)
    if not found:
        raise StepFailed(Step.NUMERIC)
    number, total = int(found[1] or 1), int(found[2] or 1)
    if not 1 <= number <= total <= MOST:
        raise StepFailed(Step.NUMERIC)
    return number, total, found[3]


def joined(texts: Iterable[str]) -> str:
    """The digits of all parts in order. Raises ``Incomplete``, or ``StepFailed`` for parts that do not belong together."""
    parts: dict[int, str] = {}
    totals = set()
    for text in texts:
        number, total, digits = part_of(text)
        totals.add(total)
        if parts.setdefault(number, digits) != digits:
            raise StepFailed(Step.NUMERIC)
    if len(totals) != 1:
        raise StepFailed(Step.NUMERIC)
    total = totals.pop()
    if len(parts) < total:
        raise Incomplete(len(parts), total)
    return "".join(parts[number] for number in range(1, total + 1))


class SeenChunks:
    """The codes of one set that were shown here lately. A code of another set begins anew: one person is served at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._total = 0
        self._texts: dict[int, str] = {}
        self._last = datetime.min.replace(tzinfo=UTC)
        self._completed_by: UUID | None = None

    def with_earlier(self, text: str, at: datetime, scan: UUID) -> str:
        """This code and those of its set that were shown before it, in one text. Anything that is no chunk comes back as it is.
        The same scan, whose story may run twice, gives the same."""
        try:
            number, total, _ = part_of(text)
        except StepFailed:
            return text
        if total == 1:
            return text
        with self._lock:
            belongs = total == self._total and self._texts.get(number, text) == text
            is_over = self._completed_by not in (None, scan) or not timedelta() <= at - self._last <= KEPT
            if is_over or not belongs:
                self._texts.clear()
                self._completed_by = None
            self._total, self._last = total, at
            self._texts[number] = text
            if len(self._texts) == total:
                self._completed_by = scan
            return "\n".join(self._texts.values())
