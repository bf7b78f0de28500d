"""A quiet thread that does a piece of work again and again, and outlives what goes wrong with it. Does not watch how long it takes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from kiosk.journal.jobs import NotRecorded
from kiosk.journal.project import ProjectionFailed

log = logging.getLogger(__name__)


class Repeating:
    """``work``, then a pause of ``seconds``, from ``start`` until ``stop``. What a full card, a busy database, a damaged file or a
    plugin that cannot fold raises is logged once, as ``words`` and the error's type, and tried again."""

    def __init__(self, name: str, work: Callable[[], object], seconds: float, words: str) -> None:
        self._name = name
        self._work = work
        self._seconds = seconds
        self._words = words
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.failure = ""  # for health: the type of what the last turn ended in

    @property
    def runs(self) -> bool:
        return self._thread is not None

    def start(self) -> None:
        """Once, however often it is asked."""
        if self._thread is None:
            self._stopping = threading.Event()
            self._thread = threading.Thread(target=self._loop, args=(self._stopping,), name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End within seconds; nothing where it does not run."""
        self._stopping.set()
        if self._thread:
            self._thread.join(timeout=5)
        self._thread = None

    def _loop(self, stopping: threading.Event) -> None:
        while True:
            self.once()
            if stopping.wait(self._seconds):
                return

    def once(self) -> None:
        """One turn, its failure contained."""
        try:
            self._work()
            self.failure = ""
        except (SQLAlchemyError, NotRecorded, ProjectionFailed, OSError, ValueError) as error:
            failure = type(error).__name__
            if failure != self.failure:  # once, not at every turn
                log.error("%s: %s", self._words, failure)
            self.failure = failure
