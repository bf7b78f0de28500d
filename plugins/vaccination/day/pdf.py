"""The day's report on A4 (PDF) with ReportLab: figures, signature as text and code. The same report gives the same bytes, so that a
file can be held against its own signed figures. Reads no table."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import segno
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from kiosk.domain import Text
from kiosk.web.fonts import FONTS
from plugins.vaccination.day.signing import BadReport, SignedReport, opened
from plugins.vaccination.day.words import DAY, code_words

INK, SOFT, LINE = HexColor("#0f2438"), HexColor("#46596b"), HexColor("#c3ced9")
WIDTH = A4[0] - 36 * mm
LONGEST = 4_000_000  # bytes of a file that is looked into
_ENVELOPE = re.compile(rb"/Keywords \(([A-Za-z0-9_\-]+)\)")
_PLAIN = ParagraphStyle("plain", fontName="Roboto-Regular", fontSize=9, leading=12, textColor=INK)
_HEAD = ParagraphStyle(
    "head", _PLAIN, fontName="Roboto-Bold", fontSize=11, leading=15, spaceBefore=9, spaceAfter=3, keepWithNext=1
)
_SMALL = ParagraphStyle("small", _PLAIN, fontSize=7.5, leading=10, textColor=SOFT, wordWrap="CJK")


LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Words:
    """The report's words in one of ``LANGUAGES``, with marks of ReportLab's own language as letters."""

    language: str

    def __call__(self, key: str) -> str:
        return self.of(DAY[key])

    def of(self, text: Text) -> str:
        return _safe(text.in_language(self.language))

    def degrees(self, value: Any) -> str:
        """A decimal comma, as people here write it; a point in English."""
        return _cell(value).replace(".", "," if self.language == "vi" else ".")


def draw(signed: SignedReport, language: str = "vi") -> bytes:
    """The file in one of ``LANGUAGES``, from nothing but what is signed. Raises ``ValueError`` or ``KeyError`` for figures of another
    form."""
    for family in ("Roboto-Regular", "Roboto-Bold"):
        if family not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(family, FONTS / f"{family}.ttf"))
    found = signed.figures
    site_name, time_zone = found["site_name"], found["time_zone"]
    output = io.BytesIO()
    document = SimpleDocTemplate(
        output,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=16 * mm,
        title=f"{DAY['report'].in_language(language)} {found.get('day', '')}",
        author=site_name,
        keywords=signed.envelope,
        invariant=1,
        lang=language,
    )
    w = Words(language)
    foot = partial(_foot, w)
    document.build(_story(w, signed, found, site_name, time_zone), onFirstPage=foot, onLaterPages=foot)
    return output.getvalue()


def taken_from(data: bytes) -> SignedReport:
    """The signed report inside a file; verifies nothing. Raises ``BadReport``."""
    if len(data) > LONGEST:
        raise BadReport("too long")
    envelopes = _ENVELOPE.findall(data)
    if len(envelopes) != 1:
        raise BadReport("no signed report is in this file")
    return opened(envelopes[0].decode("ascii"))


def _foot(w: Words, canvas: Any, document: Any) -> None:
    canvas.setFont("Roboto-Regular", 7.5)
    canvas.setFillColor(SOFT)
    canvas.drawRightString(A4[0] - 18 * mm, 9 * mm, f"{w('page')} {document.page}")


def _story(w: Words, signed: SignedReport, found: dict[str, Any], site_name: str, time_zone: str) -> list[Any]:
    at = datetime.fromtimestamp(signed.closed_at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone))
    story: list[Any] = [
        Paragraph(w("report"), ParagraphStyle("title", _HEAD, fontSize=16, leading=20)),
        Paragraph(f"{_safe(site_name)} · {w('day')} {_safe(_day(found.get('day')))}", _PLAIN),
        Paragraph(w.of(DAY["closed_at"].format(t=f"{at:%H:%M %d/%m/%Y}")), _PLAIN),
        Spacer(1, 4 * mm),
        _table(
            [
                [w(name) for name in ("arrivals", "doses", "left_early")],
                [str(found.get(n, 0)) for n in ("arrivals", "doses", "left_early")],
            ]
        ),
    ]
    heads = ("product", "lot", "opening", "received", "given", "wasted", "transferred", "left", "counted", "difference")
    rows = [[_cell(_of_lot(one, name)) for name in heads] for one in found.get("lots", [])]
    story += _section(w, "stock", [[w(name) for name in heads], *rows], words=2)
    short = [one["lot"] for one in found.get("lots", []) if one["left"] < 0]
    story += [Paragraph(f"{_safe(', '.join(short))}: {w('less_than_none')}", _PLAIN)] if short else []
    if found.get("doses_by_hour"):
        story += [Paragraph(w("by_hour"), _HEAD), Bars(found["doses_by_hour"])]
    tables = [[w(one["step"]), _cell(one["table"]), str(one["people"])] for one in found.get("tables", [])]
    story += _section(w, "tables", [[w("step"), w("table"), w("people")], *tables], words=2)
    for name in ("screened", "screening_reasons", "not_given", "corrected_in_spite", "wasted"):
        if name == "corrected_in_spite" and name not in found:
            continue  # reports of days that had none, and of before there was this figure, are drawn as they were
        title = {"screening_reasons": "reasons", "wasted": "wasted_by"}.get(name, name)
        counts = [[w.of(code_words(code)), str(count)] for code, count in found.get(name, {}).items()]
        story += _section(w, title, [[w("what"), w("count")], *counts], words=1)
    grades = [
        [_cell([w("other"), "I", "II", "III", "IV"][int(grade)]), str(count)]
        for grade, count in sorted(found.get("reactions", {}).items())
    ]
    story += _section(w, "reactions", [[w("grade"), w("count")], *grades], words=1)
    names = ("store", "readings", "lowest", "highest", "outside")
    read = [
        [_cell(one["store"]), *(w.degrees(one[name]) for name in names[1:])] for one in found.get("temperatures", [])
    ]
    story += _section(w, "temperatures", [[w(name) for name in names], *read], words=1, empty="no_temperatures")
    return story + _signature(w, signed)


def _signature(w: Words, signed: SignedReport) -> list[Any]:
    words = [
        Paragraph(w("digest"), _PLAIN),
        Paragraph(signed.digest, _SMALL),
        Paragraph(w("signature"), _PLAIN),
        Paragraph(signed.signature.hex(), _SMALL),
        Paragraph(f"{w('key')}: {signed.fingerprint} ({_safe(signed.writer)})", _PLAIN),
        Paragraph(w("verify"), _PLAIN),
    ]
    both = Table([[Code(signed.code), words]], colWidths=[36 * mm, WIDTH - 36 * mm])
    both.setStyle(TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)]))
    return [Spacer(1, 6 * mm), both, Spacer(1, 6 * mm), Paragraph(w("sign_by_hand"), _PLAIN), Spacer(1, 18 * mm)]


def _section(w: Words, title: str, rows: list[list[Any]], words: int, empty: str = "none") -> list[Any]:
    body = _table(rows, words) if len(rows) > 1 else Paragraph(w(empty), _PLAIN)
    return [Paragraph(w(title), _HEAD), body]


def _table(rows: list[list[Any]], words: int = 0) -> Table:
    """The first ``words`` columns hold words and are wider; the others hold figures."""
    columns = len(rows[0])
    one = WIDTH / (columns + words * 0.8)
    made = Table(
        rows, colWidths=[one * (1.8 if place < words else 1) for place in range(columns)], repeatRows=1, hAlign="LEFT"
    )
    style = [
        ("FONT", (0, 0), (-1, 0), "Roboto-Bold", 7.5),
        ("FONT", (0, 1), (-1, -1), "Roboto-Regular", 9),
        ("TEXTCOLOR", (0, 0), (-1, -1), INK),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("ALIGN", (words, 0), (-1, -1), "RIGHT"),
    ]
    made.setStyle(TableStyle(style))
    return made


class Bars(Flowable):
    """Doses by hour as bars with their numbers."""

    def __init__(self, hours: dict[str, int]) -> None:
        super().__init__()
        self._hours = hours
        self.width, self.height = WIDTH, 34 * mm

    def draw(self) -> None:
        most = max(self._hours.values())
        step = min(20 * mm, WIDTH / len(self._hours))
        for place, (hour, count) in enumerate(self._hours.items()):
            x, height = place * step, 22 * mm * count / most
            self.canv.setFillColor(HexColor("#0a4d8c"))
            self.canv.rect(x + 2, 5 * mm, step - 4, height, stroke=0, fill=1)
            self.canv.setFillColor(INK)
            self.canv.setFont("Roboto-Regular", 8)
            self.canv.drawCentredString(x + step / 2, 5 * mm + height + 3, str(count))
            self.canv.drawCentredString(x + step / 2, 1.5 * mm, f"{hour}h")


class Code(Flowable):
    """A QR code, drawn as squares."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=2))
        self.width = self.height = 32 * mm

    def draw(self) -> None:
        size = self.width / len(self._rows)
        self.canv.setFillColor(HexColor("#000000"))
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    self.canv.rect(x * size, self.height - (y + 1) * size, size, size, stroke=0, fill=1)


def _of_lot(one: dict[str, Any], name: str) -> Any:
    if name == "difference":
        return one["counted"] - one["left"] if "counted" in one else None
    return one.get(name)


def _safe(text: object) -> str:
    """Marks of ReportLab's own language are letters here."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cell(value: Any) -> str:
    return "–" if value is None else str(value)


def _day(iso: Any) -> str:
    return "/".join(reversed(str(iso).split("-")))
