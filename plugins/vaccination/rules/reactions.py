"""Anaphylaxis: the grade that signs make, and the protocol's prompts in their order. From ``config/vaccination``; the doctor decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import Field

from config.vaccination import FOLDER
from kiosk.domain import Text
from kiosk.toml_file import FileError, Problem, parsed, read
from kiosk.toml_lines import TomlLines
from plugins.vaccination.rules.forms import Dated, Name, Table, Words

SUSPECTED, ARREST = 0, 4


@dataclass(frozen=True, slots=True)
class Sign:
    """``grade``: the least grade that it speaks for, 1 to 4."""

    id: str
    organ: str
    grade: int
    text: Text


@dataclass(frozen=True, slots=True)
class Prompt:
    """One step. ``minutes``: do it again after so many; None: once."""

    id: str
    text: Text
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Grade:
    """``grade``: 0 (suspected) to 4. It holds when signs of ``signs_of`` are seen in at least ``organs`` organs."""

    grade: int
    title: Text
    signs_of: frozenset[int]
    organs: int
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True)
class Protocol:
    """One circular: its signs, and its grades from the highest down."""

    id: str
    title: Text
    valid_from: date
    legal_basis: str
    signs: tuple[Sign, ...]
    grades: tuple[Grade, ...]

    def grade_of(self, signs: Collection[str]) -> int | None:
        """The highest grade that the signs (by id) make; 0 where there are some that make none; None where there is no sign.

        Raises ``ValueError`` for a sign that is not in the protocol: leaving it out could make the grade too low."""
        known = {one.id: one for one in self.signs}
        strange = sorted(set(signs) - known.keys())
        if strange:
            raise ValueError(f"no sign is called {', '.join(strange)}")
        if not signs:
            return None
        seen = [known[one] for one in set(signs)]
        for grade in self.grades:
            counted = [one for one in seen if one.grade in grade.signs_of]
            # a mild grade is a statement about all signs: with others beside it is a suspicion of more
            is_whole = grade.grade > 1 or len(counted) == len(seen)
            if is_whole and len({one.organ for one in counted}) >= grade.organs:
                return grade.grade
        return SUSPECTED

    def grade(self, grade: int) -> Grade:
        """The grade's title and prompts. Raises ``ValueError`` for a number that is none."""
        for one in self.grades:
            if one.grade == grade:
                return one
        raise ValueError(f"no grade {grade}")

    def prompts(self, grade: int) -> tuple[Prompt, ...]:
        """What to do, in this order."""
        return self.grade(grade).prompts


class _SignTable(Table):
    id: Name
    organ: Name
    grade: int = Field(ge=1, le=ARREST)
    text: Words


class _PromptTable(Table):
    id: Name
    text: Words
    minutes: int | None = Field(default=None, ge=1, le=120)


class _GradeTable(Table):
    grade: int = Field(ge=SUSPECTED, le=ARREST)
    title: Words
    signs_of: list[int] = Field(min_length=1, max_length=4)
    organs: int = Field(ge=1, le=5)
    prompt: list[_PromptTable] = Field(min_length=1, max_length=20)


class _ProtocolTable(Dated):
    sign: list[_SignTable] = Field(min_length=1, max_length=40)
    grade: list[_GradeTable] = Field(min_length=5, max_length=5, description="0 to 4, each once")


def load_protocol(folder: Path = FOLDER) -> Protocol:
    """The protocol in ``anaphylaxis.toml``. Raises ``FileError`` with file, line and key of every mistake."""
    path = folder / "anaphylaxis.toml"
    _, text = read(path)
    lines = TomlLines(text)
    table = parsed(path, text, lines, _ProtocolTable)
    problems = [
        Problem(
            str(path),
            lines.of((kind, number, key)),
            f"{kind} {value}",
            Text("đã có mục khác tên này", "another one is called so"),
        )
        for kind, key, values in (
            ("sign", "id", [one.id for one in table.sign]),
            ("grade", "grade", [one.grade for one in table.grade]),
        )
        for number, value in enumerate(values)
        if value in values[:number]
    ]
    if problems:
        raise FileError(problems)
    grades = sorted(table.grade, key=lambda one: -one.grade)
    return Protocol(
        table.id,
        table.title.text(),
        table.valid_from,
        table.legal_basis,
        tuple(Sign(one.id, one.organ, one.grade, one.text.text()) for one in table.sign),
        tuple(
            Grade(
                one.grade,
                one.title.text(),
                frozenset(one.signs_of),
                one.organs,
                tuple(Prompt(step.id, step.text.text(), step.minutes) for step in one.prompt),
            )
            for one in grades
        ),
    )
