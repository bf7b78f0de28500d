"""What a printer says of itself: the status bytes of ESC/POS, and the answer that drivers give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

Paper = Literal["ok", "near_end", "out", "unknown"]


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """The state of a printer after an attempt to reach it.

    ``error`` is empty, or a stable code: ``paper_out``, ``cover_open``, ``offline`` (not reachable, or it says that
    it is off line), ``timeout`` (reachable and not answering, or it stopped taking bytes), ``busy`` (in use by another
    program), ``fault`` (it reports an error of its own). ``detail`` is for the technician and holds no personal data.
    """

    online: bool
    paper: Paper = "unknown"
    cover_open: bool = False
    mute: bool = False  # no answer to a status request
    error: str = ""
    detail: str = ""
    sent: int = 0  # bytes of the job that the printer took

    @property
    def ready(self) -> bool:
        """Whether there is nothing to complain about."""
        return not self.error


class Printer(Protocol):
    """A printer behind any cable. Every call ends within the driver's time-outs and raises nothing."""

    name: str

    def send(self, job: bytes) -> PrinterStatus:
        """Print a whole job. ``ready`` in the answer: the printer took all of it and has no complaint."""

    def status(self) -> PrinterStatus:
        """Ask, without printing."""


def is_status_byte(byte: int) -> bool:
    """Whether a byte can be an answer to DLE EOT: bits 0 and 7 clear, 1 and 4 set."""
    return byte & 0b10010011 == 0b00010010


def from_status_bytes(printer: int, offline: int, error: int, paper: int) -> PrinterStatus:
    """The answers to DLE EOT 1, 2, 3 and 4, put together; the reason that a person can put right comes first."""
    out = bool(paper & 0x60) or bool(offline & 0x20)
    near = bool(paper & 0x0C)
    cover = bool(offline & 0x04)
    roll: Paper = "out" if out else "near_end" if near else "ok"
    is_offline = bool(printer & 0x08)
    if cover:
        code, detail = "cover_open", "the cover is open"
    elif out:
        code, detail = "paper_out", "the paper sensor sees no paper"
    elif error & 0x28 or offline & 0x40:
        code, detail = "fault", f"the printer reports an error (DLE EOT 3: 0x{error:02X}: cutter or head)"
    elif is_offline:
        code, detail = "offline", f"the printer says it is off line (DLE EOT 1: 0x{printer:02X})"
    else:
        code, detail = "", ""
    return PrinterStatus(online=not is_offline, paper=roll, cover_open=cover, error=code, detail=detail)
