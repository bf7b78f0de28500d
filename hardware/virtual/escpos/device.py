"""The printer behind the cable: what it does with bytes when paper, cover or temper allow, and what it answers.

Moves no bytes itself; ``tcp.py`` and ``serial_port.py`` do.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from PIL import Image

from hardware.virtual.escpos.character_sets import COMMON_CODE_PAGES, CodePage
from hardware.virtual.escpos.interpreter import DOTS, Interpreter
from hardware.virtual.escpos.reader import EscposError

log = logging.getLogger(__name__)

BUFFER = 4096  # bytes that a printer takes while it cannot print


@dataclass(frozen=True, slots=True)
class Condition:
    """What is the matter with the printer."""

    paper: Literal["ok", "near_end", "out"] = "ok"
    cover_open: bool = False
    mute: bool = False  # prints, answers nothing
    half_open: bool = False  # accepts a connection and never reads
    bytes_per_second: int = 0  # 0: as fast as it can

    @property
    def can_print(self) -> bool:
        return self.paper != "out" and not self.cover_open

    def status(self, request: str, number: int) -> bytes:
        """The byte that answers ``DLE EOT n`` or ``GS r n``; Epson's bits."""
        out, near = self.paper == "out", self.paper != "ok"
        if request == "GS r":
            return bytes([(0x0C if out else 0) | (0x03 if near else 0)]) if number in (1, 49) else b"\0"
        bits = {
            1: 0 if self.can_print else 0x08,
            2: (0x04 if self.cover_open else 0) | (0x20 if out else 0),
            3: 0,
            4: (0x0C if near else 0) | (0x60 if out else 0),
        }[number]
        return bytes([0x12 | bits])


class PrinterDevice:
    """An interpreter with a condition. ``on_paper`` gets each finished paper, from the thread that delivers bytes."""

    def __init__(
        self,
        width: int = DOTS[58],
        on_paper: Callable[[Image.Image], object] = lambda paper: None,
        code_pages: Mapping[int, CodePage] = COMMON_CODE_PAGES,
        keep: int = 20,
    ) -> None:
        """``keep``: how many of the last papers stay in memory, half a megabyte each, for whoever looks at ``papers``."""
        self._code_pages = code_pages
        self._width = width
        self._on_paper = on_paper
        self._changed = threading.Condition(threading.RLock())
        self._condition = Condition()
        self._pending = bytearray()
        self._answer: Callable[[bytes], None] = lambda answer: None
        self._silent = False
        self._cut_off = False  # the cable was pulled while bytes waited
        self._listeners: list[Callable[[], None]] = []
        self.papers: deque[Image.Image] = deque(maxlen=keep)
        self.printed = 0
        self.errors: deque[str] = deque(maxlen=20)
        self._interpreter = self._fresh()

    # --- for tests, the demo and the technician

    @property
    def condition(self) -> Condition:
        return self._condition

    def set(self, **changes: Any) -> None:
        """Change the condition, for example ``set(paper="out")``. What waited is printed once that is possible."""
        with self._changed:
            self._condition = replace(self._condition, **changes)
            if self._condition.can_print and self._pending:
                waited, self._pending = bytes(self._pending), bytearray()
                self._silent = True  # real-time requests among these bytes were answered when they came
                try:
                    self._draw(waited)
                finally:
                    self._silent = False
                if self._cut_off:
                    self._cut_off = False
                    self.disconnected()
        for listener in self._listeners:
            listener()

    def wait_for_papers(self, count: int, timeout: float) -> bool:
        """Wait until ``count`` papers came out since the start."""
        with self._changed:
            return self._changed.wait_for(lambda: self.printed >= count, timeout)

    # --- for the cable

    def on_change(self, listener: Callable[[], None]) -> None:
        """Have ``listener`` called after each change of condition."""
        self._listeners.append(listener)

    def room(self) -> int:
        """How many bytes the printer would take now."""
        with self._changed:
            if self._condition.half_open:
                return 0
            return 65536 if self._condition.can_print else BUFFER - len(self._pending)

    def receive(self, data: bytes, answer: Callable[[bytes], None]) -> None:
        """Take bytes from the cable; answers go to ``answer``."""
        with self._changed:
            self._answer = answer
            if self._condition.can_print:
                self._draw(data)
                return
            joined = bytes(self._pending[-2:]) + data
            self._pending += data
            for at in range(len(joined) - 2):
                if joined[at : at + 2] == b"\x10\x04" and 1 <= joined[at + 2] <= 4:
                    self._reply(self._condition.status("DLE EOT", joined[at + 2]))

    def disconnected(self) -> None:
        """The cable was pulled or the connection closed: half a command is given up."""
        with self._changed:
            self._answer = lambda answer: None
            if self._pending:
                self._cut_off = True
                return
            try:
                self._interpreter.finish()
            except EscposError as error:
                self._fail(error)

    # --- inside

    def _fresh(self) -> Interpreter:
        return Interpreter(
            self._width,
            status=lambda request, number: self._condition.status(request, number),
            reply=self._reply,
            code_pages=self._code_pages,
        )

    def _reply(self, answer: bytes) -> None:
        if not self._condition.mute and not self._silent:
            self._answer(answer)

    def _draw(self, data: bytes) -> None:
        try:
            self._interpreter.feed(data)
        except EscposError as error:
            self._fail(error)
        papers, self._interpreter.papers = self._interpreter.papers, []
        for paper in papers:
            self.papers.append(paper)
            self.printed += 1
            try:
                self._on_paper(paper)
            except OSError as error:  # a full disk ends the pictures, not the printing
                log.error("virtual printer: paper not kept: %s", error.strerror)
        if papers:
            self._changed.notify_all()

    def _fail(self, error: EscposError) -> None:
        """A real printer prints gibberish now; this one says what was wrong and starts afresh."""
        log.warning("virtual printer: %s", error)
        self.errors.append(str(error))
        finished = self._interpreter.papers
        self._interpreter = self._fresh()
        self._interpreter.papers = finished
