"""The words that people consent to, as of a day, from ``config/vaccination/consent.toml``. Records keep the digest of what was shown."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from pydantic import Field

from kiosk.domain import Text
from kiosk.toml_file import FileError, Problem, parsed, read
from kiosk.toml_lines import TomlLines
from plugins.vaccination.rules import file_words as words
from plugins.vaccination.rules.forms import Dated, Table

FILE = "consent.toml"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """``digest``: SHA-256 of the words in both languages, in hexadecimal."""

    id: str
    title: Text
    points: tuple[Text, ...]
    legal_basis: str
    valid_from: date
    valid_until: date | None

    @property
    def digest(self) -> str:
        words = "\n".join(f"{text.vi}\n{text.en}" for text in (self.title, *self.points))
        return hashlib.sha256(words.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ConsentTexts:
    """Oldest first."""

    all: tuple[ConsentText, ...]

    def as_of(self, day: date) -> ConsentText | None:
        """The text in force on that day; None: none is, and nobody can consent."""
        for one in self.all:
            if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until):
                return one
        return None


class _Point(Table):
    vi: str = Field(min_length=1, max_length=1200)
    en: str = Field(min_length=1, max_length=1200)


class _TextTable(Dated):
    point: list[_Point] = Field(min_length=1, max_length=12)


class _FileTable(Table):
    text: list[_TextTable] = Field(min_length=1)


def load_consents(folder: Path) -> ConsentTexts:
    """Raises ``kiosk.toml_file.FileError`` with file, line and key of every mistake, also where two are in force on one day."""
    path = folder / FILE
    _, content = read(path)
    lines = TomlLines(content)
    table = parsed(path, content, lines, _FileTable)
    ordered = sorted(enumerate(table.text), key=lambda pair: pair[1].valid_from)
    problems = []
    for (_, first), (number, second) in pairwise(ordered):
        if first.valid_until is None or second.valid_from <= first.valid_until:
            said = words.in_force_already(repr(first.id))
            problems.append(Problem(str(path), lines.of(("text", number, "valid_from")), "valid_from", said))
    if problems:
        raise FileError(problems)
    return ConsentTexts(
        tuple(
            ConsentText(
                one.id,
                one.title.text(),
                tuple(Text(point.vi, point.en) for point in one.point),
                one.legal_basis,
                one.valid_from,
                one.valid_until,
            )
            for _, one in ordered
        )
    )
