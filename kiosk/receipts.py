"""Receipts: composing them from the plugins' sections, and the queue that prints them after the visit is recorded.

Knows no printer and draws nothing; a fault here never touches the visit, which is in the journal already.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from kiosk.domain import Encounter, PrintOutcome, Receipt, ReceiptSection, Record, Text

log = logging.getLogger(__name__)

NO_PRINTER = PrintOutcome(
    "no_printer",
    Text(
        "Không có máy in nào nhận phiếu. Bạn không cần giấy: hãy đi tiếp theo hướng dẫn trên màn hình.",
        "No printer took the ticket. You do not need paper: go on as the screen says.",
    ),
)
BUSY = PrintOutcome(
    "busy",
    Text(
        "Máy in đang có quá nhiều phiếu chờ. Hãy nhờ nhân viên in lại phiếu này.",
        "Too many tickets are waiting for the printer. Please ask staff to print this one again.",
    ),
)
FAULT = PrintOutcome(
    "fault",
    Text(
        "Không in được phiếu vì lỗi phần mềm in. Hãy nhờ nhân viên in lại; lượt của bạn đã được ghi nhận.",
        "The ticket could not be printed because the printing program failed. Ask staff to print it again; "
        "your visit is recorded.",
    ),
)

# what a person at the printer can put right, so that trying again may help; after other problems it would not
PASSING_PROBLEMS = frozenset({"paper_out", "cover_open", "offline", "timeout", "busy"})
# of those, what surely left no paper behind: such a receipt may be printed late without anybody asking
PAPER_PROBLEMS = frozenset({"paper_out", "cover_open"})


class ReceiptHost(Protocol):
    """What is needed of ``kiosk.plugin_host.PluginHost``."""

    def collect(self, hook: str, **arguments: Any) -> Any:
        """Call every implementation: ``.results`` holds (plugin, value)."""

    def first(self, hook: str, **arguments: Any) -> Any:
        """The first answer: ``.value``; ``.faults`` lists the plugins that failed."""


def compose(host: ReceiptHost, encounter: Encounter, record: Record, language: str) -> Receipt:
    """Ask every plugin for its sections and put them in ascending ``order``; equal orders keep the profile's order.

    A plugin that fails leaves its part out, and the rest is printed.
    """
    sections: list[ReceiptSection] = []
    collected = host.collect("receipt_sections", encounter=encounter, record=record, language=language)
    for plugin, value in collected.results:
        sections.extend(_sections(plugin, value))
    sections.sort(key=lambda section: section.order)
    return Receipt(record.id, language, tuple(block for section in sections for block in section.blocks))


def _sections(plugin: str, value: Iterable[Any]) -> list[ReceiptSection]:
    given = list(value)
    good = [section for section in given if isinstance(section, ReceiptSection)]
    if len(good) != len(given):
        log.error("plugin %s returned a receipt section of the wrong type; left out", plugin)
    return good


@dataclass(slots=True)
class _Waiting:
    receipt: Receipt
    submitted: float  # by the queue's clock


@dataclass(slots=True)
class _Failed:
    receipt: Receipt
    until: float  # by the queue's clock: before this it is printed when there is paper again; 0: only when staff ask


class PrintQueue:
    """Prints receipts one after another in a thread of its own.

    ``on_outcome`` is called from that thread with the record's id: once when paper came out, and whenever a
    receipt's problem is new or another than before. A receipt that fails for a reason which a person can put right
    is tried again every ``retry_every`` seconds until ``retry_for`` seconds after it was submitted; then it waits in
    ``failed`` for staff. Where only paper was missing or the cover open, it is also looked at every ``late_every``
    seconds, whenever no newer receipt waits, and printed if it is not older than ``late_for`` seconds.
    Printed receipts are forgotten: they hold personal data, and can be composed from the journal.
    """

    def __init__(
        self,
        host: ReceiptHost,
        on_outcome: Callable[[UUID, PrintOutcome], None],
        *,
        capacity: int = 50,
        retry_for: float = 120.0,
        retry_every: float = 3.0,
        late_for: float = 900.0,
        late_every: float = 10.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._on_outcome = on_outcome
        self._capacity = capacity
        self._retry_for = retry_for
        self._retry_every = retry_every
        self._late_for = late_for
        self._late_every = late_every
        self._monotonic = monotonic
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        self._failed: OrderedDict[UUID, _Failed] = OrderedDict()
        self._outcomes: OrderedDict[UUID, PrintOutcome] = OrderedDict()
        self._stopped = False
        self._thread: threading.Thread | None = None

    # --- for the story and for staff; every method is safe from any thread and returns at once

    def submit(self, receipt: Receipt) -> bool:
        """Queue a receipt. False where the queue is full or stopped: the receipt then waits in ``failed``."""
        with self._changed:
            room = len(self._waiting) < self._capacity and not self._stopped
            if room:
                self._failed.pop(receipt.key, None)
                self._waiting.append(_Waiting(receipt, self._monotonic()))
                self._start()
                self._changed.notify_all()
            else:
                self._leave_to_staff(receipt)
        if not room:
            self._tell(receipt.key, BUSY)
        return room

    def reprint(self, key: UUID) -> bool:
        """Queue a failed receipt again. False where this queue does not hold it: compose it from its record then."""
        with self._changed:
            failed = self._failed.get(key)
        return failed is not None and self.submit(failed.receipt)

    def outcome(self, key: UUID) -> PrintOutcome | None:
        """The last that is known of a receipt, of the latest few hundred."""
        with self._changed:
            return self._outcomes.get(key)

    def failed(self) -> tuple[UUID, ...]:
        """Receipts left to staff, oldest first."""
        with self._changed:
            return tuple(self._failed)

    def waiting(self) -> int:
        """How many receipts are queued or being printed."""
        with self._changed:
            return len(self._waiting)

    def stop(self, timeout: float = 5.0) -> None:
        """End the thread: what is being printed may finish within ``timeout`` seconds, what waits is left to staff."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
            thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(timeout)
        with self._changed:
            while self._waiting:
                self._leave_to_staff(self._waiting.popleft().receipt)

    # --- the thread

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="print-queue", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._stopped or self._waiting, self._late_every if self._late() else None
                )
                if self._stopped:
                    return
                head = self._waiting[0] if self._waiting else None
            if head:
                self._print_head(head)
            else:
                self._print_late()

    def _print_head(self, head: _Waiting) -> None:
        """Print the oldest that waits. It stays in place meanwhile, so that it counts as waiting."""
        outcome = self._print(head.receipt)
        with self._changed:
            young = self._monotonic() < head.submitted + self._retry_for
            again = outcome.problem in PASSING_PROBLEMS and young and not self._stopped
            if not again:
                if self._waiting and self._waiting[0] is head:
                    self._waiting.popleft()
                if not outcome.printed:
                    self._leave_to_staff(
                        head.receipt, head.submitted + self._late_for if outcome.problem in PAPER_PROBLEMS else 0.0
                    )
        self._tell(head.receipt.key, outcome)
        if again:
            with self._changed:
                self._changed.wait_for(lambda: self._stopped, self._retry_every)

    def _print_late(self) -> None:
        """Print what was left for want of paper, oldest first, as long as that works and nobody new waits."""
        while True:
            with self._changed:
                found = self._late()
                if not found or self._waiting or self._stopped:
                    return
                failed = found[0]
            outcome = self._print(failed.receipt)
            with self._changed:
                if self._failed.get(failed.receipt.key) is failed:
                    if outcome.printed:
                        del self._failed[failed.receipt.key]
                    elif outcome.problem not in PASSING_PROBLEMS:
                        failed.until = 0.0
            self._tell(failed.receipt.key, outcome)
            if not outcome.printed:
                return

    def _late(self) -> list[_Failed]:
        """What may still be printed without being asked for. The lock is held by the caller."""
        now = self._monotonic()
        return [one for one in self._failed.values() if now < one.until]

    def _print(self, receipt: Receipt) -> PrintOutcome:
        try:
            answer = self._host.first("print_receipt", receipt=receipt)
        except Exception as error:  # noqa: BLE001 - the queue must outlive whatever a printer does
            log.error("printing failed: %s", type(error).__name__)
            return FAULT
        if isinstance(answer.value, PrintOutcome):
            return answer.value
        return FAULT if answer.value is not None or answer.faults else NO_PRINTER

    def _leave_to_staff(self, receipt: Receipt, until: float = 0.0) -> None:
        """Keep the receipt for a reprint. The lock is held by the caller."""
        self._failed[receipt.key] = _Failed(receipt, until)
        self._failed.move_to_end(receipt.key)
        while len(self._failed) > self._capacity:
            self._failed.popitem(last=False)

    def _tell(self, key: UUID, outcome: PrintOutcome) -> None:
        with self._changed:
            known = self._outcomes.pop(key, None)
            self._outcomes[key] = outcome
            while len(self._outcomes) > 10 * self._capacity:
                self._outcomes.popitem(last=False)
        if known == outcome and not outcome.printed:
            return
        try:
            self._on_outcome(key, outcome)
        except Exception as error:  # noqa: BLE001 - a listener's fault must not end printing
            log.error("listener of print outcomes failed: %s", type(error).__name__)
