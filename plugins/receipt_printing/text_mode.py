"""Text by the code pages that a real printer is said to have. Only for printers whose test page a technician has seen.

Makers number code pages as they like, so the printer's profile (python-escpos keeps a list) may be wrong, and then wrong letters
are printed without any error. A line with a letter that no page has is sent as a picture instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from hardware.printers import commands
from plugins.receipt_printing.cells import Line


class TextEncoder:
    """Turns lines into bytes with ESC t in between. ``pages``: number -> the 128 letters of bytes 0x80 to 0xFF."""

    end = b""

    def __init__(self, pages: Mapping[int, str]) -> None:
        self._pages = dict(sorted(pages.items()))
        self._where: dict[str, list[tuple[int, int]]] = {}
        for number, letters in self._pages.items():
            for place, char in enumerate(letters):
                if char != " ":
                    self._where.setdefault(char, []).append((number, 0x80 + place))
        self._page = 0
        self.begin = commands.CHINESE_OFF + commands.INTERNATIONAL_USA + commands.code_page(self._page)

    def can(self, line: Line) -> bool:
        """Whether every letter of the line stands on some page."""
        return all(char.isascii() or char in self._where for char in line.text)

    def prepare(self, line: Line) -> bytes:
        """Nothing: pages are changed within the line."""
        return b""

    def encode(self, text: str) -> bytes:
        """The words, on the page in use as long as that has them."""
        done = b""
        for char in text:
            if char.isascii():
                done += char.encode("ascii")
                continue
            places = dict(self._where[char])
            if self._page not in places:
                self._page = next(iter(places))
                done += commands.code_page(self._page)
            done += bytes([places[self._page]])
        return done
