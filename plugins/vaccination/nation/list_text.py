"""Text of the lists that offices send: which encoding it is in, and its rows one by one. Knows no column and keeps nothing in memory.

UTF-8 with or without a mark, UTF-16, and the two code pages of old Vietnamese programs: Windows-1258, and TCVN3 ("ABC fonts", the
upper half of TCVN 5712:1993). What is none of them is refused: a guess would write people's names wrongly.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

SHOWN_AS = {  # what people and their programs call it
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1258": "Windows-1258",
    "tcvn3": "TCVN3 (ABC)",
}
LONGEST_LINE = 40_000  # characters; what is longer is read in parts, which are no rows
_CHUNK = 1 << 20
_LOOKED_AT = 256 * 1024  # bytes by which code pages are told apart

_TCVN3 = dict(
    zip(
        bytes.fromhex(
            "a1a2a3a4a5a6a7a8a9aaabacadaeb5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9"
            "eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfe"
        ),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
_SEPARATOR = re.compile(
    r'"?sep=([^\w\s"]|\t)"?[\r\n]*', re.IGNORECASE
).fullmatch  # the line that spreadsheets put before the first one
_VIETNAMESE = frozenset(_TCVN3.values()) | frozenset("".join(_TCVN3.values()).upper())


class UnknownEncoding(ValueError):
    """The text is in none of the encodings that are known here."""


@dataclass(frozen=True, slots=True)
class Line:
    """``number``: the line in the file at which the row ends, counted from 1, as a spreadsheet or an editor shows it."""

    number: int
    cells: list[str]


class BadLine(ValueError):
    """A line that is no CSV; reading cannot go on after it."""

    def __init__(self, number: int) -> None:
        super().__init__(f"line {number} is no CSV")
        self.number = number


def encoding_of(file: BinaryIO) -> str:
    """``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``cp1258`` or ``tcvn3``, by the whole file. Leaves it at its beginning.

    Raises ``UnknownEncoding``."""
    file.seek(0)
    begin = file.read(_LOOKED_AT)
    file.seek(0)
    if begin.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = begin[:4096].count(0)
    if zeros > len(begin[:4096]) // 5:
        return "utf-16-le" if begin[1:2] == b"\0" else "utf-16-be"
    if _is_utf8(file):
        return "utf-8-sig"
    return _code_page(begin)


def rows(file: BinaryIO, encoding: str) -> Iterator[Line]:
    """Every row that holds something, NFC. Raises ``BadLine``, or ``UnicodeError`` where UTF-16 is broken."""
    text = _Tcvn3(file) if encoding == "tcvn3" else io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        yield from _lines(text)
    finally:
        if isinstance(text, io.TextIOWrapper) and not file.closed:
            text.detach()  # whoever opened the file closes it


def _lines(text: _Tcvn3 | io.TextIOWrapper) -> Iterator[Line]:
    head = text.readline(LONGEST_LINE)
    said, above = _SEPARATOR(head), 0
    if said:
        head, above = text.readline(LONGEST_LINE), 1
    delimiter = said[1] if said else _delimiter(head)
    reader = csv.reader(chain([head], iter(lambda: text.readline(LONGEST_LINE), "")), delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise BadLine(reader.line_num + 1 + above) from None
        if any(cells):
            yield Line(
                reader.line_num + above,
                [unicodedata.normalize("NFC", cell.replace("\0", "")).strip() for cell in cells],
            )


def _delimiter(head: str) -> str:
    return max(",;\t|", key=head.count)


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := file.read(_CHUNK):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _code_page(begin: bytes) -> str:
    """That of the two by which there are fewer letters which no Vietnamese word has."""
    strange = {
        "cp1258": _strange(unicodedata.normalize("NFC", begin.decode("cp1258", "replace"))),
        "tcvn3": _strange(_tcvn3(begin)),
    }
    best = min(sorted(strange), key=lambda name: strange[name])
    high = sum(byte >= 0x80 for byte in begin)
    if strange[best] * 20 > high:  # more than one in twenty is strange
        raise UnknownEncoding
    return best


def _strange(text: str) -> int:
    return sum(not letter.isascii() and letter not in _VIETNAMESE and letter not in "–—“”‘’… " for letter in text)


def _tcvn3(data: bytes) -> str:
    return data.decode("latin-1").translate(_TCVN3)


class _Tcvn3(io.TextIOBase):
    """Lines of a binary file in TCVN3. Capital letters with tone marks do not exist in it: fonts drew them."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return _tcvn3(self._file.readline(-1 if size is None else size))
