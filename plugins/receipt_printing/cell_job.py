"""The bytes of a receipt set in the printer's own letters, for glyph and text mode. What letters are sent as is the encoder's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import segno
from PIL import Image

from hardware.printers import commands
from plugins.receipt_printing.cells import Code, Item, Line
from plugins.receipt_printing.glyph_mode import text_picture
from plugins.receipt_printing.raster import qr_picture

QR_BYTES = 1000  # of a QR code sent as a picture: in these modes bytes are what counts
LOGO_BYTES = 600
RULE_GAP = 8  # dots
NATIVE_MODULE = 6  # dots
QR_GAP = 20  # dots; readers want white around the code


class Encoder(Protocol):
    """Letters to bytes."""

    begin: bytes
    end: bytes

    def can(self, line: Line) -> bool:
        """Whether every letter of the line can be sent; otherwise it is sent as a picture."""

    def prepare(self, line: Line) -> bytes:
        """What must be sent before the line."""

    def encode(self, text: str) -> bytes:
        """Words of a prepared line."""


class CellJob:
    """Collects the bytes; changes of size, weight and alignment are sent only where they change."""

    def __init__(self, encoder: Encoder, dots: int, native_qr: bool, logo: Image.Image | None) -> None:
        self._encoder = encoder
        self._dots = dots
        self._native_qr = native_qr
        self._logo = logo
        self._done = bytearray(commands.FONT_A + encoder.begin)
        self._size = (1, 1)
        self._bold = False
        self._centred = False

    def body(self, items: Sequence[Item]) -> bytes:
        """Everything between initialising and cut."""
        for item in items:
            self._item(item)
        self._align(centred=False)
        self._resize(1, 1)
        return bytes(self._done) + self._encoder.end

    def _item(self, item: Item) -> None:
        match item:
            case Line():
                self._line(item)
            case Code(payload):
                self._align(centred=True)
                self._done += self._code(payload) + commands.white(QR_GAP)
            case "rule":
                self._align(centred=False)
                rule = Image.new("1", (self._dots, 2), 0)
                self._done += commands.white(RULE_GAP // 2) + commands.raster(rule) + commands.white(RULE_GAP)
            case "logo" if self._logo is not None:
                self._align(centred=True)
                self._done += commands.fixed_raster(small_logo(self._logo), double=True)
            case "gap":
                self._done += b"\n" if self._size == (1, 1) else b""

    def _line(self, line: Line) -> None:
        self._align(line.centred)
        if not self._encoder.can(line):
            self._picture(line)
            return
        self._done += self._encoder.prepare(line)
        self._resize(line.width_factor, line.height_factor)
        for words, bold in line.parts:
            if words and bold != self._bold:
                self._done += commands.BOLD_ON if bold else commands.BOLD_OFF
                self._bold = bold
            self._done += self._encoder.encode(words)
        self._done += b"\n"

    def _picture(self, line: Line) -> None:
        cells = text_picture(line.text).repeat(line.height_factor, axis=0).repeat(line.width_factor, axis=1)
        self._done += commands.fixed_raster(Image.fromarray(~cells))

    def _code(self, payload: str) -> bytes:
        if self._native_qr:
            return commands.native_qr(payload.encode(), NATIVE_MODULE)
        return commands.fixed_raster(small_qr(payload), double=True)

    def _align(self, centred: bool) -> None:
        if centred != self._centred:
            self._done += commands.CENTRE if centred else commands.LEFT
            self._centred = centred

    def _resize(self, width: int, height: int) -> None:
        if (width, height) != self._size:
            self._done += commands.character_size(width, height)
            self._size = (width, height)


def small_qr(payload: str) -> Image.Image:
    """The QR code as large as ``QR_BYTES`` allow, for printing at double size; without white around it: the paper is white.

    Raises ``segno.DataOverflowError``.
    """
    modules = len(segno.make(payload, error="m", micro=False, boost_error=False).matrix)
    scale = max((n for n in (1, 2, 3) if n * modules * ((n * modules + 7) // 8) <= QR_BYTES), default=1)
    return qr_picture(payload, max(scale, 2) * modules, quiet=0)


def small_logo(logo: Image.Image) -> Image.Image:
    """The logo reduced to ``LOGO_BYTES``, for printing at double size."""
    scale = min((LOGO_BYTES * 8 / (logo.width * logo.height)) ** 0.5, 0.5)
    size = (max(int(logo.width * scale) // 8 * 8, 8), max(int(logo.height * scale), 1))
    return logo.convert("L").resize(size, Image.Resampling.BOX).convert("1")
