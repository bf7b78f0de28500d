"""CSV tables that people change: every mistake with file, line and column. Knows no vaccine."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TypeVar

from kiosk.domain import Text
from kiosk.toml_file import FileError, Problem, meant, read
from plugins.vaccination.rules import file_words as words

Value = TypeVar("Value")


@dataclass(slots=True)
class Row:
    """One line of a table. Every reader of a cell reports what it cannot use, and gives ``None``."""

    file: Path
    line: int
    cells: dict[str, str]
    problems: list[Problem] = field(repr=False)

    def problem(self, column: str, said: Text) -> None:
        self.problems.append(Problem(str(self.file), self.line, column, said))

    def text(self, column: str) -> str:
        """The cell; empty is a mistake."""
        if not self.cells[column]:
            self.problem(column, words.VALUE)
        return self.cells[column]

    def number(self, column: str, least: int, most: int) -> int | None:
        """A whole number within bounds; ``None`` where the cell is empty."""
        return self._read(column, int, words.whole_number(least, most), lambda n: least <= n <= most)

    def day(self, column: str) -> date | None:
        """ISO 8601; ``None`` where the cell is empty."""
        return self._read(column, date.fromisoformat, words.DAY, lambda _: True)

    def yes_no(self, column: str) -> bool:
        if self.cells[column] not in ("yes", "no"):
            self.problem(column, words.YES_NO)
        return self.cells[column] == "yes"

    def _read(
        self, column: str, read: Callable[[str], Value], said: Text, fits: Callable[[Value], bool]
    ) -> Value | None:
        if not self.cells[column]:
            return None
        try:
            value = read(self.cells[column])
        except ValueError:
            self.problem(column, said)
            return None
        if not fits(value):
            self.problem(column, said)
            return None
        return value


def rows(path: Path, columns: Sequence[str], problems: list[Problem]) -> Iterator[Row]:
    """The table's lines, below one line with the ``columns``. Lines that start with ``#`` tell the source.

    Mistakes go to ``problems``; a line that does not fit its columns is told and left out."""
    try:
        _, text = read(path)
    except FileError as error:
        problems += error.problems
        return
    numbered = [
        (number, line)
        for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1)
        if line.strip() and not line.startswith("#")
    ]
    header: list[str] = []
    for number, line in numbered:
        try:
            cells = [cell.strip() for cell in next(csv.reader([line], strict=True))]
        except (csv.Error, StopIteration):
            problems.append(Problem(str(path), number, "", words.NOT_CSV))
            continue
        if not header:
            header = cells
            if not _fits(path, number, header, columns, problems):
                return
        elif len(cells) != len(header):
            problems.append(Problem(str(path), number, "", words.cells(len(header), len(cells))))
        else:
            yield Row(path, number, dict(zip(header, cells, strict=True)), problems)
    if not header:
        problems.append(Problem(str(path), 1, "", words.first_line(columns)))


def _fits(path: Path, line: int, header: list[str], columns: Sequence[str], problems: list[Problem]) -> bool:
    missing = [name for name in columns if name not in header]
    for name in missing:
        problems.append(Problem(str(path), line, name, words.COLUMN_MISSING))
    for name in header:
        if name not in columns:
            near = meant(name, columns)
            said = Text(f"không có cột này{near.vi}", f"no such column{near.en}")
            problems.append(Problem(str(path), line, name, said))
    if len(set(header)) != len(header):
        problems.append(Problem(str(path), line, "", words.COLUMN_TWICE))
        return False
    return not missing
