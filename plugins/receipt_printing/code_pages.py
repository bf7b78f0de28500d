"""Code pages of real printers, from python-escpos's list of printers. Only text mode needs them."""

from __future__ import annotations

from collections.abc import Mapping

from hardware.virtual.escpos.character_sets import COMMON_CODE_PAGES


def drawn_code_pages(profile: str) -> Mapping[int, str]:
    """What the virtual printer must know to draw text mode for a ``profile``."""
    return COMMON_CODE_PAGES
