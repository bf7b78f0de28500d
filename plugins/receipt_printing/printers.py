"""From settings to a driver, and the watch on the printer's state. Opens nothing until it is asked to."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from hardware.printers import EscposPrinter, NetworkConnection, Patience, Printer, PrinterStatus
from hardware.printers.device_node import DeviceNodeConnection
from hardware.printers.escpos_printer import Connection
from hardware.printers.serial_line import SerialConnection
from hardware.printers.usb import UsbConnection
from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.paper_folder import PaperFolder
from hardware.virtual.escpos.tcp import VirtualPrinter
from plugins.receipt_printing.code_pages import DrawnCodePages
from plugins.receipt_printing.job import DOTS
from plugins.receipt_printing.settings import (
    FilePrinterSettings,
    NetworkPrinterSettings,
    NoPrinterSettings,
    SerialPrinterSettings,
    Settings,
    UsbPrinterSettings,
)

log = logging.getLogger(__name__)

VIRTUAL_HOST = "127.0.0.1"
# the twin draws in a thread of this very process: where it is late the machine is busy, and nothing is broken
OF_THE_TWIN = Patience(answer=30.0, stall=30.0)


def virtual_printer(settings: Settings, papers: PaperFolder) -> VirtualPrinter | None:
    """The twin that the settings ask for, not started; None for a real printer."""
    if settings.printer.kind != "virtual":
        return None
    pages = DrawnCodePages(settings.printer.profile)
    device = PrinterDevice(DOTS[settings.width], papers.save, pages, keep=0)  # the folder keeps them
    return VirtualPrinter(device, VIRTUAL_HOST, settings.printer.port)


def build_printer(settings: Settings, virtual: VirtualPrinter | None) -> Printer | None:
    """The driver; None where no printer is set up."""
    printer = settings.printer
    if isinstance(printer, NoPrinterSettings):
        return None
    return EscposPrinter(
        printer.kind,
        _connect(settings, virtual),
        answers_status=printer.answers_status,
        confirms_end=printer.confirms_end,
        patience=OF_THE_TWIN if virtual else Patience(),
    )


def _connect(settings: Settings, virtual: VirtualPrinter | None) -> Callable[[], Connection]:
    match settings.printer:
        case NetworkPrinterSettings(host=host, port=port):
            return lambda: NetworkConnection(host, port)
        case UsbPrinterSettings(vendor=vendor, product=product):
            return lambda: UsbConnection(vendor, product)
        case SerialPrinterSettings(device=device, baud=baud, flow=flow):
            return lambda: SerialConnection(device, baud, flow)
        case FilePrinterSettings(path=path):
            return lambda: DeviceNodeConnection(Path(path))
        case _:
            assert virtual is not None
            return lambda: NetworkConnection(VIRTUAL_HOST, virtual.port)


class PrinterWatch:
    """Asks the printer now and then in a thread of its own, so that its state is known without printing."""

    def __init__(self, printer: Printer, every: float) -> None:
        self._printer = printer
        self._every = every
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.last: PrinterStatus | None = None

    def start(self) -> None:
        """Begin to look."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name="printer-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End; a look that is under way may outlive this by its own time-outs."""
        self._stopping.set()
        if self._thread:
            self._thread.join(3)
            self._thread = None

    def note(self, status: PrinterStatus) -> PrinterStatus:
        """Remember what a job found out."""
        if self.last is None or status.error != self.last.error:
            log.info("printer: %s", status.error or "ready")
        self.last = status
        return status

    def _run(self) -> None:
        while not self._stopping.is_set():
            self.note(self._printer.status())
            self._stopping.wait(self._every)
