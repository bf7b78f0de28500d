"""Images and QR codes in ESC/POS: from a command's parts to dots. Puts nothing on paper."""

from __future__ import annotations

import numpy as np
import segno

from hardware.virtual.escpos.paper import Dots
from hardware.virtual.escpos.reader import Reader

# ESC * m: rows of one column, horizontal and vertical enlargement at 203 dots per inch
COLUMN_MODES = {0: (8, 2, 3), 1: (8, 1, 3), 32: (24, 2, 1), 33: (24, 1, 1)}
MAX_DOTS = 2_000_000  # a metre of 80 mm paper in dots is 4.6 million; no single image is half of that


def raster(reader: Reader) -> Dots:
    """GS v 0 m xL xH yL yH d…: rows of bytes, left dot in the highest bit."""
    mode, bytes_wide, rows = reader.byte(), reader.word(), reader.word()
    if mode >= 48:
        mode -= 48
    if mode > 3:
        raise ValueError(f"raster mode {mode}, 0 to 3 exist")
    if not bytes_wide or not rows:
        raise ValueError("raster image without dots")
    if bytes_wide * 8 * rows > MAX_DOTS:
        raise ValueError("raster image larger than any paper")
    dots = _bits(reader.take(bytes_wide * rows), rows)
    return enlarge(dots, 1 + (mode & 1), 1 + (mode >> 1))


def columns(reader: Reader) -> Dots:
    """ESC * m nL nH d…: columns of 8 or 24 dots, top dot in the highest bit."""
    mode, count = reader.byte(), reader.word()
    if mode not in COLUMN_MODES:
        raise ValueError(f"column image mode {mode}")
    rows, wider, taller = COLUMN_MODES[mode]
    if not count:
        raise ValueError("column image without dots")
    return enlarge(_bits(reader.take(count * rows // 8), count).T, wider, taller)


def stored_graphics(data: bytes) -> Dots:
    """GS ( L / GS 8 L, function 112: a bx by c xL xH yL yH d… in one colour."""
    reader = Reader(data)
    if len(data) < 8:
        raise ValueError("graphics data without its header")
    tone, wider, taller, colour, width, rows = (
        reader.byte(),
        reader.byte(),
        reader.byte(),
        reader.byte(),
        reader.word(),
        reader.word(),
    )
    if tone != 48 or colour != 49 or wider not in (1, 2) or taller not in (1, 2):
        raise ValueError("graphics data: only one colour, one tone, sizes 1 and 2")
    expected = (width + 7) // 8 * rows
    if not expected or len(data) - reader.position != expected:
        raise ValueError(f"graphics data: {len(data) - reader.position} bytes of dots where {expected} belong")
    return enlarge(_bits(reader.take(expected), rows)[:, :width], wider, taller)


def user_defined(reader: Reader, width: int, height: int) -> Dots:
    """One character of ESC &: its width, then columns of three bytes, top dot in the highest bit."""
    columns_given = reader.byte()
    if columns_given > width:
        raise ValueError(f"user-defined character {columns_given} dots wide in a font of {width}")
    dots = np.zeros((height, width), dtype=bool)
    if columns_given:
        dots[:, :columns_given] = _bits(reader.take(3 * columns_given), columns_given).T[:height]
    return dots


def enlarge(dots: Dots, wider: int, taller: int) -> Dots:
    """Each dot as ``wider`` by ``taller`` dots."""
    return dots.repeat(taller, axis=0).repeat(wider, axis=1)


def _bits(data: bytes, rows: int) -> Dots:
    return np.unpackbits(np.frombuffer(data, np.uint8).reshape(rows, -1), axis=1).astype(bool)


class QrMaker:
    """GS ( k with cn 49: settings, stored data, and the symbol."""

    def __init__(self) -> None:
        self.module = 3  # dots
        self.level = "L"
        self.data = b""

    def command(self, body: bytes) -> Dots | None:
        """Carry out one function (cn fn …); the symbol's dots when it is printed."""
        if len(body) < 2 or body[0] != 49:
            raise ValueError("GS ( k: only QR codes (49) are drawn")
        function, rest = body[1], body[2:]
        if function == 65 and rest in (b"2\0", b"1\0"):
            return None  # model 1 is drawn as model 2
        if function == 67 and len(rest) == 1 and 1 <= rest[0] <= 16:
            self.module = rest[0]
            return None
        if function == 69 and len(rest) == 1 and 48 <= rest[0] <= 51:
            self.level = "LMQH"[rest[0] - 48]
            return None
        if function == 80 and rest[:1] == b"0" and len(rest) > 1:
            self.data = rest[1:]
            return None
        if function == 81 and rest == b"0":
            return self._symbol()
        raise ValueError(f"GS ( k: function {function} with {len(rest)} bytes")

    def _symbol(self) -> Dots:
        if not self.data:
            raise ValueError("GS ( k: nothing stored to print")
        try:
            code = segno.make(self.data, error=self.level, micro=False, boost_error=False)
        except segno.DataOverflowError as error:
            raise ValueError("GS ( k: too much data for a QR code") from error
        return enlarge(np.array([list(row) for row in code.matrix], dtype=bool), self.module, self.module)
