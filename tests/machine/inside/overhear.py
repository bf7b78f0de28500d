"""Another program that reads the same keyboard, as a desktop does: counts the keys it hears.

``python -m tests.machine.inside.overhear OUT PATH``. Ends when OUT is removed. Grabs nothing.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from hardware.scanners.input_device import EV_KEY, InputDevice


def main(out: Path, path: str) -> None:
    heard = 0
    with contextlib.closing(InputDevice(path)) as device:
        device.listen()
        out.write_text("0")
        while out.exists():
            if not device.readable(0.1):
                continue
            heard += sum(event.type == EV_KEY and event.value == 1 for event in device.read())
            if out.exists():
                out.write_text(str(heard))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
