"""Device nodes and plain files as printers. A pseudo-terminal stands in for the character device of a USB printer."""

from __future__ import annotations

import os

import pytest

from hardware.printers import EscposPrinter, Patience, commands
from hardware.printers.device_node import DeviceNodeConnection
from hardware.virtual.escpos import draw
from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.serial_port import VirtualSerialPrinter

JOB = commands.INITIALISE + b"A-0127\n" + commands.cut()
HASTE = Patience(answer=1.0, stall=0.3, settle=0.0)


def driver(path, **options) -> EscposPrinter:
    return EscposPrinter("file", lambda: DeviceNodeConnection(path), patience=HASTE, **options)


def test_a_plain_file_collects_jobs(tmp_path):
    printer = driver(tmp_path / "jobs.bin", answers_status=False)
    assert printer.send(JOB).ready
    assert printer.send(JOB).ready
    assert len(draw((tmp_path / "jobs.bin").read_bytes())) == 2


def test_a_character_device_prints_and_answers():
    twin = VirtualSerialPrinter(PrinterDevice())
    twin.start()
    try:
        from pathlib import Path

        printer = driver(Path(twin.path))
        assert printer.send(JOB).ready
        assert twin.device.wait_for_papers(1, 10.0)
        twin.device.set(paper="out")
        assert printer.send(JOB).error == "paper_out"
        twin.device.set(half_open=True)
        assert driver(Path(twin.path), answers_status=False).send(b"x" * 200_000).error == "timeout"
    finally:
        twin.stop()


@pytest.mark.parametrize("make", [lambda path: None, os.mkfifo])
def test_a_missing_node_and_a_pipe_without_reader_are_offline(tmp_path, make):
    path = tmp_path / "gone" / "lp0"
    if make(path.parent if make is os.mkfifo else path) is None and make is os.mkfifo:
        path = path.parent
    status = driver(path).send(JOB)
    assert (status.error, status.sent) == ("offline", 0)
