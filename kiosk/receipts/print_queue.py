"""The queue that prints receipts one after another, tries again what a person can put right, and leaves the rest to staff.

Knows no printer and writes no table: ``Ledger`` is told what must outlive the process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from kiosk.domain import PrintOutcome, Receipt
from kiosk.receipts.composing import BUSY, FAULT, NO_PRINTER, PAPER_PROBLEMS, PASSING_PROBLEMS, UNSURE, ReceiptHost

log = logging.getLogger(__name__)


MOST_DOUBTS = 1  # a receipt that may be out already is sent once more, and then not again by itself


class Ledger(Protocol):
    """Where it is kept, beyond the process, which receipts are still to be printed."""

    def out(self, key: UUID) -> None:
        """Paper came out, or there is no printer that could."""

    def left(self, key: UUID, problem: str) -> None:
        """Nobody prints it by itself any more: it may be out already, or the printing program failed."""


@dataclass(slots=True)
class _Waiting:
    receipt: Receipt
    submitted: float  # by the queue's clock
    doubts: int = 0  # how often it was sent, and nobody knows whether paper came out


@dataclass(slots=True)
class _Failed:
    receipt: Receipt | None  # None: it is to be composed from its record
    until: float  # by the queue's clock: before this it is printed when there is paper again; 0: only when staff ask
    doubts: int = 0


class PrintQueue:
    """Prints receipts one after another in a thread of its own.

    ``on_outcome`` is called from that thread with the record's id: once when paper came out, and whenever a
    receipt's problem is new or another than before. A receipt that fails for a reason which a person can put right
    is tried again every ``retry_every`` seconds until ``retry_for`` seconds after it was submitted; then it waits in
    ``failed`` for staff. Where only paper was missing or the cover open, it is also looked at every ``late_every``
    seconds, whenever no newer receipt waits, and printed if it is not older than ``late_for`` seconds.
    Where the printer took a receipt and does not say that it is out, it is sent once more and no third time: staff look.
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
        ledger: Ledger | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = host
        self._on_outcome = on_outcome
        self._capacity = capacity
        self._retry_for = retry_for
        self._retry_every = retry_every
        self._late_for = late_for
        self._late_every = late_every
        self._ledger = ledger
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
                self._leave_to_staff(receipt.key, receipt)
        if not room:
            self._tell(receipt.key, BUSY)
        return room

    def leave(self, key: UUID, outcome: PrintOutcome) -> None:
        """Left to staff by an earlier life of this process; ``outcome`` says why."""
        with self._changed:
            self._leave_to_staff(key, None)
        self._tell(key, outcome)

    def reprint(self, key: UUID) -> bool:
        """Queue a failed receipt again. False where this queue does not hold it: compose it from its record then."""
        with self._changed:
            failed = self._failed.get(key)
        return failed is not None and failed.receipt is not None and self.submit(failed.receipt)

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
                receipt = self._waiting.popleft().receipt
                self._leave_to_staff(receipt.key, receipt)

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
        if outcome.sent and not outcome.printed:
            head.doubts += 1
            if head.doubts > MOST_DOUBTS:
                outcome = UNSURE
        with self._changed:
            young = self._monotonic() < head.submitted + self._retry_for
            again = outcome.problem in PASSING_PROBLEMS and young and not self._stopped
            if head.doubts and not again and outcome.problem not in PAPER_PROBLEMS and not outcome.printed:
                outcome = UNSURE
            if not again:
                if self._waiting and self._waiting[0] is head:
                    self._waiting.popleft()
                if not outcome.printed:
                    until = head.submitted + self._late_for if outcome.problem in PAPER_PROBLEMS else 0.0
                    self._leave_to_staff(head.receipt.key, head.receipt, until, head.doubts)
        self._note(head.receipt.key, outcome)
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
                failed, receipt = found[0]
            outcome = self._print(receipt)
            if outcome.sent and not outcome.printed:
                failed.doubts += 1
                if failed.doubts > MOST_DOUBTS:
                    outcome = UNSURE
            with self._changed:
                if self._failed.get(receipt.key) is failed:
                    if outcome.printed:
                        del self._failed[receipt.key]
                    elif outcome.problem not in PASSING_PROBLEMS:
                        failed.until = 0.0
            self._note(receipt.key, outcome)
            self._tell(receipt.key, outcome)
            if not outcome.printed:
                return

    def _late(self) -> list[tuple[_Failed, Receipt]]:
        """What may still be printed without being asked for. The lock is held by the caller."""
        now = self._monotonic()
        return [(one, one.receipt) for one in self._failed.values() if one.receipt is not None and now < one.until]

    def _note(self, key: UUID, outcome: PrintOutcome) -> None:
        """Write down what the next life of this process must know, where it does not yet."""
        if self._ledger is None:
            return
        if outcome.printed or outcome.problem == NO_PRINTER.problem:
            self._ledger.out(key)
        elif outcome.sent or outcome.problem == UNSURE.problem:
            self._ledger.left(key, UNSURE.problem)
        elif outcome.problem not in PASSING_PROBLEMS:
            self._ledger.left(key, outcome.problem)

    def _print(self, receipt: Receipt) -> PrintOutcome:
        try:
            answer = self._host.first("print_receipt", receipt=receipt)
        except Exception as error:  # noqa: BLE001 - the queue must outlive whatever a printer does
            log.error("printing failed: %s", type(error).__name__)
            return FAULT
        if isinstance(answer.value, PrintOutcome):
            return answer.value
        return FAULT if answer.value is not None or answer.faults else NO_PRINTER

    def _leave_to_staff(self, key: UUID, receipt: Receipt | None, until: float = 0.0, doubts: int = 0) -> None:
        """Keep the receipt for a reprint. The lock is held by the caller."""
        self._failed[key] = _Failed(receipt, until, doubts)
        self._failed.move_to_end(key)
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
