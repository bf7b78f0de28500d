"""How long a declaration counts, as of a day: dated terms that a health department can change, such as the shipped ones in
``config/declaration/validity.toml``. Issues nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kiosk.domain import Text
from kiosk.explained import Explained
from kiosk.toml_file import FileError, Problem, parsed, read
from kiosk.toml_lines import TomlLines
from plugins.declaration.pass_claims import LONGEST_HOURS

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "declaration" / "validity.toml"


@dataclass(frozen=True, slots=True)
class Term:
    """From ``valid_from`` on, of the site's days. Hours: how long a declaration for a place and for a journey counts."""

    valid_from: date
    place_hours: int
    movement_hours: int
    legal_basis: str


@dataclass(frozen=True, slots=True)
class Validity:
    """Every term, the oldest first; at least one."""

    terms: tuple[Term, ...]

    def as_of(self, day: date) -> Term:
        """The latest term that has begun; the first one where none has."""
        begun = [term for term in self.terms if term.valid_from <= day]
        return begun[-1] if begun else self.terms[0]

    def at(self, moment: datetime, time_zone: str) -> Term:
        """The same of the site's day at a moment (aware)."""
        return self.as_of(moment.astimezone(ZoneInfo(time_zone)).date())


def load(path: Path = SHIPPED) -> Validity:
    """The terms of a file. Raises ``kiosk.toml_file.FileError`` with file, line and key of every mistake."""
    _, content = read(path)
    lines = TomlLines(content)
    table = parsed(path, content, lines, _File)
    ordered = sorted(enumerate(table.term), key=lambda pair: pair[1].valid_from)
    problems = [
        Problem(
            str(path),
            lines.of(("term", number, "valid_from")),
            "valid_from",
            Text("đã có một mục từ ngày này", "another term begins on this day"),
        )
        for (_, first), (number, second) in pairwise(ordered)
        if first.valid_from == second.valid_from
    ]
    if problems:
        raise FileError(problems)
    return Validity(
        tuple(Term(one.valid_from, one.place_hours, one.movement_hours, one.legal_basis) for _, one in ordered)
    )


def _day(value: Any) -> Any:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Explained(
        "cần một ngày như 2021-08-10, không có dấu ngoặc kép", "expected a day such as 2021-08-10, without quotes"
    )


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Term(_Table):
    valid_from: Annotated[Any, AfterValidator(_day)]
    place_hours: int = Field(ge=1, le=LONGEST_HOURS)
    movement_hours: int = Field(ge=1, le=LONGEST_HOURS)
    legal_basis: str = Field(min_length=1, max_length=160)


class _File(_Table):
    term: list[_Term] = Field(min_length=1)
