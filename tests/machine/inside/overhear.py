"""Another program that reads the same keyboard, as a desktop does: counts the keys it hears.

``python -m tests.machine.inside.overhear OUT PATH``. Ends when OUT is removed. Knows nothing of the product.
"""

from __future__ import annotations

import contextlib
import select
import sys
from pathlib import Path

import evdev


def main(out: Path, path: str) -> None:
    heard = 0
    with contextlib.closing(evdev.InputDevice(path)) as device:
        out.write_text("0")
        while out.exists():
            if not select.select([device.fd], [], [], 0.1)[0]:
                continue
            heard += sum(event.type == evdev.ecodes.EV_KEY and event.value == 1 for event in device.read())
            if out.exists():
                out.write_text(str(heard))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
