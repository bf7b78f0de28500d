"""By how many days a doctor may let a dose be given before its time. Reads the table; whether a dose is early is ``course``'s business."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.vaccination import FOLDER
from kiosk.toml_file import FileError, Problem
from plugins.vaccination.rules import file_words as words
from plugins.vaccination.rules.tables import rows
from plugins.vaccination.rules.vaccine import Span, Vaccines

_COLUMNS = ("product", "days", "valid_from", "valid_until", "sure", "source")
_MOST_DAYS = 14


@dataclass(frozen=True, slots=True)
class EarlyDoses:
    """``allowed``: product, when the line holds, days."""

    allowed: tuple[tuple[str, Span, int], ...] = ()

    def days(self, product: str, on: date) -> int:
        """At most so many; 0 where nobody may."""
        return max((days for name, span, days in self.allowed if name == product and span.holds(on)), default=0)


def load_early(vaccines: Vaccines, folder: Path = FOLDER) -> EarlyDoses:
    """``early_doses.csv`` in ``folder``; a folder without it allows none. Raises ``FileError`` with every mistake."""
    path = folder / "early_doses.csv"
    if not path.exists():
        return EarlyDoses()
    problems: list[Problem] = []
    allowed = []
    for row in rows(path, _COLUMNS, problems):
        product = row.text("product")
        if product and vaccines.product_of(product) != product:
            row.problem("product", words.no_vaccine(product, vaccines.dated))
        since, until = row.day("valid_from"), row.day("valid_until")
        if not row.cells["valid_from"]:
            row.problem("valid_from", words.DAY)
        row.yes_no("sure")
        row.text("source")
        days = row.number("days", 1, _MOST_DAYS)
        if not row.cells["days"]:
            row.problem("days", words.whole_number(1, _MOST_DAYS))
        allowed.append((product, Span(since or date.min, until), days or 0))
    if problems:
        raise FileError(problems)
    return EarlyDoses(tuple(allowed))
