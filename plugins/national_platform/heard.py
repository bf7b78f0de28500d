"""Notes that a device was heard of, whatever it asked: a kiosk where nobody comes still fetches. Batches note more: see ingest."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from kiosk.journal.bulk import upsert
from kiosk.storage.database import Database
from plugins.national_platform.models import Contact

log = logging.getLogger(__name__)

EVERY_SECONDS = 30.0  # the list of devices need not be newer than that, and writing at each request would be dear


def without_journal(device: str) -> str:
    """The name under which a device's requests are noted that concern no journal: its journals' epochs begin at 1."""
    return f"{device}.0"


class Heard:
    """Writes a device's last contact, at most every ``EVERY_SECONDS`` for each. Safe from any thread."""

    def __init__(self, database: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._noted: dict[str, float] = {}  # as many as there are enrolled devices

    def note(self, device: str, now_ms: int) -> None:
        """Never raises for the database: the request matters more than the note."""
        now = self._monotonic()
        with self._lock:
            if now - self._noted.get(device, float("-inf")) < EVERY_SECONDS:
                return
            self._noted[device] = now
        heard = {"device": device, "last_contact_ms": now_ms, "drift_ms": 0, "clock_trusted": False, "app_version": ""}
        try:
            with self._database.writing() as session:
                statement = upsert(session, Contact).values(writer=without_journal(device), **heard)
                session.execute(statement.on_conflict_do_update(index_elements=["writer"], set_=heard))
        except SQLAlchemyError as error:
            log.warning("last contact of a device not noted: %s", type(error).__name__)
