"""What every scanner is, and how a stream of its bytes is cut into payloads. Opens no device."""

from __future__ import annotations

import re
from typing import Protocol

LONGEST = 8192  # bytes; the largest QR holds 2,953, and some scanners send them as hexadecimal
GAP = 0.15  # seconds of silence that end a payload from a scanner that sends no line end

_LINE_END = re.compile(rb"[\r\n]")
_MRZ_LINE = re.compile(rb"[A-Z0-9<]{30}|[A-Z0-9<]{36}|[A-Z0-9<]{44}")
_AIM = re.compile(rb"\][A-Za-z][0-9A-Za-z]")
_ZIP = b"PK\x03\x04"

# ISO/IEC 15424 symbology identifiers, to the names that the camera's reader gives.
AIM_SYMBOLOGIES = {
    "Q": "QRCode",
    "d": "DataMatrix",
    "z": "Aztec",
    "L": "PDF417",
    "U": "MaxiCode",
    "C": "Code128",
    "A": "Code39",
    "G": "Code93",
    "F": "Codabar",
    "I": "ITF",
    "e": "DataBar",
    "E": "EAN13",
}


class Scanner(Protocol):
    """A device that yields payloads, used by one thread. Faults are ``TemporaryFault`` or ``PermanentFault``."""

    name: str

    @property
    def overlong(self) -> int:
        """How many payloads were thrown away because they were too long."""

    def open(self) -> None:
        """Take the device."""

    def read(self, wait: float) -> bytes | None:
        """The next payload as it was sent, without its line end; None when none came within ``wait`` seconds."""

    def close(self) -> None:
        """Give the device back. Never raises."""


class Assembler:
    """Cuts arriving bytes into payloads: at CR, LF or CR LF, or after a silence. Bounded; never gives half a payload:
    what grows too long is thrown away up to the next silence.

    Two kinds of payload hold line ends themselves and are ended by silence alone: ZIP bytes (a certificate of the
    DIVOC kind starts with ``PK``), and machine readable zones, whose second and third line follow at once.
    """

    def __init__(self, gap: float = GAP, longest: int = LONGEST) -> None:
        self._gap = gap
        self._longest = longest
        self._buffer = bytearray()
        self._last = 0.0
        self._overflowed = False
        self.overlong = 0

    @property
    def pending(self) -> bool:
        """Whether something has begun that has not ended."""
        return bool(self._buffer) or self._overflowed

    def feed(self, data: bytes, now: float) -> list[bytes]:
        """What was received at ``now`` (monotonic seconds), empty where nothing was; the payloads that are whole now.

        Only an empty receipt counts as silence: bytes that waited in the kernel while this process was busy are not
        late.
        """
        if not data:
            return self._silence(now)
        self._last = now
        if self._overflowed:
            return []
        self._buffer += data
        return self._cut()

    def _silence(self, now: float) -> list[bytes]:
        if not self.pending or now - self._last < self._gap:
            return []
        payload, overflowed = bytes(self._buffer), self._overflowed
        self.clear()
        if overflowed:
            return []
        payload = _without_last_line_end(payload) if _is_zip(payload) else payload.strip(b"\r\n")
        return [payload] if payload else []

    def clear(self) -> None:
        """Forget what has begun (the device went away)."""
        self._buffer.clear()
        self._overflowed = False

    def _cut(self) -> list[bytes]:
        whole = []
        while self._buffer and not _is_zip(self._buffer):
            end = _LINE_END.search(self._buffer)
            if end is None:
                break
            line = bytes(self._buffer[: end.start()])
            if self._begins_mrz(line):
                break
            del self._buffer[: end.end()]
            if len(line) > self._longest:
                self.overlong += 1
            elif line:
                whole.append(line)
        if len(self._buffer) > self._longest:
            self.overlong += 1
            self._overflowed = True
            self._buffer.clear()
        return whole

    def _begins_mrz(self, line: bytes) -> bool:
        """Document codes of ICAO 9303 start with I, A, C (cards), P (passports) or V (visas)."""
        return line[:1] in (b"I", b"A", b"C", b"P", b"V") and bool(_MRZ_LINE.fullmatch(line))


def _is_zip(payload: bytes | bytearray) -> bool:
    """Whether it is a ZIP, or so short that it may become one; a symbology identifier may stand in front."""
    head = bytes(payload[:7])
    head = head[3:] if _AIM.match(head) else head[:4]
    return _ZIP.startswith(head) if head else len(payload) == 3


def _without_last_line_end(payload: bytes) -> bytes:
    for end in (b"\r\n", b"\r", b"\n"):
        if payload.endswith(end):
            return payload[: -len(end)]
    return payload


def describe(payload: bytes) -> tuple[str, bytes, str]:
    """``(text, raw, symbology)``: a symbology identifier in front (``]Q1`` …) is taken off and named, else "unknown".

    Text is UTF-8 where the bytes are that; else each byte is one Latin-1 character, which loses nothing: ``raw`` and
    the reader of the credential can still repair it.
    """
    symbology = "unknown"
    if _AIM.match(payload):
        symbology = AIM_SYMBOLOGIES.get(chr(payload[1]), "unknown")
        payload = payload[3:]
    try:
        text = payload.decode("utf-8")
    except UnicodeDecodeError:
        text = payload.decode("latin-1")
    return text, payload, symbology
