"""The driver of serial scanners on a real kernel: USB CDC by the kernel's cdc_acm, and an FTDI adapter by its ftdi_sio."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.machine.guest import Guest
from tests.machine.listening import Listening
from tests.machine.qemu import Machine

HANDHELD = "/dev/serial/by-id/usb-Test_Handheld_1-if00"
ADAPTER = "/dev/serial/by-id/usb-QEMU_QEMU_USB_SERIAL_desk-if00-port0"
CARD = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021".encode()
ZIP = b"PK\x03\x04\x0d\x0a" + bytes(range(256))


def plug(guest: Guest) -> None:
    guest.run(guest.program("gadget", "plug", "serial"))
    guest.holds(f"test -e {HANDHELD} && test -e /dev/ttyGS0")


def unplug(guest: Guest) -> None:
    guest.run(guest.program("gadget", "unplug", "serial"))
    guest.holds(f"! test -e {HANDHELD}")


def scan(guest: Guest, payload: bytes) -> None:
    """Sent from the device's side of the cable; a raw line, as a scanner's is."""
    octal = "".join(f"\\{byte:03o}" for byte in payload)
    guest.run(f"stty -F /dev/ttyGS0 raw -echo && printf '{octal}' > /dev/ttyGS0")


@pytest.fixture
def handheld(guest: Guest) -> Iterator[Listening]:
    """A CDC scanner that is plugged in and has the product's driver open."""
    plug(guest)
    with Listening(guest, "serial", HANDHELD) as listening:
        listening.opened(1)
        yield listening
    unplug(guest)


def test_cdc_keeps_every_byte(guest: Guest, handheld: Listening) -> None:
    scan(guest, CARD + b"\r\n")
    assert handheld.payloads(1) == [CARD]
    scan(guest, ZIP)  # has line ends of its own, and ends by silence
    assert handheld.payloads(2)[1] == ZIP


def test_cdc_is_back_after_the_plug_was_out(guest: Guest, handheld: Listening) -> None:
    unplug(guest)
    handheld.fault("unplugged")
    plug(guest)
    handheld.opened(2)
    scan(guest, CARD + b"\n")
    assert handheld.payloads(1) == [CARD]


def test_a_port_in_use_is_busy(guest: Guest, handheld: Listening) -> None:
    with Listening(guest, "serial", HANDHELD, "second") as second:
        second.fault("busy")
    scan(guest, CARD + b"\n")
    assert handheld.payloads(1) == [CARD]


def test_an_ftdi_adapter_is_pulled_and_plugged(machine: Machine) -> None:
    """QEMU's adapter on a USB controller on a PCI bus; the scanner at its other end is this process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = {"type": "inet", "data": {"host": "127.0.0.1", "port": str(server.getsockname()[1])}}
        backend = {"type": "socket", "data": {"addr": address, "server": False}}
        machine.do("chardev-add", id="line", backend=backend)
        line, _ = server.accept()
    with line, Listening(machine.guest, "serial", ADAPTER) as listening:
        for round_ in (1, 2):
            machine.plug("usb-serial", "adapter", chardev="line", serial="desk")
            listening.opened(round_)
            line.sendall(CARD + b"\r")
            assert listening.payloads(round_) == [CARD] * round_
            machine.unplug("adapter")
            machine.guest.holds(f"! test -e {ADAPTER}")
            listening.fault("unplugged")
    machine.do("chardev-remove", id="line")
