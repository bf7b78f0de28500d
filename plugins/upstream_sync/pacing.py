"""When to try again, and what wakes the worker. Pure but for one event; talks to nobody."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

FIRST_PAUSE = 1.0


@dataclass(slots=True)
class Pacing:
    """Exponential back-off with full jitter: a pause is anything between nothing and twice the one before, so that a
    thousand devices do not come back at once. ``longest``: seconds."""

    longest: float
    randomness: Callable[[], float] = random.random
    failures: int = 0

    def failed(self, retry_after: float | None) -> float:
        """Seconds to wait after one more failure; never less than the platform asked for."""
        self.failures += 1
        pause = min(self.longest, FIRST_PAUSE * 2.0 ** min(self.failures - 1, 30)) * self.randomness()
        if retry_after is None:
            return max(0.05, pause)
        # a little more, differently long on each device: they were all told the same second
        return max(0.05, retry_after) + min(self.longest, FIRST_PAUSE + 0.1 * retry_after) * self.randomness()

    def succeeded(self) -> None:
        self.failures = 0

    def idle(self, seconds: float) -> float:
        """An idle pause of about ``seconds``, spread by a fifth."""
        return seconds * (0.9 + 0.2 * self.randomness())


@dataclass(slots=True)
class Wakeup:
    """Why the worker should wake: there is a record, a person asked, or it is to end."""

    _condition: threading.Condition = field(default_factory=threading.Condition)
    _record: bool = False
    _asked: bool = False
    _ending: bool = False

    def record(self) -> None:
        with self._condition:
            self._record = True
            self._condition.notify_all()

    def asked(self) -> None:
        with self._condition:
            self._asked = True
            self._condition.notify_all()

    def end(self) -> None:
        with self._condition:
            self._ending = True
            self._condition.notify_all()

    def begin(self) -> None:
        with self._condition:
            self._ending = False

    @property
    def ending(self) -> bool:
        return self._ending

    def wait(self, seconds: float, for_records: bool) -> bool:
        """Sleep. True: woken because a person asked. A record wakes only ``for_records``; the end always."""
        with self._condition:
            self._condition.wait_for(
                lambda: self._ending or self._asked or (for_records and self._record), timeout=seconds
            )
            asked, self._asked = self._asked, False
            if for_records:
                self._record = False
            return asked
