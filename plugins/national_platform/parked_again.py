"""Takes parked records up again by itself, once a plugin that was missing is there: after an update, or in another process.

A process whose plugin did not load parks that plugin's records; one that has it folds them within a minute.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from kiosk.repeating import Repeating
from plugins.national_platform import parked

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal

log = logging.getLogger(__name__)

SECONDS = 60.0


class ParkedAgain:
    """One process's. The first turn, after a start and so perhaps an update, tries everything whose kind is known."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._started = False
        self.repeated = Repeating("parked-again", self.turn, SECONDS, "parked records could not be taken up")

    def turn(self) -> int:
        """One look. Returns how many records found their place. A plugin that cannot fold them is noted as behind, and its tables are
        rebuilt at the next start. Raises what the database raises."""
        found = parked.retry_known(self._journal, all_reasons=not self._started)
        self._started = True
        if found:
            log.warning("%d parked records are in their tables now", found)
        return found
