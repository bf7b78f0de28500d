"""What follows a committed encounter: telling plugins, composing and queueing the receipt. Never changes the answer."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from kiosk.domain import Decision, Encounter, Record, Scan, Station
from kiosk.journal.jobs import Companion
from kiosk.plugin_host.guarded import GuardedHooks
from kiosk.receipts import due as due_receipts
from kiosk.receipts.composing import compose
from kiosk.receipts.print_queue import PrintQueue

log = logging.getLogger(__name__)


class Afterwards:
    """One thread, so that a slow lamp or printer never slows the next person's answer."""

    def __init__(self, hooks: GuardedHooks, prints: PrintQueue, language: str) -> None:
        self._hooks = hooks
        self._prints = prints
        self._language = language
        self._queue: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._loop, name="afterwards", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is queued, then end."""
        self._queue.put(None)
        if self._thread:
            self._thread.join(timeout=10)
        self._thread = None

    def follow(self, encounter: Encounter, record: Record) -> None:
        """Queue what follows, where anybody waits for it; returns at once."""
        # paper first: a person is waiting for it
        if self._hooks.implementations("print_receipt"):
            self._queue.put(lambda: self._print(encounter, record))
        if self._hooks.implementations("encounter_recorded"):
            self._queue.put(lambda: self._tell(encounter, record))

    def paper_due(self, encounter: Encounter, record: Record) -> list[Companion]:
        """The row that remembers a visit's ticket until it is out, to be written with its record; none where nothing is printed."""
        return [due_receipts.row_of(record, self._language_of(encounter))] if self._printed(record) else []

    def papers_due(self, records: Sequence[Record]) -> list[Companion]:
        """The same for records that are no visits and have a paper of their own (``RecordBody.on_paper``)."""
        if not self._hooks.implementations("print_receipt"):
            return []
        return [due_receipts.row_of(one, self._language) for one in records if getattr(one.data, "on_paper", False)]

    def print_again(self, record: Record, station: Station, language: str = "") -> None:
        """Queue the receipt of a recorded visit once more, by default in the site's language."""
        encounter = encounter_of_record(record, station, language)
        self._queue.put(lambda: self._print(encounter, record))

    def _loop(self) -> None:
        while True:
            task = self._queue.get()
            if task is None:
                return
            try:
                task()
            except Exception as error:  # noqa: BLE001 - what follows a record must not end this thread
                log.error("after a record: %s", type(error).__name__)

    def _tell(self, encounter: Encounter, record: Record) -> None:
        self._hooks.collect("encounter_recorded", encounter=encounter, record=record)

    def _print(self, encounter: Encounter, record: Record) -> None:
        if self._printed(record):
            self._prints.submit(compose(self._hooks, encounter, record, self._language_of(encounter)))

    def _printed(self, record: Record) -> bool:
        due = getattr(record.data, "ticket", "") or getattr(record.data, "on_paper", False)
        return bool(due and self._hooks.implementations("print_receipt"))

    def _language_of(self, encounter: Encounter) -> str:
        chosen = encounter.answers.get("language", "")
        return chosen if chosen in ("vi", "en") else self._language


def encounter_of_record(record: Record, station: Station, language: str = "") -> Encounter:
    """As much of an encounter as its record tells: enough for a receipt, which draws on the record alone."""
    at = datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC)
    scan = Scan(record.id, "", b"", "", getattr(record.data, "source", ""), at)
    return Encounter(
        scan=scan,
        station=station,
        answers={"language": language} if language else {},
        citizen=record.citizen,
        decision=getattr(record.data, "decision", Decision.REFER),
        clock_trusted=record.clock_trusted,
        operator=record.operator,
    )
