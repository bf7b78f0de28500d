"""A serial scanner's twin over a pseudo-terminal, and the folder that feeds it. It types payloads and can be pulled out and put
back; it reads no pictures. keyboard.py is the keyboard-like scanner's."""

from __future__ import annotations

import os
import threading
import time
import tty
from collections.abc import Callable
from pathlib import Path

from hardware.supervise import TemporaryFault


class VirtualSerialScanner:
    """A serial scanner without a scanner. ``path`` is a link that is there while it is plugged, like those by id."""

    def __init__(self, path: Path, *, end: bytes = b"\r\n", patience: float = 2.0) -> None:
        """``path``: where the link shall be (its folder must exist). ``end``: what is sent after each payload.
        ``patience``: seconds after which a payload that nobody reads is given up."""
        self.path = path
        self._patience = patience
        self._end = end
        self._lock = threading.Lock()
        self._master: int | None = None
        self._slave: int | None = None

    def plug(self) -> None:
        """Put it in: the path appears."""
        with self._lock:
            if self._master is not None:
                return
            self._master, self._slave = os.openpty()
            os.set_blocking(self._master, False)
            tty.setraw(self._slave)  # bytes as they are: no echo, no CR/LF translation
            new = self.path.with_name(self.path.name + ".new")
            new.unlink(missing_ok=True)
            new.symlink_to(os.ttyname(self._slave))
            new.replace(self.path)

    def unplug(self) -> None:
        """Pull it out: the path goes, and whoever has the port open gets an error."""
        with self._lock:
            self.path.unlink(missing_ok=True)
            for end in (self._slave, self._master):
                if end is not None:
                    os.close(end)
            self._master = self._slave = None

    def scan(self, payload: bytes, *, end: bytes | None = None, pieces: int = 1, pause: float = 0.0) -> None:
        """Send a payload as a scanner does; in ``pieces`` parts with ``pause`` seconds between, as slow ones do."""
        data = payload + (self._end if end is None else end)
        step = max(1, -(-len(data) // pieces))
        for at in range(0, len(data), step):
            if at and pause:
                time.sleep(pause)
            self._write(data[at : at + step])

    def _write(self, data: bytes) -> None:
        until = time.monotonic() + self._patience
        while data:
            with self._lock:  # never held while waiting: it can be pulled out at any time
                if self._master is None:
                    raise TemporaryFault("unplugged")
                try:
                    written = os.write(self._master, data[:1024])
                except BlockingIOError:
                    written = 0
            data = data[written:]
            if not written:
                if time.monotonic() >= until:
                    raise TemporaryFault("not_read", "nobody reads the virtual scanner")
                time.sleep(0.01)


class ScanFolder:
    """Feeds a twin from a folder: each ``.txt`` file dropped in is scanned once, oldest first."""

    def __init__(self, folder: Path, scan: Callable[[bytes], None], largest: int = 65536) -> None:
        self._folder = folder
        self._scan = scan
        self._largest = largest
        self._seen: set[tuple[str, int, int]] = set()

    def work(self, stop: threading.Event, beat: Callable[[], None]) -> None:
        """Watch until ``stop``; for a ``Supervised``."""
        while not stop.wait(0.2):
            self.look()
            beat()

    def look(self) -> int:
        """Scan what is new; how many files that were."""
        try:
            states = [(p, p.stat()) for p in self._folder.glob("*.txt") if not p.name.startswith(".")]
        except OSError as error:
            raise TemporaryFault("unplugged", "the folder is not there") from error
        count = 0
        for path, state in sorted(states, key=lambda item: (item[1].st_mtime_ns, item[0].name)):
            identity = (path.name, state.st_mtime_ns, state.st_size)
            if identity in self._seen or state.st_size == 0:
                continue
            self._seen.add(identity)
            if state.st_size <= self._largest:
                self._scan(path.read_bytes().rstrip(b"\r\n"))
                count += 1
        return count
