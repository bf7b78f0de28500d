"""A day's doses as CSV for a spreadsheet: UTF-8 with a byte order mark, so that Excel shows the letters, and no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\n",
    "＝",
    "＋",
    "－",
    "＠",
)  # full-width signs too: Excel takes some for plain ones
BOM = "\ufeff"


def guarded(value: object) -> str:
    """The cell's text; what a spreadsheet would take for a formula begins with an apostrophe (CWE-1236)."""
    text = "" if value is None else str(value)
    return "'" + text if text.lstrip(" \u00a0").startswith(FORMULA) else text


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """RFC 4180, every cell quoted."""
    output = io.StringIO(newline="")
    writer = csv.writer(output, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([guarded(one) for one in head])
    writer.writerows([guarded(one) for one in row] for row in rows)
    return (BOM + output.getvalue()).encode("utf-8", "replace")
