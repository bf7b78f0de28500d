"""Sets a receipt in a printer's own fixed-width letters: which words stand on which line. Makes no bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kiosk.domain import BigNumber, Block, Field, Heading, Logo, Paragraph, QrCode, Rule
from plugins.receipt_printing.words import clean

# signs that fonts of printers lack and that plain ones replace without loss
_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "•": "*"})
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """One line; each part is (words, bold). Sizes are GS !'s factors."""

    parts: tuple[tuple[str, bool], ...]
    width_factor: int = 1
    height_factor: int = 1
    centred: bool = False

    @property
    def text(self) -> str:
        return "".join(words for words, _ in self.parts)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code."""

    payload: str


Item = Line | Code | Literal["rule", "logo", "gap"]


def set_in_cells(blocks: Sequence[Block], columns: int) -> list[Item]:
    """The receipt as lines of at most ``columns`` letters of normal width."""
    return [item for block in blocks for item in _set(block, columns)]


def _set(block: Block, columns: int) -> Iterator[Item]:
    match block:
        case Heading(text):
            words = _words(text)
            large = len(wrap(words, columns // 2)) <= 2
            for line in balanced(words, columns // 2 if large else columns):
                yield Line(((line, not large),), 2 if large else 1, 2, centred=True)
        case Paragraph(text, centred, _):
            for line in (balanced if centred else wrap)(_words(text), columns):
                yield Line(((line, False),), centred=centred)
        case BigNumber(label, number):
            yield "gap"
            for line in wrap(_words(label), columns):
                yield Line(((line, False),), centred=True)
            digits = _words(number)
            factor = max(min(columns // max(len(digits), 1), 8), 1)
            for line in wrap(digits, columns // factor):
                yield Line(((line, True),), factor, factor, centred=True)
            yield "gap"
        case Field(label, value):
            yield from _field(_words(label), _words(value), columns)
        case Rule():
            yield "rule"
        case QrCode(payload, caption):
            yield "gap"
            yield Code(payload)
            for line in balanced(_words(caption), columns):
                yield Line(((line, False),), centred=True)
        case Logo():
            yield "logo"


def _field(label: str, value: str, columns: int) -> Iterator[Line]:
    spare = columns - len(label) - len(value)
    if spare >= 2:
        yield Line(((label + " " * spare, False), (value, True)))
        return
    for line in wrap(label, columns):
        yield Line(((line, False),))
    for line in wrap(value, columns - len(_INDENT)):
        yield Line(((_INDENT, False), (line, True)))


def _words(text: str) -> str:
    return clean(text).translate(_PLAIN)


def balanced(text: str, columns: int) -> list[str]:
    """As few lines as ``wrap`` makes, of nearly equal length: centred words look better so."""
    lines = wrap(text, columns)
    while len(lines) > 1 and columns > 1 and len(narrower := wrap(text, columns - 1)) == len(lines):
        lines, columns = narrower, columns - 1
    return lines


def wrap(text: str, columns: int) -> list[str]:
    """Lines of at most ``columns`` letters, broken between words; a longer word is cut."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        if line and len(line) + 1 + len(word) <= columns:
            line += " " + word
            continue
        if line:
            lines.append(line)
        while len(word) > columns:
            lines.append(word[:columns])
            word = word[columns:]
        line = word
    return [*lines, line] if line else lines
