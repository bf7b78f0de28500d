"""Runs the product's own driver of a scanner or camera, supervised, and writes down a line for each thing that happens.

``python -m tests.machine.inside.listen OUT KIND PATH``; KIND is ``evdev``, ``serial`` or ``v4l2``. Ends when OUT is removed. The
product's plugins, which take a minute to be imported on an emulated processor, are left out.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardware.supervise import Backoff, Supervised

Say = Callable[..., None]


def hear(kind: str, path: Path, stop: threading.Event, beat: Callable[[], None], say: Say) -> None:
    """A scanner, from its opening to its fault: what it sends."""
    from hardware.scanners.evdev_keyboard import EvdevScanner
    from hardware.scanners.serial_port import SerialScanner

    scanner = EvdevScanner("tested", path) if kind == "evdev" else SerialScanner("tested", path)
    scanner.open()
    say(event="open")
    try:
        while not stop.is_set():
            payload = scanner.read(0.5)
            beat()
            if payload is not None:
                say(event="payload", raw=payload.hex())
    finally:
        scanner.close()


def look(path: Path, stop: threading.Event, beat: Callable[[], None], say: Say) -> None:
    """A camera, from its opening to its fault: what its frames show, once each."""
    import zxingcpp

    from hardware.cameras.v4l2 import V4l2Camera

    camera = V4l2Camera("tested", path, size=(640, 480), fps=15.0)
    camera.open()
    seen = ""
    try:
        while not stop.is_set():
            frame = camera.glance()
            beat()
            grey = frame.grey
            if not seen:
                say(event="open", height=grey.shape[0], width=grey.shape[1], packed=type(frame).__name__)
            found = zxingcpp.read_barcode(grey)
            text = found.text if found else "-"
            if text != seen:
                say(event="seen", text=text)
                seen = text
    finally:
        camera.close()


def main(out: Path, kind: str, path: Path) -> None:
    lock = threading.Lock()

    def say(**words: Any) -> None:
        with lock, out.open("a") as lines:
            lines.write(json.dumps(words) + "\n")

    def work(stop: threading.Event) -> None:
        if kind == "v4l2":
            look(path, stop, worker.beat, say)
        else:
            hear(kind, path, stop, worker.beat, say)

    out.touch()
    worker = Supervised("tested", work, backoff=Backoff(longest=2.0))
    worker.start()
    last = ""
    while out.exists():
        now = worker.condition()
        if now.error and f"{now.error} {now.restarts}" != last:
            say(event="fault", code=now.error, state=now.state.value)
            last = f"{now.error} {now.restarts}"
        threading.Event().wait(0.1)
    worker.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
