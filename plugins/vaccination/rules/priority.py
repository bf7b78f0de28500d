"""Priority groups as of a day, from ``config/vaccination/priority_groups.toml``. Puts nobody into a group: people are registered so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from pydantic import Field

from config.vaccination import FOLDER
from kiosk.domain import Text
from kiosk.toml_file import FileError, Problem, parsed, read
from kiosk.toml_lines import TomlLines
from plugins.vaccination.rules import file_words as words
from plugins.vaccination.rules.forms import Dated, Name, Table, Words


@dataclass(frozen=True, slots=True)
class Group:
    """``order``: 1 is called first. ``from_age``: at this age, in whole years, a person is of the group by age alone."""

    id: str
    order: int
    text: Text
    from_age: int | None = None


@dataclass(frozen=True, slots=True)
class PriorityList:
    """The groups of one decision, first called first."""

    id: str
    title: Text
    valid_from: date
    valid_until: date | None
    legal_basis: str
    minimum_age_years: int
    groups: tuple[Group, ...]

    def group(self, group_id: str) -> Group | None:
        return next((one for one in self.groups if one.id == group_id), None)

    def by_age(self, age: int) -> tuple[Group, ...]:
        """The groups that a person is in by age alone."""
        return tuple(one for one in self.groups if one.from_age is not None and age >= one.from_age)


@dataclass(frozen=True, slots=True)
class Priorities:
    lists: tuple[PriorityList, ...]

    def as_of(self, day: date) -> PriorityList | None:
        """The list in force on that day."""
        for one in self.lists:
            if one.valid_from <= day and (one.valid_until is None or day <= one.valid_until):
                return one
        return None


class _GroupTable(Table):
    id: Name
    order: int = Field(ge=1, le=99)
    text: Words
    from_age: int | None = Field(default=None, ge=0, le=130)


class _ListTable(Dated):
    minimum_age_years: int = Field(ge=0, le=130)
    group: list[_GroupTable] = Field(min_length=1, max_length=60)


class _FileTable(Table):
    decision: list[_ListTable] = Field(min_length=1)


def load_priorities(folder: Path = FOLDER) -> Priorities:
    """The lists in ``priority_groups.toml``. Raises ``FileError`` with file, line and key of every mistake."""
    path = folder / "priority_groups.toml"
    _, text = read(path)
    lines = TomlLines(text)
    table = parsed(path, text, lines, _FileTable)
    problems: list[Problem] = []
    for number, one in enumerate(table.decision):
        ids = [group.id for group in one.group]
        problems += [
            Problem(
                str(path),
                lines.of(("decision", number, "group", place, "id")),
                f"decision {one.id!r} group",
                Text("đã có nhóm khác tên này", "another group is called so"),
            )
            for place, name in enumerate(ids)
            if name in ids[:place]
        ]
    ordered = sorted(enumerate(table.decision), key=lambda pair: pair[1].valid_from)
    for (_, first), (number, second) in pairwise(ordered):
        if first.valid_until is None or second.valid_from <= first.valid_until:
            said = words.in_force_already(repr(first.id))
            problems.append(Problem(str(path), lines.of(("decision", number, "valid_from")), "valid_from", said))
    if problems:
        raise FileError(problems)
    return Priorities(tuple(_made(one) for _, one in ordered))


def _made(table: _ListTable) -> PriorityList:
    groups = sorted(table.group, key=lambda one: one.order)
    return PriorityList(
        table.id,
        table.title.text(),
        table.valid_from,
        table.valid_until,
        table.legal_basis,
        table.minimum_age_years,
        tuple(Group(one.id, one.order, one.text.text(), one.from_age) for one in groups),
    )
