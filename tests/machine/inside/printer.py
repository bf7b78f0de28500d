"""Plays the printer at the device's end of a USB cable: the product's strict ESC/POS interpreter on a gadget's node.

``python -m tests.machine.inside.printer NODE OUT``: OUT holds, as JSON, how many papers came out and what was wrong with the bytes.
What is written into OUT.paper (``ok``, ``out``) is the state of its roll. Ends when OUT is removed.
"""

from __future__ import annotations

import json
import os
import select
import sys
from pathlib import Path

from hardware.virtual.escpos.device import PrinterDevice


def main(node: str, out: Path) -> None:
    device = PrinterDevice()
    roll = Path(f"{out}.paper")
    cable = os.open(node, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)

    def answer(words: bytes) -> None:
        os.write(cable, words)

    said = ""
    first = True
    while first or out.exists():
        first = False
        if roll.exists() and roll.read_text().strip() != device.condition.paper:
            device.set(paper=roll.read_text().strip() or "ok")
        if device.room() and select.select([cable], [], [], 0.1)[0]:
            try:
                data = os.read(cable, min(4096, device.room()))
            except OSError:  # nobody is at the other end just now
                continue
            device.receive(data, answer)
        now = json.dumps({"printed": device.printed, "errors": list(device.errors), "paper": device.condition.paper})
        if now != said:
            out.write_text(now)
            said = now


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
