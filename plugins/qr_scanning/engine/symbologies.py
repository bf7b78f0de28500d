"""Which kinds of codes are looked for, by the names that ``DecodedCode.symbology`` carries. Reads nothing itself.

The names are zxing-cpp's. Live pictures are searched for two-dimensional codes only: every credential that a kiosk
meets is one, and a linear code without a compulsory check digit (Code 39, ITF) is where false reads on a busy
background come from. Codabar, Telepen and DX film edge are weaker still and are read only where a site names them.
"""

from __future__ import annotations

from collections.abc import Iterable

import zxingcpp

QR = ("QRCode",)
MATRIX = ("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MicroPDF417", "MaxiCode")
LINEAR = ("EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code93", "Code39", "ITF", "DataBar", "DataBarExp", "DataBarLtd")
WEAK_LINEAR = ("Codabar", "Telepen", "DXFilmEdge")
KNOWN = MATRIX + LINEAR + WEAK_LINEAR

STILL_DEFAULT = MATRIX + LINEAR
LIVE_DEFAULT = ("QRCode", "MicroQRCode", "DataMatrix", "Aztec", "PDF417")

Formats = list[zxingcpp.BarcodeFormat]


def formats_of(names: Iterable[str]) -> Formats:
    """zxing-cpp's formats for our names. An unknown name raises ``ValueError`` that lists the known ones."""
    formats = []
    for name in names:
        if name not in KNOWN:
            raise ValueError(f"unknown symbology {name!r}; known are {', '.join(KNOWN)}")
        formats.append(getattr(zxingcpp.BarcodeFormat, name))
    return formats
