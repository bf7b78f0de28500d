"""Runs the erasure of what may not be kept any longer once a day, while the appliance runs: see ``kiosk.journal.redact``; and forgets
answers that nobody will ask for again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from kiosk.encounter.answers import forget_old
from kiosk.journal.jobs import NotRecorded
from kiosk.journal.redact import redact
from kiosk.journal.redact_held import AlreadyErasing, redact_held
from kiosk.journal.writer import Journal

log = logging.getLogger(__name__)

FIRST_SECONDS = 600.0  # after start, so that it does not compete with people at the door
DAY_SECONDS = 86_400.0
AGAIN_SECONDS = 3600.0  # where the clock was not trusted, or the journal could not be written


Erase = Callable[[Journal, int], dict[str, int]]


class DailyErasure:
    """One quiet thread from ``start`` to ``stop``. ``role`` is the profile's: a platform erases from every journal."""

    def __init__(
        self, journal: Journal, retention_days: int, first_seconds: float = FIRST_SECONDS, role: str = "kiosk"
    ) -> None:
        self._journal = journal
        self._retention_days = retention_days
        self._erase: Erase = redact_held if role == "platform" else redact
        self._first_seconds = first_seconds
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._stop,), name="daily-erasure", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(timeout=5)

    def _run(self, stop: threading.Event) -> None:
        pause = self._first_seconds
        while not stop.wait(pause):
            pause = DAY_SECONDS if self.once() else AGAIN_SECONDS

    def once(self) -> bool:
        """Erase what is due now. False: it could not be done, or the date cannot be relied on."""
        journal = self._journal
        try:
            with journal.database.writing() as session:
                # by any clock: who asks again does so within minutes, and the journal itself refuses a second record
                forget_old(session, int(journal.clock.now().timestamp() * 1000))
        except (SQLAlchemyError, OSError) as error:
            log.error("old answers could not be forgotten: %s", type(error).__name__)
        if not journal.clock.trusted():
            return False
        try:
            counts = self._erase(journal, self._retention_days)
        except AlreadyErasing:
            return True  # another process of this platform
        except (NotRecorded, SQLAlchemyError, OSError) as error:
            log.error("what may not be kept could not be erased: %s", type(error).__name__)
            return False
        for writer, count in counts.items():
            log.info("journal %s: %d bodies erased, their time is over", writer, count)
        return True
