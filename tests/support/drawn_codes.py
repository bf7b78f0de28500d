"""Reads the codes that the product draws, as a camera would: on the paper of the virtual printer, and on a page."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import zxingcpp
from PIL import Image

_STEP = re.compile(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?")
QR = zxingcpp.BarcodeFormat.QRCode  # words on paper may happen to look like a code of another kind
_SQUARES = 8  # pixels of a module


def on_paper(paper: Path) -> list[str]:
    """The texts of the codes on one drawn paper."""
    with Image.open(paper) as picture:
        return [one.text for one in zxingcpp.read_barcodes(picture.convert("L"), formats=QR)]


def on_page(html: str) -> list[str]:
    """The texts of the QR codes that stand in a page as ``<svg>``: rows of dark modules, as strokes one module wide."""
    found = []
    for path in re.findall(r'<svg[^>]*>\s*<path[^>]*\bd="([^"]+)"', html):
        found += [one.text for one in zxingcpp.read_barcodes(_drawn(path), formats=QR)]
    return found


def _drawn(path: str) -> np.ndarray:
    rows: list[tuple[int, int, int]] = []
    x = y = 0.0
    for letter, first, second in _STEP.findall(path):
        if letter == "h":
            rows.append((int(y), int(x), int(x) + int(first)))
            x += float(first)
        else:
            there = float(first), float(second or 0)
            x, y = there if letter == "M" else (x + there[0], y + there[1])
    size = max((end for *_, end in rows), default=0) + 4
    modules = np.full((size, size), 255, np.uint8)
    for row, begin, end in rows:
        modules[row, begin:end] = 0
    return np.kron(modules, np.ones((_SQUARES, _SQUARES), np.uint8))
