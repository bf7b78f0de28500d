"""What is wrong with a row of a list: where, and what was expected. Never what was found: the report names nobody."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kiosk.domain import Text

_RISKY = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """``row``: line of the file; ``column``: its name as the file has it, empty where the whole row is meant."""

    row: int
    column: str
    code: str
    text: Text

    def as_dict(self) -> dict[str, object]:
        return {"row": self.row, "column": self.column, "code": self.code, "vi": self.text.vi, "en": self.text.en}


def as_csv(problems: Iterable[RowProblem]) -> str:
    """The report for a spreadsheet: UTF-8 with a mark, so that it shows the letters."""
    rows = [(one.row, one.column, one.text.vi, one.text.en) for one in problems]
    return csv_text(("dòng / row", "cột / column", "cần sửa", "to correct"), rows)


def csv_text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV that a spreadsheet opens and never computes with: a cell that would be a formula begins with an apostrophe."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def guarded(cell: object) -> object:
    """Numbers stay numbers; text that begins like a formula is marked as text (OWASP: CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell
