"""The certificate as a page of A4 (PDF) in both languages, made with ReportLab. Reads no table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.domain import Text
from kiosk.web.fonts import FONTS
from plugins.vaccination.certificate import drawing
from plugins.vaccination.certificate.page_words import PAGE

INK, SOFT = HexColor("#0f2438"), HexColor("#46596b")
BANDS = {"green": (HexColor("#0b6b3a"), white), "yellow": (HexColor("#ffb81f"), HexColor("#231500"))}
LEFT, RIGHT, TOP = 20 * mm, A4[0] - 20 * mm, A4[1] - 20 * mm
FAMILIES = ("Roboto-Regular", "Roboto-Bold")


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on it. ``doses``: (day, vaccine, lot) in order."""

    colour: str
    number: int
    total: int
    name: str
    birth_date: str
    doses: Sequence[tuple[str, str, str]]
    uvci: str
    issuer: str
    issued: str
    until: str
    payload: str


def pdf(paper: Paper) -> bytes:
    """The bytes of the file."""
    for family in FAMILIES:
        if family not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(family, FONTS / f"{family}.ttf"))
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=A4, pageCompression=1, invariant=1, lang="vi")
    title = PAGE["title"]
    canvas.setTitle(title.vi)
    canvas.setAuthor(paper.issuer)
    _line(canvas, TOP, title.vi, "Roboto-Bold", 20)
    _line(canvas, TOP - 8 * mm, title.en, "Roboto-Regular", 12, SOFT)
    _band(canvas, TOP - 40 * mm, paper)
    y = _facts(canvas, TOP - 50 * mm, paper)
    y = _doses(canvas, y - 6 * mm, paper)
    _code(canvas, y - 88 * mm, 84 * mm, paper.payload)
    for place, text in enumerate((PAGE["hc1"], PAGE["match"])):
        _line(canvas, y - (94 + place * 11) * mm, text.vi, "Roboto-Regular", 10)
        _line(canvas, y - (98.5 + place * 11) * mm, text.en, "Roboto-Regular", 9, SOFT)
    canvas.showPage()
    canvas.save()
    return output.getvalue()


def _line(canvas: Any, y: float, text: str, font: str, size: float, colour: Any = INK, x: float = LEFT) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x, y, _fitted(text, font, size, RIGHT - x))


def _fitted(text: str, font: str, size: float, width: float) -> str:
    """Cut where it would leave the page."""
    while text and pdfmetrics.stringWidth(text, font, size) > width:
        text = text[:-2].rstrip() + "…"
    return text


def _band(canvas: Any, y: float, paper: Paper) -> None:
    """The colour with a word and a shape: nobody must tell colours apart."""
    ground, ink = BANDS[paper.colour]
    canvas.setFillColor(ground)
    canvas.roundRect(LEFT, y, RIGHT - LEFT, 24 * mm, 3 * mm, stroke=0, fill=1)
    word, about = PAGE[paper.colour], PAGE[f"{paper.colour}_about"].format(n=paper.number, total=paper.total)
    _line(canvas, y + 14 * mm, f"{word.vi} · {word.en}", "Roboto-Bold", 20, ink, LEFT + 28 * mm)
    _line(canvas, y + 8 * mm, about.vi, "Roboto-Regular", 11, ink, LEFT + 28 * mm)
    _line(canvas, y + 3.5 * mm, about.en, "Roboto-Regular", 9, ink, LEFT + 28 * mm)
    _mark(canvas, LEFT + 14 * mm, y + 12 * mm, 8 * mm, paper.colour, ink)


def _mark(canvas: Any, x: float, y: float, size: float, colour: str, ink: Any) -> None:
    canvas.setStrokeColor(ink)
    canvas.setLineWidth(1.2 * mm)
    canvas.setLineCap(1)
    path = canvas.beginPath()
    if colour == "green":  # a tick in a circle
        canvas.circle(x, y, size, stroke=1, fill=0)
        path.moveTo(x - size * 0.45, y)
        path.lineTo(x - size * 0.1, y - size * 0.38)
        path.lineTo(x + size * 0.5, y + size * 0.4)
    else:  # one half of a diamond is filled
        path.moveTo(x, y + size)
        path.lineTo(x + size, y)
        path.lineTo(x, y - size)
        path.lineTo(x - size, y)
        path.close()
        half = canvas.beginPath()
        half.moveTo(x, y + size)
        half.lineTo(x, y - size)
        half.lineTo(x - size, y)
        half.close()
        canvas.setFillColor(ink)
        canvas.drawPath(half, stroke=0, fill=1)
    canvas.drawPath(path, stroke=1, fill=0)


def _facts(canvas: Any, y: float, paper: Paper) -> float:
    rows = (
        ("name", paper.name), ("born", paper.birth_date), ("issuer", paper.issuer), ("issued", paper.issued),
        ("until", paper.until), ("identifier", paper.uvci),
    )  # fmt: skip
    for key, value in rows:
        _label(canvas, y, PAGE[key])
        _line(canvas, y, value, "Roboto-Bold" if key == "name" else "Roboto-Regular", 12, INK, LEFT + 56 * mm)
        y -= 7 * mm
    return y


def _label(canvas: Any, y: float, text: Text) -> None:
    _line(canvas, y, f"{text.vi} / {text.en}", "Roboto-Regular", 9, SOFT)


def _doses(canvas: Any, y: float, paper: Paper) -> float:
    for number, (day, vaccine, lot) in enumerate(paper.doses, 1):
        _label(canvas, y, PAGE["dose"].format(n=number))
        lots = PAGE["lot"]
        _line(canvas, y, f"{day}   {vaccine}   {lots.vi} / {lots.en} {lot}", "Roboto-Regular", 11, INK, LEFT + 56 * mm)
        y -= 7 * mm
    return y


def _code(canvas: Any, y: float, size: float, payload: str) -> None:
    """As squares, so that it is sharp at any size."""
    rows = list(drawing.code(payload).matrix_iter(border=drawing.QUIET))
    module = size / len(rows)
    canvas.setFillColor(white)
    canvas.rect(LEFT, y, size, size, stroke=0, fill=1)
    canvas.setFillColor(INK)
    path = canvas.beginPath()
    for place, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                path.rect(LEFT + column * module, y + size - (place + 1) * module, module, module)
    canvas.drawPath(path, stroke=0, fill=1)
