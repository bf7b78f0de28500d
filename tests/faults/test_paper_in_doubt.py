"""A printer that takes a ticket and never says whether it came out: once more at most, then staff are told to look.

Queue, driver and network twin are the product's own; only the driver's time-outs are short.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from hardware.printers import EscposPrinter, NetworkConnection, Patience
from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.tcp import VirtualPrinter
from kiosk.domain import Heading, PrintOutcome, Receipt
from kiosk.receipts.print_queue import PrintQueue
from plugins.receipt_printing import outcomes
from plugins.receipt_printing.job import JobOptions, compose_job

WAIT = 120.0
HASTE = Patience(answer=0.8, stall=0.5, settle=0.0)


class Listening:
    """What the queue told, and what it wrote down; ``then`` is called with each outcome."""

    def __init__(self) -> None:
        self.told: dict[UUID, list[str]] = {}
        self.kept: list[tuple[str, UUID, str]] = []
        self.then: Callable[[PrintOutcome], Any] = lambda outcome: None
        self._changed = threading.Condition()

    def __call__(self, key: UUID, outcome: PrintOutcome) -> None:
        self.then(outcome)
        with self._changed:
            self.told.setdefault(key, []).append(outcome.problem)
            self._changed.notify_all()

    def out(self, key: UUID) -> None:
        self.kept.append(("out", key, ""))

    def left(self, key: UUID, problem: str) -> None:
        self.kept.append(("left", key, problem))

    def wait(self, key: UUID, problem: str) -> None:
        with self._changed:
            heard = self._changed.wait_for(lambda: problem in self.told.get(key, []), WAIT)
            assert heard, self.told


@pytest.fixture
def twin() -> Iterator[VirtualPrinter]:
    virtual = VirtualPrinter(PrinterDevice(), port=0)
    virtual.start()
    yield virtual
    virtual.stop()


def queue_on(twin: VirtualPrinter, listening: Listening, answers_status: bool = True) -> PrintQueue:
    driver = EscposPrinter(
        "network",
        lambda: NetworkConnection("127.0.0.1", twin.port, timeout=2.0),
        patience=HASTE,
        answers_status=answers_status,
    )

    def first(hook: str, receipt: Receipt) -> Any:
        return SimpleNamespace(
            value=outcomes.outcome(driver.send(compose_job(receipt.blocks, JobOptions()))), faults=[]
        )

    host = SimpleNamespace(first=first, collect=None)
    return PrintQueue(host, listening, retry_every=0.01, late_every=0.05, ledger=listening)


def ticket(words: str = "Phiếu") -> Receipt:
    return Receipt(uuid4(), "vi", (Heading(words),))


def test_a_printer_that_falls_silent_with_each_ticket_gets_it_once_more_and_no_third_time(twin):
    listening = Listening()
    queue = queue_on(twin, listening)
    silent = True
    twin.device._on_paper = lambda paper: twin.device.set(mute=silent)
    listening.then = lambda outcome: twin.device.set(mute=False)  # and speaks again, so that a retry would be printed
    doubtful, after = ticket(), ticket()
    queue.submit(doubtful)
    listening.wait(doubtful.key, "unsure")
    silent = False
    queue.submit(after)
    listening.wait(after.key, "")
    assert listening.told == {doubtful.key: ["timeout", "unsure"], after.key: [""]}
    assert twin.device.printed == 3  # twice the one in doubt, once the other
    assert queue.failed() == (doubtful.key,)
    assert listening.kept == [
        ("left", doubtful.key, "unsure"),  # at once: a restart must not print it a third time
        ("left", doubtful.key, "unsure"),
        ("out", after.key, ""),
    ]
    assert queue.reprint(doubtful.key)  # staff looked, and want it
    assert twin.device.wait_for_papers(4, WAIT)
    queue.stop()
    assert not queue.failed()


def test_a_printer_that_is_silent_before_it_takes_anything_leaves_no_doubt(twin):
    listening = Listening()
    queue = queue_on(twin, listening)
    twin.device.set(mute=True)
    one = ticket()
    queue.submit(one)
    listening.wait(one.key, "timeout")
    twin.device.set(mute=False)
    listening.wait(one.key, "")
    assert twin.device.printed == 1
    assert listening.kept == [("out", one.key, "")]
    queue.stop()


def test_a_half_open_line_that_swallowed_part_of_a_ticket_gets_it_once_more_and_no_third_time(twin):
    listening = Listening()
    queue = queue_on(twin, listening, answers_status=False)
    twin.device.set(half_open=True)
    one = Receipt(uuid4(), "vi", tuple(Heading(f"Dòng {number}") for number in range(120)))  # more than a line swallows
    queue.submit(one)
    listening.wait(one.key, "unsure")
    assert listening.told[one.key] == ["timeout", "unsure"]
    twin.device.set(half_open=False)
    after = ticket()
    queue.submit(after)
    listening.wait(after.key, "")
    assert twin.device.wait_for_papers(1, WAIT)
    queue.stop()
    assert queue.failed() == (one.key,)
    assert twin.device.printed == 1  # what the dead line swallowed was given up with it
