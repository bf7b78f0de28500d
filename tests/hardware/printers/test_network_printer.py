"""A printer on the network, with every fault that the twin can have: the right code each time, and back to work after."""

from __future__ import annotations

import contextlib
import socket
import threading

import pytest

from hardware.printers import EscposPrinter, NetworkConnection, Patience, commands
from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.tcp import VirtualPrinter

JOB = commands.INITIALISE + b"A-0127\n" + commands.cut()
LARGE_JOB = commands.INITIALISE + b"Nguyen Van A\n" * 500 + commands.cut()
CALM = Patience(answer=5.0, stall=5.0, job=20.0, settle=0.0, finish=5.0)
HASTE = Patience(answer=0.8, stall=0.5, settle=0.0)  # where a time-out is what is wanted
WAIT = 120.0


@pytest.fixture
def twin():
    virtual = VirtualPrinter(PrinterDevice(), port=0)
    virtual.start()
    yield virtual
    virtual.stop()


def driver(twin: VirtualPrinter, **options) -> EscposPrinter:
    options = {"patience": CALM} | options
    return EscposPrinter("network", lambda: NetworkConnection("127.0.0.1", twin.port, timeout=2.0), **options)


def assert_prints(twin: VirtualPrinter, printer: EscposPrinter) -> None:
    before = twin.device.printed
    status = printer.send(JOB)
    assert status.ready, status
    assert status.sent == len(JOB)
    assert twin.device.wait_for_papers(before + 1, WAIT)
    assert not twin.device.errors


def test_a_job_becomes_a_paper(twin):
    assert_prints(twin, driver(twin))
    status = driver(twin).status()
    assert (status.online, status.paper, status.cover_open, status.mute) == (True, "ok", False, False)


@pytest.mark.parametrize(
    ("fault", "repaired", "code"),
    [
        ({"paper": "out"}, {"paper": "ok"}, "paper_out"),
        ({"cover_open": True}, {"cover_open": False}, "cover_open"),
        ({"cover_open": True, "paper": "out"}, {"cover_open": False, "paper": "ok"}, "cover_open"),
        ({"mute": True}, {"mute": False}, "timeout"),
        ({"half_open": True}, {"half_open": False}, "timeout"),
    ],
)
def test_a_fault_is_found_before_anything_is_sent_and_work_goes_on_after_repair(twin, fault, repaired, code):
    printer = driver(twin, patience=HASTE if code == "timeout" else CALM)
    twin.device.set(**fault)
    status = printer.send(JOB)
    assert status.error == code
    assert status.sent == 0
    assert printer.status().error == code
    twin.device.set(**repaired)
    assert_prints(twin, printer)
    assert twin.device.printed == 1, "a job that failed must not come out later"


@pytest.mark.parametrize(
    ("trouble", "thrown_away"),
    [({}, False), ({"paper": "out"}, True), ({"mute": True}, True)],
)
def test_what_is_on_its_way_is_thrown_away_only_where_a_job_failed(twin, trouble, thrown_away):
    """The rest of a failed job in the kernel's buffer would come out in front of its repetition."""
    discarded = []

    class Watched(NetworkConnection):
        def close(self, discard):
            discarded.append(discard)
            super().close(discard)

    printer = EscposPrinter(
        "network",
        lambda: Watched("127.0.0.1", twin.port, timeout=2.0),
        patience=HASTE if trouble.get("mute") else CALM,
    )
    twin.device.set(**trouble)
    assert printer.send(LARGE_JOB).ready is not thrown_away
    assert discarded == [thrown_away]


def test_near_end_is_told_and_prints(twin):
    twin.device.set(paper="near_end")
    printer = driver(twin)
    assert_prints(twin, printer)
    assert printer.status().paper == "near_end"


def test_a_mute_printer_prints_where_the_technician_says_that_it_is_one_way(twin):
    twin.device.set(mute=True)
    printer = driver(twin, answers_status=False)
    assert_prints(twin, printer)
    assert printer.status().paper == "unknown"


def test_a_slow_printer_is_waited_for(twin):
    twin.device.set(bytes_per_second=10000)
    status = driver(twin).send(LARGE_JOB)
    assert status.ready, status
    assert twin.device.wait_for_papers(1, WAIT)


