"""Receipt printers that speak ESC/POS: one ``Printer`` protocol, a driver per cable, and the commands as bytes."""

from hardware.printers.escpos_printer import EscposPrinter, Patience, PrinterUnreachableError
from hardware.printers.network import NetworkConnection
from hardware.printers.status import Printer, PrinterStatus

__all__ = ["EscposPrinter", "NetworkConnection", "Patience", "Printer", "PrinterStatus", "PrinterUnreachableError"]
