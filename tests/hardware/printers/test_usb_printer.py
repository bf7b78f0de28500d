"""The USB driver against a device that behaves as pyusb's do. No USB hardware is touched."""

from __future__ import annotations

import errno

import pytest
import usb.core

from hardware.printers import EscposPrinter, Patience, commands
from hardware.printers.usb import UsbConnection
from hardware.virtual.escpos.device import PrinterDevice

JOB = commands.INITIALISE + b"A-0127\n" + commands.cut()
HASTE = Patience(answer=0.2, stall=0.2, settle=0.0)


class EndPoint:
    def __init__(self, address: int) -> None:
        self.bEndpointAddress = address


class Interface(list):
    bInterfaceClass = 7
    bInterfaceNumber = 1


class Context:
    def __init__(self) -> None:
        self.claimed: list[int] = []
        self.error: usb.core.USBError | None = None

    def managed_claim_interface(self, device, interface) -> None:
        if self.error:
            raise self.error
        self.claimed.append(interface)

    def managed_release_interface(self, device, interface) -> None:
        self.claimed.remove(interface)

    def dispose(self, device) -> None:
        pass


class Device:
    """A printer with unusual end points, whose kernel driver must be detached first."""

    def __init__(self, printer: PrinterDevice) -> None:
        self.printer = printer
        self._ctx = Context()
        self.plugged = True
        self.kernel_driver = True
        self.answers = b""

    def __iter__(self):
        if not self.plugged:
            raise usb.core.USBError("No such device", errno=errno.ENODEV)
        return iter([[Interface([EndPoint(0x03), EndPoint(0x84)])]])

    def is_kernel_driver_active(self, number: int) -> bool:
        assert number == 1
        return self.kernel_driver

    def detach_kernel_driver(self, number: int) -> None:
        self.kernel_driver = False

    def write(self, address: int, data: bytes, timeout: int) -> int:
        assert address == 0x03
        assert timeout > 0
        if not self.plugged:
            raise usb.core.USBError("No such device", errno=errno.ENODEV)
        if self.printer.room() <= 0:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        sent = bytes(data[: min(self.printer.room(), 64)])
        self.printer.receive(sent, self.take)
        return len(sent)

    def take(self, answer: bytes) -> None:
        self.answers += answer

    def read(self, address: int, size: int, timeout: int) -> bytes:
        assert address == 0x84
        assert timeout > 0
        if not self.answers:
            raise usb.core.USBTimeoutError("timed out", errno=errno.ETIMEDOUT)
        answer, self.answers = self.answers[:size], self.answers[size:]
        return answer


@pytest.fixture
def device() -> Device:
    return Device(PrinterDevice())


def driver(device: Device) -> EscposPrinter:
    def find(custom_match, **wanted):
        assert wanted == {"idVendor": 0x0416}
        return device if device.plugged and custom_match(device) else None

    return EscposPrinter("usb", lambda: UsbConnection(0x0416, find=find), patience=HASTE)


def test_prints_through_the_end_points_that_the_device_names_and_gives_it_back(device):
    status = driver(device).send(JOB)
    assert status.ready, status
    assert status.sent == len(JOB)
    assert device.printer.printed == 1
    assert not device.kernel_driver
    assert device._ctx.claimed == []


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"paper": "out"}, "paper_out"), ({"cover_open": True}, "cover_open"), ({"mute": True}, "timeout")],
)
def test_faults(device, fault, code):
    device.printer.set(**fault)
    assert driver(device).send(JOB).error == code


def test_unplugged_and_plugged_again(device):
    printer = driver(device)
    device.plugged = False
    assert printer.send(JOB).error == "offline"
    device.plugged = True
    assert printer.send(JOB).ready


@pytest.mark.parametrize(
    ("number", "code", "words"), [(errno.EBUSY, "busy", "another program"), (errno.EACCES, "offline", "udev")]
)
def test_a_busy_device_and_a_missing_permission_are_told_apart(device, number, code, words):
    device._ctx.error = usb.core.USBError("x", errno=number)
    status = driver(device).send(JOB)
    assert status.error == code
    assert words in status.detail


def test_without_libusb_the_technician_is_told():
    def find(**_):
        raise usb.core.NoBackendError("No backend available")

    status = EscposPrinter("usb", lambda: UsbConnection(find=find)).status()
    assert status.error == "offline"
    assert "libusb" in status.detail
