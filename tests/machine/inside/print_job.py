"""Sends a ticket-sized job by one of the product's printer drivers and prints, as JSON, what the driver says of it.

``python -m tests.machine.inside.print_job usb|node|serial PATH``; "usb" finds the printer itself.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from PIL import Image

from hardware.printers import EscposPrinter, Patience, commands
from hardware.printers.device_node import DeviceNodeConnection
from hardware.printers.escpos_printer import Connection
from hardware.printers.serial_line import SerialConnection
from hardware.printers.usb import UsbConnection

# an emulated processor answers late
PATIENT = Patience(answer=30.0, stall=60.0, job=600.0, settle=0.5, finish=120.0)


def job() -> bytes:
    """Some 30 kB in pictures, as a ticket is in raster mode, and a line of text."""
    picture = Image.effect_noise((384, 640), 80).convert("1")
    return commands.INITIALISE + commands.raster(picture) + b"A-0127\n" + commands.cut()


CABLES: dict[str, Callable[[str], Connection]] = {
    "usb": lambda path: UsbConnection(),
    "node": lambda path: DeviceNodeConnection(Path(path)),
    "serial": lambda path: SerialConnection(path, 115200),
}

if __name__ == "__main__":
    kind, path = sys.argv[1:]
    printer = EscposPrinter("tested", lambda: CABLES[kind](path), patience=PATIENT)
    print(json.dumps(asdict(printer.send(job()))))