def test_a_printer_too_slow_for_the_jobs_time_is_given_up_with_what_was_sent(twin):
    twin.device.set(bytes_per_second=4000)
    huge = commands.INITIALISE + b"x" * 400_000
    status = driver(twin, patience=Patience(answer=2.0, stall=2.0, job=0.5, settle=0.0)).send(huge)
    assert status.error == "timeout"
    assert 0 < status.sent < len(huge)


def test_paper_that_runs_out_in_the_middle_is_told_and_the_next_job_is_clean(twin):
    printer = driver(twin, patience=Patience(answer=5.0, stall=0.5, settle=0.0))
    huge = commands.INITIALISE + b"Nguyen Van A\n" * 20_000 + commands.cut()
    twin.device.set(bytes_per_second=50_000)
    ends = threading.Timer(0.2, lambda: twin.device.set(paper="out"))
    ends.start()
    status = printer.send(huge)
    ends.join()
    assert status.error in ("timeout", "paper_out")
    assert 0 < status.sent < len(huge)
    twin.device.set(paper="ok", bytes_per_second=0)
    before = twin.device.printed
    assert printer.send(JOB).ready
    assert twin.device.wait_for_papers(before + 1, WAIT)


def test_nobody_listening_is_offline_and_replugging_is_enough(twin):
    printer = driver(twin)
    assert_prints(twin, printer)
    twin.stop()
    status = printer.send(JOB)
    assert (status.online, status.error, status.sent) == (False, "offline", 0)
    twin.start()
    assert_prints(twin, printer)


def test_unplugged_in_the_middle_of_a_job(twin):
    printer = driver(twin)
    twin.device.set(bytes_per_second=50_000)
    pulls = threading.Timer(0.2, twin.stop)
    pulls.start()
    status = printer.send(commands.INITIALISE + b"x" * 400_000)
    pulls.join()
    assert status.error in ("offline", "timeout")
    assert status.sent > 0
    twin.device.set(bytes_per_second=0)
    twin.device.errors.clear()
    twin.start()
    assert_prints(twin, printer)


def test_a_printer_that_confirms_the_end_answers_after_the_last_dot(twin):
    printer = driver(twin, confirms_end=True)
    assert_prints(twin, printer)


def test_a_printer_that_never_confirms_is_a_time_out():
    """Status is answered, GS r is not."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(ConnectionResetError):
            while data := connection.recv(4096):
                connection.sendall(b"\x12" * data.count(b"\x10\x04"))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    port = listener.getsockname()[1]
    patience = Patience(answer=2.0, stall=2.0, settle=0.0, finish=0.3)
    printer = EscposPrinter("n", lambda: NetworkConnection("127.0.0.1", port), patience=patience, confirms_end=True)
    status = printer.send(JOB)
    assert status.error == "timeout"
    assert status.sent == len(JOB)
    thread.join(WAIT)
    listener.close()


def test_answers_to_status_requests_that_stand_in_an_image_are_not_mistaken(twin):
    image = commands.INITIALISE + b"\x1dv0\x00\x03\x00\x01\x00\x10\x04\x01" + commands.cut()
    assert driver(twin).send(image).ready


def test_jobs_from_two_threads_do_not_mix(twin):
    printer = driver(twin, patience=CALM)
    statuses = []
    threads = [threading.Thread(target=lambda: statuses.append(printer.send(LARGE_JOB))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert [status.ready for status in statuses] == [True] * 4
    assert twin.device.wait_for_papers(4, WAIT)
    assert not twin.device.errors


def test_the_port_being_taken_is_said_at_the_start(twin):
    second = VirtualPrinter(PrinterDevice(), port=twin.port)
    with pytest.raises(OSError, match="in use"):
        second.start()


def test_garbage_is_an_error_of_the_twin_and_the_next_job_prints(twin):
    printer = driver(twin)
    printer.send(b"\x1bz\x01")
    assert "is not a command" in twin.device.errors[0]
    twin.device.errors.clear()
    assert_prints(twin, printer)
