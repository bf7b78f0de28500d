"""Draws QR codes for pages: inside the page as SVG, and as a picture to save. Chooses no content."""

from __future__ import annotations

import io

import segno
from markupsafe import Markup

PICTURE_SCALE = 8  # pixels a module: 680 for the largest pass, which a phone shows sharp
QUIET = 4  # modules of white around it (ISO/IEC 18004)


def inline(text: str) -> Markup:
    """An ``<svg>`` without styles or scripts, as large as its place allows."""
    drawn = _make(text).svg_inline(border=QUIET, omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - segno's own drawing: the text is in its squares alone


def picture(text: str) -> bytes:
    """PNG."""
    output = io.BytesIO()
    _make(text).save(output, kind="png", scale=PICTURE_SCALE, border=QUIET)
    return output.getvalue()


def _make(text: str) -> segno.QRCode:
    """Level M and no more, so that a pass stays as small as docs/pass.md says."""
    return segno.make(text, error="m", boost_error=False, micro=False)
