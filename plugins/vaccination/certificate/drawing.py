"""Draws a certificate's QR code for the page. Chooses no content."""

from __future__ import annotations

import segno
from markupsafe import Markup

LEVEL = "q"  # eHealth Network, "Electronic Health Certificate Specification" 1.0.5, 4.2.2
QUIET = 4  # modules of white around it (ISO/IEC 18004)


def code(text: str) -> segno.QRCode:
    return segno.make(text, error=LEVEL, boost_error=False, micro=False)


def inline(text: str) -> Markup:
    """An ``<svg>`` without styles or scripts, as large as its place allows."""
    drawn = code(text).svg_inline(border=QUIET, omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - segno's own drawing: the text is in its squares alone
