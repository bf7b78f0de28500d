"""A printer on a serial line, which is a pseudo-terminal here."""

from __future__ import annotations

import pytest

from hardware.printers import EscposPrinter, Patience, commands
from hardware.printers import serial_line as serial_driver
from hardware.printers.serial_line import SerialConnection
from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.serial_port import VirtualSerialPrinter

JOB = commands.INITIALISE + b"A-0127\n" + commands.cut()
HASTE = Patience(answer=1.0, stall=0.3, settle=0.0)
WAIT = 120.0


@pytest.fixture
def twin(monkeypatch):
    monkeypatch.setattr(serial_driver, "DRAIN", 0.1)
    virtual = VirtualSerialPrinter(PrinterDevice())
    virtual.start()
    yield virtual
    virtual.stop()


def driver(twin: VirtualSerialPrinter, **options) -> EscposPrinter:
    return EscposPrinter("serial", lambda: SerialConnection(twin.path, 115200), **({"patience": HASTE} | options))


def test_a_job_becomes_a_paper_and_again(twin):
    for count in (1, 2):
        status = driver(twin).send(JOB)
        assert status.ready, status
        assert twin.device.wait_for_papers(count, WAIT)
    assert not twin.device.errors


@pytest.mark.parametrize(
    ("fault", "repaired", "code"),
    [
        ({"paper": "out"}, {"paper": "ok"}, "paper_out"),
        ({"cover_open": True}, {"cover_open": False}, "cover_open"),
        ({"mute": True}, {"mute": False}, "timeout"),
    ],
)
def test_faults_and_repair(twin, fault, repaired, code):
    twin.device.set(**fault)
    assert driver(twin).send(JOB).error == code
    twin.device.set(**repaired)
    assert driver(twin).send(JOB).ready
    assert twin.device.wait_for_papers(1, WAIT)


def test_a_printer_that_takes_no_bytes_neither_hangs_the_job_nor_the_closing(twin):
    twin.device.set(half_open=True)
    printer = driver(twin, answers_status=False)
    huge = commands.INITIALISE + b"x" * 200_000
    status = printer.send(huge)
    assert status.error == "timeout"
    assert 0 < status.sent < len(huge)


def test_an_adapter_that_is_not_there_is_offline_and_one_in_use_is_busy(twin):
    assert EscposPrinter("serial", lambda: SerialConnection("/dev/no-such-line")).status().error == "offline"
    first = SerialConnection(twin.path)
    assert driver(twin).status().error == "busy"
    first.close(discard=True)
    assert driver(twin).status().ready


def test_a_pulled_adapter_is_offline_and_a_new_one_works(twin):
    printer = driver(twin)
    assert printer.status().ready
    twin.stop()
    assert printer.send(JOB).error == "offline"
    twin.start()
    assert printer.send(JOB).ready
