"""Paper and a process that is killed: what waited for the printer comes out after the start, once, while it is of use.

The kiosk is a process of its own; the printer is the network twin, which lives on in the test as a real one would.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random
from uuid import uuid4

import pytest

from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.tcp import VirtualPrinter
from kiosk.synthetic import Citizen, citizens
from tests.support.processes import eventually
from tests.support.running_kiosk import RunningKiosk

PROFILE = """
plugins = ["citizen_id", "self_check_in", "receipt_printing"]

[site]
id = "test-site"
name = "Điểm thử nghiệm"

[plugin.receipt_printing]
mode = "glyph"
printer = {{ kind = "network", host = "127.0.0.1", port = {port} }}
"""


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    twin = VirtualPrinter(PrinterDevice(), port=0)
    twin.start()
    yield twin
    twin.stop()


@pytest.fixture
def kiosk(printer: VirtualPrinter, tmp_path: Path) -> Iterator[RunningKiosk]:
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE.format(port=printer.port), "utf-8")
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log.txt").start() as running:
        yield running


def due(kiosk: RunningKiosk) -> list[tuple[int, str]]:
    """(starts, problem) of every ticket that is not out."""
    with closing(sqlite3.connect(kiosk.data / "kiosk.sqlite3")) as connection:
        return connection.execute("SELECT starts, problem FROM core_due_receipts ORDER BY due_at_ms").fetchall()


def visit(kiosk: RunningKiosk, person: Citizen) -> None:
    answer = kiosk.scan(person.cccd_2021(), str(uuid4()))
    assert answer["decision"] == "admit"
    assert answer["ticket"]


def some_people(count: int) -> list[Citizen]:
    several = citizens(Random(5))
    return [next(several) for _ in range(count)]


def test_what_waited_for_paper_when_the_process_was_killed_comes_out_once_after_the_start(kiosk, printer):
    printer.device.set(paper="out")
    for person in some_people(3):
        visit(kiosk, person)
    assert due(kiosk) == [(0, "")] * 3
    kiosk.kill()
    printer.device.set(paper="ok")
    kiosk.start()
    assert printer.device.wait_for_papers(3, 60)
    eventually(lambda: due(kiosk) == [])
    visit(kiosk, some_people(4)[3])  # whoever comes next gets the next paper, and no old one comes again
    assert printer.device.wait_for_papers(4, 60)
    eventually(lambda: due(kiosk) == [])
    assert printer.device.printed == 4
    assert not printer.device.errors


def test_a_ticket_of_long_ago_is_not_printed_and_staff_hear_of_it(kiosk, printer):
    printer.device.set(paper="out")
    old, new = some_people(2)
    visit(kiosk, old)
    kiosk.kill()
    with closing(sqlite3.connect(kiosk.data / "kiosk.sqlite3")) as connection, connection:
        connection.execute("UPDATE core_due_receipts SET due_at_ms = due_at_ms - 6 * 60000")
    printer.device.set(paper="ok")
    kiosk.start()
    visit(kiosk, new)
    assert printer.device.wait_for_papers(1, 60)
    eventually(lambda: due(kiosk) == [(0, "")])  # the old one's, until staff print it or the day is over
    assert printer.device.printed == 1
    assert "1 left to staff" in kiosk.log()


def test_a_ticket_that_may_be_out_already_is_left_to_staff_after_the_start(kiosk, printer):
    printer.device.set(paper="out")
    doubtful, other = some_people(2)
    visit(kiosk, doubtful)
    kiosk.kill()
    with closing(sqlite3.connect(kiosk.data / "kiosk.sqlite3")) as connection, connection:
        connection.execute("UPDATE core_due_receipts SET problem = 'unsure'")
    printer.device.set(paper="ok")
    kiosk.start()
    visit(kiosk, other)
    assert printer.device.wait_for_papers(1, 60)
    eventually(lambda: due(kiosk) == [(0, "unsure")])
    assert printer.device.printed == 1
