"""Which kinds of codes are looked for, by the names that ``DecodedCode.symbology`` carries. Reads nothing itself.

The names are zxing-cpp's. Live pictures are searched for two-dimensional codes only: every credential that a kiosk
meets is one, and a linear code without a compulsory check digit (Code 39, ITF) is where false reads on a busy
background come from. Codabar, Telepen and DX film edge are weaker still and are read only where a site names them.
"""

from __future__ import annotations

from collections.abc import Iterable

import zxingcpp

QR = ("QRCode",)
QR_FAMILY = ("QRCode", "MicroQRCode", "RMQRCode")  # one search finds the three, for the price of one
MATRIX = ("QRCode", "MicroQRCode", "RMQRCode", "DataMatrix", "Aztec", "PDF417", "MicroPDF417", "MaxiCode")
LINEAR = ("EAN13", "EAN8", "UPCA", "UPCE", "Code128", "Code93", "Code39", "ITF", "DataBar", "DataBarExp", "DataBarLtd")
WEAK_LINEAR = ("Codabar", "Telepen", "DXFilmEdge")
KNOWN = MATRIX + LINEAR + WEAK_LINEAR

STILL_DEFAULT = MATRIX + LINEAR
LIVE_DEFAULT = ("QRCode", "DataMatrix", "Aztec", "PDF417")

# zxing-cpp's "QRCode" means the whole family. Micro QR has next to no error correction and shows up in altered
# pictures of anything, so our "QRCode" is the full symbol alone, of the present model and of the first.
_STRICT = {"QRCode": ("QRCodeModel1", "QRCodeModel2")}

Formats = list[zxingcpp.BarcodeFormat]


def formats_of(names: Iterable[str]) -> Formats:
    """zxing-cpp's formats for our names. An unknown name raises ``ValueError`` that lists the known ones."""
    formats: Formats = []
    for name in names:
        if name not in KNOWN:
            raise ValueError(f"unknown symbology {name!r}; known are {', '.join(KNOWN)}")
        formats += [getattr(zxingcpp.BarcodeFormat, strict) for strict in _STRICT.get(name, (name,))]
    return formats
