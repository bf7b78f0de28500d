"""ESC/POS commands as bytes, after Epson's command reference: only what receipt printers of all makers share.

Builds bytes and sends nothing. Text is not encoded here.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PIL import Image

INITIALISE = b"\x1b@"
LEFT, CENTRE, RIGHT = b"\x1ba\x00", b"\x1ba\x01", b"\x1ba\x02"
BOLD_ON, BOLD_OFF = b"\x1bE\x01", b"\x1bE\x00"
FONT_A = b"\x1bM\x00"
INTERNATIONAL_USA = b"\x1bR\x00"
CHINESE_OFF = b"\x1c."  # printers sold in China start in a mode that joins bytes above 0x7F in pairs
USER_DEFINED_ON, USER_DEFINED_OFF = b"\x1b%\x01", b"\x1b%\x00"
PARTIAL_CUT = b"\x1dV\x01"
FINISHED_REQUEST = b"\x1dr\x01"  # GS r 1: answered in its turn, after all that was sent before

# cheap 58 mm heads lose dots when one image is larger than their buffer of a few kilobytes
FRAGMENT_ROWS = 32


def status_request(number: int) -> bytes:
    """DLE EOT ``number``: 1 printer, 2 why off line, 3 error, 4 paper. Answered at once with one byte."""
    return bytes((0x10, 0x04, number))


def feed(lines: int) -> bytes:
    """ESC d: print what waits and feed by ``lines`` lines (0 to 255)."""
    return bytes((0x1B, 0x64, lines))


def cut(lines: int = 4) -> bytes:
    """Feed until the last line is past the knife, and cut all but one point."""
    return feed(lines) + PARTIAL_CUT


def character_size(width: int, height: int) -> bytes:
    """GS !: enlargement from 1 to 8 in each direction."""
    return bytes((0x1D, 0x21, (width - 1) << 4 | (height - 1)))


def code_page(number: int) -> bytes:
    """ESC t: which letters bytes 0x80 to 0xFF print. Makers number the pages differently."""
    return bytes((0x1B, 0x74, number))


def undefine_character(code: int) -> bytes:
    """ESC ?: give a code its built-in sign back."""
    return bytes((0x1B, 0x3F, code))


def define_characters(glyphs: Mapping[int, NDArray[np.bool_]]) -> bytes:
    """ESC &: dots for codes 0x20 to 0x7E of the selected font, neighbours in one command.

    Each glyph has at most 24 rows and as many columns as the font; blank columns at the right are not sent.
    """
    done = b""
    codes = sorted(glyphs)
    while codes:
        run = 1
        while run < len(codes) and codes[run] == codes[0] + run:
            run += 1
        done += bytes((0x1B, 0x26, 3, codes[0], codes[run - 1]))
        done += b"".join(_columns(glyphs[code]) for code in codes[:run])
        codes = codes[run:]
    return done


def _columns(dots: NDArray[np.bool_]) -> bytes:
    inked = np.flatnonzero(dots.any(axis=0))
    columns = int(inked[-1]) + 1 if len(inked) else 0
    full = np.zeros((columns, 24), dtype=bool)
    full[:, : dots.shape[0]] = dots[:, :columns].T
    return bytes((columns,)) + np.packbits(full, axis=1).tobytes()


def raster(image: Image.Image, double: bool = False) -> bytes:
    """GS v 0 in fragments of few rows. ``image`` is mode "1", black on white; ``double`` prints each dot as two by two.

    White at the right end of a fragment is not sent: it costs most of a ticket's bytes and is there anyway.
    """
    dots = ~np.asarray(image, dtype=bool)
    mode = 3 if double else 0
    rows_each = FRAGMENT_ROWS // 2 if double else FRAGMENT_ROWS
    return b"".join(_fragment(dots[top : top + rows_each], mode) for top in range(0, dots.shape[0], rows_each))


def _fragment(dots: NDArray[np.bool_], mode: int) -> bytes:
    packed = np.packbits(dots, axis=1)
    inked = np.flatnonzero(packed.any(axis=0))
    packed = packed[:, : int(inked[-1]) + 1 if len(inked) else 1]
    rows, width = packed.shape
    return b"\x1dv0" + bytes((mode, width & 0xFF, width >> 8, rows & 0xFF, rows >> 8)) + packed.tobytes()


def fixed_raster(image: Image.Image, double: bool = False) -> bytes:
    """GS v 0 of an image that is to be aligned by ESC a, so that every fragment keeps the image's full width."""
    dots = ~np.asarray(image, dtype=bool)
    packed = np.packbits(dots, axis=1)
    rows, width = packed.shape
    return b"\x1dv0" + bytes((3 if double else 0, width & 0xFF, width >> 8, rows & 0xFF, rows >> 8)) + packed.tobytes()


def white(rows: int) -> bytes:
    """Blank paper of exactly ``rows`` dots, which no feeding command gives on all printers: their units differ."""
    return b"\x1dv0\x00\x01\x00" + rows.to_bytes(2, "little") + bytes(rows)


def native_qr(data: bytes, module: int = 6, level: str = "M") -> bytes:
    """GS ( k: a QR code that the printer makes itself; ``module`` in dots (1 to 16). Not every printer can."""

    def function(body: bytes) -> bytes:
        return b"\x1d(k" + len(body).to_bytes(2, "little") + body

    return (
        function(b"1A2\x00")
        + function(b"1C" + bytes((module,)))
        + function(b"1E" + bytes((48 + "LMQH".index(level),)))
        + function(b"1P0" + data)
        + function(b"1Q0")
    )
