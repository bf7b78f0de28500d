"""Composing receipts and the print queue, against a host that plays the plugins."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest

from kiosk.domain import (
    Encounter,
    Heading,
    Paragraph,
    PrintOutcome,
    Receipt,
    ReceiptSection,
    Record,
    Scan,
    Station,
    Text,
)
from kiosk.receipts.composing import compose
from kiosk.receipts.print_queue import PrintQueue

WAIT = 120.0
OUT = PrintOutcome("paper_out", Text("Hết giấy", "Out of paper"))


@dataclass
class Host:
    sections: list[tuple[str, Any]] = field(default_factory=list)
    answers: list[Any] = field(default_factory=list)  # one per call; the last one repeats
    printed: list[Receipt] = field(default_factory=list)
    faults: list[Any] = field(default_factory=list)

    def collect(self, hook: str, **arguments: Any) -> Any:
        assert hook == "receipt_sections"
        assert set(arguments) == {"encounter", "record", "language"}
        return SimpleNamespace(results=self.sections, faults=[])

    def first(self, hook: str, **arguments: Any) -> Any:
        assert hook == "print_receipt"
        self.printed.append(arguments["receipt"])
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if callable(answer):
            answer = answer()
        return SimpleNamespace(value=answer, faults=self.faults)


class Outcomes:
    def __init__(self) -> None:
        self.seen: list[tuple[UUID, PrintOutcome]] = []
        self.changed = threading.Condition()

    def __call__(self, key: UUID, outcome: PrintOutcome) -> None:
        with self.changed:
            self.seen.append((key, outcome))
            self.changed.notify_all()

    def wait(self, count: int) -> list[str]:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.seen) >= count, WAIT)
            return [outcome.problem for _, outcome in self.seen]


def receipt() -> Receipt:
    return Receipt(uuid4(), "vi", (Heading("Phiếu"),))


def raise_value_error() -> None:
    raise ValueError("personal words")


@pytest.fixture
def make_queue():
    queues: list[PrintQueue] = []

    def build(host: Host, outcomes: Outcomes, **options: Any) -> PrintQueue:
        queue = PrintQueue(host, outcomes, **({"retry_every": 0.01} | options))
        queues.append(queue)
        return queue

    yield build
    for queue in queues:
        queue.stop()


def story() -> tuple[Encounter, Record]:
    scan = Scan(uuid4(), "x", b"x", "QRCode", "page", datetime(2021, 8, 10, tzinfo=UTC))
    record = Record("w", 1, uuid4(), "visit", 1, 0, True, "s", None, None, "{}", {}, b"", b"")
    return Encounter(scan, Station("s", "Điểm tiêm")), record


def test_sections_of_all_plugins_come_in_ascending_order_and_ties_keep_the_profiles_order():
    first, last = Paragraph("đầu"), Paragraph("cuối")
    host = Host(
        sections=[
            ("a", [ReceiptSection(90, (last,)), ReceiptSection(50, (Heading("a"),))]),
            ("b", iter([ReceiptSection(50, (Heading("b"),)), ReceiptSection(0, (first,))])),
        ]
    )
    encounter, record = story()
    composed = compose(host, encounter, record, "en")
    assert composed == Receipt(record.id, "en", (first, Heading("a"), Heading("b"), last))


def test_a_section_of_the_wrong_type_is_left_out_and_the_rest_is_printed():
    host = Host(sections=[("bad", ["words"]), ("good", [ReceiptSection(1, (Heading("x"),))])])
    assert compose(host, *story(), "vi").blocks == (Heading("x"),)


def test_receipts_are_printed_in_order(make_queue):
    host, outcomes = Host(answers=[PrintOutcome()]), Outcomes()
    queue = make_queue(host, outcomes)
    receipts = [receipt() for _ in range(5)]
    assert all(queue.submit(one) for one in receipts)
    assert outcomes.wait(5) == [""] * 5
    assert host.printed == receipts
    assert queue.outcome(receipts[0].key) == PrintOutcome()
    assert queue.failed() == ()


def test_a_passing_problem_is_told_once_and_the_receipt_printed_when_the_printer_is_back(make_queue):
    host, outcomes = Host(answers=[OUT, OUT, OUT, PrintOutcome()]), Outcomes()
    queue = make_queue(host, outcomes)
    queue.submit(receipt())
    assert outcomes.wait(2) == ["paper_out", ""]
    assert len(host.printed) == 4
    assert queue.failed() == ()


def test_after_its_time_a_receipt_is_left_to_staff_who_can_reprint_it(make_queue):
    host, outcomes = Host(answers=[OUT]), Outcomes()
    queue = make_queue(host, outcomes, retry_for=0.0)
    one = receipt()
    queue.submit(one)
    outcomes.wait(1)
    assert queue.failed() == (one.key,)
    host.answers = [PrintOutcome()]
    assert queue.reprint(one.key)
    assert outcomes.wait(2) == ["paper_out", ""]
    assert queue.failed() == ()
    assert not queue.reprint(one.key)


def test_what_failed_for_want_of_paper_is_printed_when_there_is_paper_again(make_queue):
    host, outcomes = Host(answers=[OUT]), Outcomes()
    queue = make_queue(host, outcomes, retry_for=0.0, late_every=0.01)
    first, second = receipt(), receipt()
    queue.submit(first)
    queue.submit(second)
    assert outcomes.wait(2) == ["paper_out", "paper_out"]
    host.answers = [PrintOutcome()]
    assert outcomes.wait(4)[2:] == ["", ""]
    assert [one.key for one in host.printed[-2:]] == [first.key, second.key]
    assert queue.failed() == ()


def test_the_person_who_stands_there_now_gets_the_ticket_before_those_who_left_without(make_queue):
    shut = PrintOutcome("cover_open", Text("Nắp mở", "Cover open"))
    host, outcomes = Host(answers=[shut]), Outcomes()
    queue = make_queue(host, outcomes, retry_for=0.0, late_every=3600.0)
    for _ in range(3):
        queue.submit(receipt())
    outcomes.wait(3)
    host.answers = [PrintOutcome()]
    now = receipt()
    queue.submit(now)
    outcomes.wait(4)
    assert host.printed[-1] == now


@pytest.mark.parametrize(
    ("problem", "late_for"), [("paper_out", 0.0), ("offline", 900.0), ("timeout", 900.0), ("fault", 900.0)]
)
def test_old_receipts_and_those_that_may_be_half_printed_are_staffs(make_queue, problem, late_for):
    host, outcomes = Host(answers=[PrintOutcome(problem, Text("x", "x")), PrintOutcome()]), Outcomes()
    queue = make_queue(host, outcomes, retry_for=0.0, late_every=0.01, late_for=late_for)
    one, next_one = receipt(), receipt()
    queue.submit(one)
    assert outcomes.wait(1) == [problem]
    queue.submit(next_one)
    outcomes.wait(2)
    assert not threading.Event().wait(0.1)  # ten looks
    assert queue.failed() == (one.key,)
    assert len(host.printed) == 2


@pytest.mark.parametrize(
    ("answer", "faults", "problem"),
    [(None, [], "no_printer"), (None, ["fault"], "fault"), ("words", [], "fault"), (raise_value_error, [], "fault")],
)
def test_no_printer_and_a_broken_plugin_end_in_words_and_the_next_receipt_is_printed(
    make_queue, answer, faults, problem
):
    host, outcomes = Host(answers=[answer, PrintOutcome()], faults=faults), Outcomes()
    queue = make_queue(host, outcomes)
    one = receipt()
    queue.submit(one)
    queue.submit(receipt())
    assert outcomes.wait(2) == [problem, ""]
    assert queue.failed() == (one.key,)
    told = outcomes.seen[0][1].text
    assert told.vi
    assert told.en


def test_submit_never_blocks_and_a_full_queue_says_busy(make_queue):
    entered, release = threading.Event(), threading.Event()

    def block() -> PrintOutcome:
        entered.set()
        assert release.wait(WAIT)
        return PrintOutcome()

    host, outcomes = Host(answers=[block]), Outcomes()
    queue = make_queue(host, outcomes, capacity=2)
    assert queue.submit(receipt())
    assert entered.wait(WAIT)
    assert queue.submit(receipt())
    third = receipt()
    assert not queue.submit(third)
    assert outcomes.seen == [(third.key, queue.outcome(third.key))]
    assert queue.outcome(third.key).problem == "busy"
    assert queue.failed() == (third.key,)
    assert queue.waiting() == 2
    release.set()
    assert outcomes.wait(3) == ["busy", "", ""]


def test_stop_is_prompt_while_a_receipt_waits_for_its_next_try(make_queue):
    host, outcomes = Host(answers=[OUT]), Outcomes()
    queue = make_queue(host, outcomes, retry_every=3600.0, retry_for=3600.0)
    one = receipt()
    queue.submit(one)
    outcomes.wait(1)
    queue.stop()
    assert queue.waiting() == 0
    assert queue.failed() == (one.key,)
    assert not queue.submit(receipt())


def test_a_listener_that_raises_does_not_end_printing(make_queue):
    host = Host(answers=[PrintOutcome()])
    done = threading.Event()

    def listener(key: UUID, outcome: PrintOutcome) -> None:
        if len(host.printed) == 2:
            done.set()
        raise RuntimeError

    queue = make_queue(host, listener)
    queue.submit(receipt())
    queue.submit(receipt())
    assert done.wait(WAIT)
