"""Draws a receipt as one picture in black and white: correct on any printer, at the price of many bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from hardware.printers.dot_font import roboto
from kiosk.domain import BigNumber, Block, Field, Heading, Logo, Paragraph, QrCode, Rule
from plugins.receipt_printing.words import clean

MIN_FONT = 22  # pixels: below it, with one bit a dot, Vietnamese diacritics run together


@dataclass(frozen=True, slots=True)
class Style:
    """Sizes in dots for one paper width."""

    width: int
    margin: int
    small: int
    body: int
    heading: int
    number: int
    qr: int  # edge of the QR code, at most
    gap: int


STYLES = {
    384: Style(width=384, margin=4, small=MIN_FONT, body=25, heading=36, number=150, qr=240, gap=8),
    576: Style(width=576, margin=8, small=24, body=28, heading=44, number=200, qr=280, gap=10),
}


@lru_cache(maxsize=32)
def font(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """A Roboto face at ``size`` pixels per em."""
    return ImageFont.truetype(str(roboto(weight)), size)


class _Sheet:
    """White paper that is filled from the top."""

    def __init__(self, style: Style) -> None:
        self.style = style
        self.y = 0
        self.image = Image.new("1", (style.width, 1024), 1)
        self._pen()

    def _pen(self) -> None:
        self.draw = ImageDraw.Draw(self.image)
        self.draw.fontmode = "1"  # no grey edges: the head knows only black

    def room(self, rows: int) -> None:
        if self.y + rows > self.image.height:
            taller = Image.new("1", (self.style.width, 2 * (self.y + rows)), 1)
            taller.paste(self.image, (0, 0))
            self.image = taller
            self._pen()

    def line(self, text: str, face: ImageFont.FreeTypeFont, anchor: str) -> None:
        """One line of text: anchor "l", "m" or "r" for left, centre, right."""
        ascent, descent = face.getmetrics()
        self.room(ascent + descent)
        x = {"l": self.style.margin, "m": self.style.width // 2, "r": self.style.width - self.style.margin}[anchor]
        self.draw.text((x, self.y + ascent), text, font=face, fill=0, anchor=anchor + "s")
        self.y += ascent + descent

    def picture(self, image: Image.Image) -> None:
        self.room(image.height)
        self.image.paste(image, ((self.style.width - image.width) // 2, self.y))
        self.y += image.height

    def gap(self, rows: int) -> None:
        self.room(rows)
        self.y += rows

    @property
    def inner(self) -> int:
        return self.style.width - 2 * self.style.margin


def draw_receipt(blocks: Sequence[Block], width: int, logo: Image.Image | None = None) -> Image.Image:
    """The receipt as a picture of mode "1", ``width`` (384 or 576) dots wide; ``logo`` is mode "1" and not wider."""
    sheet = _Sheet(STYLES[width])
    for block in blocks:
        _draw(sheet, block, logo)
    return sheet.image.crop((0, 0, width, max(sheet.y, 1)))


def _draw(sheet: _Sheet, block: Block, logo: Image.Image | None) -> None:
    style = sheet.style
    match block:
        case Heading(text):
            _paragraph(sheet, text, font("Bold", style.heading), "m")
            sheet.gap(style.gap // 2)
        case Paragraph(text, centred, small):
            face = font("Regular", style.small if small else style.body)
            _paragraph(sheet, text, face, "m" if centred else "l")
            sheet.gap(style.gap // 2)
        case BigNumber(label, number):
            _big_number(sheet, clean(label), clean(number))
        case Field(label, value):
            _field(sheet, clean(label), clean(value))
        case Rule():
            sheet.gap(style.gap)
            sheet.room(2)
            sheet.draw.rectangle((style.margin, sheet.y, style.width - style.margin - 1, sheet.y + 1), fill=0)
            sheet.gap(style.gap + 2)
        case QrCode(payload, caption):
            sheet.gap(style.gap)
            sheet.picture(qr_picture(payload, style.qr))
            sheet.gap(style.gap // 2)
            _paragraph(sheet, caption, font("Regular", style.small), "m")
        case Logo():
            if logo is not None:
                sheet.picture(logo)
                sheet.gap(style.gap)


def _paragraph(sheet: _Sheet, text: str, face: ImageFont.FreeTypeFont, anchor: str) -> None:
    words = clean(text)
    for line in (balanced if anchor == "m" else wrap)(words, face, sheet.inner):
        sheet.line(line, face, anchor)


def _big_number(sheet: _Sheet, label: str, number: str) -> None:
    style = sheet.style
    sheet.gap(style.gap)
    _paragraph(sheet, label, font("Medium", style.body), "m")
    sheet.gap(style.gap)
    size = style.number
    while size > style.body and font("Bold", size).getlength(number) > sheet.inner:
        size -= 2
    face = font("Bold", size)
    _, top, _, bottom = (round(edge) for edge in face.getbbox(number, anchor="ls"))
    sheet.room(bottom - top)
    sheet.draw.text((style.width // 2, sheet.y - top), number, font=face, fill=0, anchor="ms")
    sheet.y += bottom - top
    sheet.gap(2 * style.gap)


def _field(sheet: _Sheet, label: str, value: str) -> None:
    style = sheet.style
    plain, strong = font("Regular", style.body), font("Bold", style.body)
    taken = plain.getlength(label) + plain.getlength("  ")
    if taken + strong.getlength(value) <= sheet.inner:
        before = sheet.y
        sheet.line(label, plain, "l")
        sheet.y = before
        sheet.line(value, strong, "r")
        return
    _paragraph(sheet, label, plain, "l")
    for line in balanced(value, strong, sheet.inner):
        sheet.line(line, strong, "r")


def balanced(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """As few lines as ``wrap`` makes, of nearly equal length: centred words look better so."""
    lines = wrap(text, face, width)
    while len(lines) > 1 and width > 32 and len(narrower := wrap(text, face, width - 8)) == len(lines):
        lines, width = narrower, width - 8
    return lines


def wrap(text: str, face: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines no wider than ``width`` pixels, broken between words; a word that is too long by itself is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        candidate = f"{line} {word}" if line else word
        if face.getlength(candidate) <= width:
            line = candidate
            continue
        if line:
            lines.append(line)
        while face.getlength(word) > width:
            fits = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or face.getlength(word[:n]) <= width)
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return [*lines, line] if line else lines


def qr_picture(payload: str, edge: int, quiet: int = 2) -> Image.Image:
    """The QR code as large as fits ``edge`` dots with whole dots a module, framed in ``quiet`` white modules.

    Raises ``segno.DataOverflowError`` where the payload is too long for any QR code.
    """
    code = segno.make(payload, error="m", micro=False, boost_error=False)
    white = np.pad(np.array([list(row) for row in code.matrix], dtype=np.uint8), quiet) == 0
    scale = max(edge // len(white), 2)
    return Image.fromarray(white.repeat(scale, axis=0).repeat(scale, axis=1))
