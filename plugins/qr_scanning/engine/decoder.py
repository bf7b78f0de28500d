"""One call of zxing-cpp on one picture, and its answer in our types. Does no preprocessing and no retries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import zxingcpp

from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine.symbologies import Formats

Grey = npt.NDArray[np.uint8]
Polygon = tuple[tuple[int, int], ...]

SMALLEST_SIDE = 8  # pixels: no code fits into less


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one call saw: codes read, and outlines of codes that were located but could not be read."""

    codes: tuple[DecodedCode, ...]
    located: tuple[Polygon, ...] = ()


def look(
    picture: Grey,
    formats: Formats,
    *,
    size: tuple[int, int] | None = None,
    located: bool = False,
    invert: bool = True,
    global_threshold: bool = False,
) -> Sighting:
    """Read every code of ``formats`` in ``picture``.

    ``size`` is the (width, height) of the picture that ``picture`` was scaled from: polygons are given in its pixels.
    ``located`` also returns the outlines of codes that failed; ``invert`` tries light-on-dark codes too;
    ``global_threshold`` binarises with one threshold for the whole picture instead of a local one, which suits
    pictures that were levelled already.

    Text is the content as it was encoded, control characters included (GS1 separators, not brackets), bytes exactly
    those of the symbol (ISO/IEC 18004 and its kin, after error correction).
    """
    height, width = picture.shape
    if min(height, width) < SMALLEST_SIDE:
        return Sighting(())
    found = zxingcpp.read_barcodes(
        picture,
        formats=formats,
        text_mode=zxingcpp.TextMode.Plain,
        binarizer=zxingcpp.Binarizer.GlobalHistogram if global_threshold else zxingcpp.Binarizer.LocalAverage,
        try_invert=invert,
        return_errors=located,
    )
    across, down = (size[0] / width, size[1] / height) if size else (1.0, 1.0)
    codes = [_code(barcode, across, down) for barcode in found if barcode.valid]
    failed = tuple(_polygon(barcode, across, down) for barcode in found if not barcode.valid) if located else ()
    return Sighting(tuple(codes), failed)


def without_repeats(codes: Sequence[DecodedCode]) -> list[DecodedCode]:
    """Drop a code found again at the same place by a later retry; equal codes at different places stay."""
    kept: list[DecodedCode] = []
    for code in codes:
        if not any(_same_print(code, other) for other in kept):
            kept.append(code)
    return kept


def longest_edge(outline: Polygon) -> float:
    """In pixels."""
    corners = np.asarray(outline, float)
    return float(np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1).max())


def _same_print(one: DecodedCode, other: DecodedCode) -> bool:
    if (one.symbology, one.raw) != (other.symbology, other.raw):
        return False
    a, b = np.asarray(one.polygon, float), np.asarray(other.polygon, float)
    reach = 0.5 * float(np.linalg.norm(a.max(axis=0) - a.min(axis=0)))
    return bool(np.linalg.norm(a.mean(axis=0) - b.mean(axis=0)) <= reach)


def _code(barcode: Any, across: float, down: float) -> DecodedCode:
    return DecodedCode(
        text=barcode.text,
        raw=bytes(barcode.bytes),
        symbology=barcode.format.name,
        polygon=_polygon(barcode, across, down),
    )


def _polygon(barcode: Any, across: float, down: float) -> Polygon:
    corners = barcode.position
    return tuple(
        (round(corner.x * across), round(corner.y * down))
        for corner in (corners.top_left, corners.top_right, corners.bottom_right, corners.bottom_left)
    )
