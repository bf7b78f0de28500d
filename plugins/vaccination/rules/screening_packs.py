"""Screening packs from files: read, held together, dated. Every mistake with file, line and key. Only this reads them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from config import value_set
from config.vaccination.screening import FOLDER
from kiosk.domain import Choice, Text
from kiosk.toml_file import FileError, Problem, dotted, meant, parsed, read
from kiosk.toml_lines import TomlLines
from plugins.vaccination.rules import file_words as words
from plugins.vaccination.rules.screening_file import AgeTable, PackTable, QuestionTable, VitalTable

YES_NO = (Choice("yes", Text("Có", "Yes")), Choice("no", Text("Không", "No")))


@dataclass(frozen=True, slots=True)
class Pack:
    """One decision's screening, for a span of days. ``digest``: SHA-256 of its file, in hexadecimal, for records to name.
    Questions and vital signs stand in the order in which they are asked."""

    id: str
    digest: str
    title: Text
    valid_from: date
    valid_until: date | None
    legal_basis: str
    source: tuple[str, ...]
    not_found: str
    observe_minutes: int
    aftercare: Text | None
    vaccines: tuple[str, ...]
    questions: tuple[QuestionTable, ...]
    vitals: tuple[VitalTable, ...]
    ages: tuple[AgeTable, ...]

    def question(self, question_id: str) -> QuestionTable | None:
        return next((one for one in self.questions if one.id == question_id), None)

    def vital(self, vital_id: str) -> VitalTable | None:
        return next((one for one in self.vitals if one.id == vital_id), None)

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)


def choices_of(question: QuestionTable) -> tuple[Choice, ...]:
    """What can be picked; empty for a number."""
    if question.kind == "yes_no":
        return YES_NO
    return tuple(Choice(one.value, one.text()) for one in question.choices)


@dataclass(frozen=True, slots=True)
class Packs:
    """The packs over time, oldest first."""

    all: tuple[Pack, ...]

    def pack_as_of(self, day: date) -> Pack | None:
        """The pack in force on that day. None: no pack is, and so nobody can be found eligible."""
        return next((one for one in self.all if one.holds(day)), None)

    def by_digest(self, digest: str) -> Pack | None:
        """The pack that a record was made by, if it still stands unchanged."""
        return next((one for one in self.all if one.digest == digest), None)


def load_pack(path: Path, products: Collection[str] | None = None) -> Pack:
    """The pack in a TOML file. ``products``: the vaccines there are, by name; left out: those of the value set ``vaccines``. Raises
    ``FileError`` with every mistake."""
    known = {row["product"] for row in value_set("vaccines")} if products is None else products
    raw, text = read(path)
    lines = TomlLines(text)
    table = parsed(path, text, lines, PackTable)
    problems = [Problem(str(path), lines.of(where), _key(where, table), said) for where, said in _unfit(table, known)]
    if problems:
        raise FileError(sorted(problems, key=lambda one: one.line))
    return Pack(
        table.id,
        hashlib.sha256(raw).hexdigest(),
        table.title.text(),
        table.valid_from,
        table.valid_until,
        table.legal_basis,
        tuple(table.sources),
        table.not_found,
        table.observe_minutes,
        table.aftercare.text() if table.aftercare else None,
        tuple(table.vaccines),
        tuple(table.question),
        tuple(table.vital),
        tuple(table.age),
    )


def load_packs(folder: Path = FOLDER) -> Packs:
    """Every pack in a folder (``*.toml``). Raises ``FileError``, also where two are in force on one day, or there is none."""
    packs: list[tuple[Path, Pack]] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        try:
            packs.append((path, load_pack(path)))
        except FileError as error:
            problems += error.problems
    packs.sort(key=lambda one: one[1].valid_from)
    for (path, pack), (other, following) in pairwise(packs):
        if pack.valid_until is None or following.valid_from <= pack.valid_until:
            said = words.in_force_already(path.name)
            problems.append(Problem(str(other), TomlLines(read(other)[1]).of(("valid_from",)), "valid_from", said))
        if pack.id == following.id:
            said = Text(f"{path.name} đã có tên này", f"{path.name} is called so")
            problems.append(Problem(str(other), TomlLines(read(other)[1]).of(("id",)), "id", said))
    if not packs and not problems:
        problems.append(
            Problem(str(folder), 1, "", Text("ở đây không có bộ câu hỏi sàng lọc nào", "no screening pack is here"))
        )
    if problems:
        raise FileError(problems)
    return Packs(tuple(pack for _, pack in packs))


Where = tuple[str | int, ...]


def _unfit(table: PackTable, products: Collection[str]) -> Iterator[tuple[Where, Text]]:
    """Names that are used twice or point nowhere."""
    yield from _unknown_vaccines(table, products)
    above: dict[str, QuestionTable] = {}
    for number, question in enumerate(table.question):
        where: Where = ("question", number)
        if question.id in above:
            yield (*where, "id"), Text("đã có câu hỏi khác tên này", "another question is called so")
        parent = above.get(question.after) if question.after else None
        if question.after and parent is None:
            yield (*where, "after"), _none_called("câu hỏi nào ở trên", "question above", question.after, above)
        elif parent is not None:
            allowed = [one.value for one in choices_of(parent)]
            if question.after_answer not in allowed:
                expected = ", ".join(allowed)
                said = Text(
                    f"{question.after_answer!r} không phải câu trả lời cho {parent.id!r}; "
                    f"cần {expected or 'một câu hỏi có câu trả lời để chọn'}",
                    f"{question.after_answer!r} is no answer to {parent.id!r}; "
                    f"expected {expected or 'a question with answers to pick'}",
                )
                yield (*where, "after_answer"), said
        above[question.id] = question
    vitals = MappingProxyType({one.id: one for one in table.vital})
    for number, vital in enumerate(table.vital):
        where = ("vital", number)
        if [one.id for one in table.vital[:number]].count(vital.id):
            yield (*where, "id"), Text("đã có chỉ số khác tên này", "another vital sign is called so")
        for name in vital.after:
            if name not in above or above[name].kind != "yes_no":
                yield (*where, "after"), _none_called("câu hỏi có/không nào", "question of yes or no", name, above)
        for place, limit in enumerate(vital.limit):
            if limit.above_vital is not None and limit.above_vital not in vitals:
                said = _none_called("chỉ số nào", "vital sign", limit.above_vital, vitals)
                yield (*where, "limit", place, "above_vital"), said


def _unknown_vaccines(table: PackTable, products: Collection[str]) -> Iterator[tuple[Where, Text]]:
    """A rule for a vaccine whose name has a slip would hold for nobody, and nobody would notice."""
    named: list[tuple[Where, list[str]]] = [(("vaccines",), table.vaccines)]
    for number, question in enumerate(table.question):
        named.append((("question", number, "vaccines"), question.vaccines))
        named += [
            (("question", number, "consequence", at, "vaccines"), one.vaccines)
            for at, one in enumerate(question.consequence)
        ]
    for number, vital in enumerate(table.vital):
        named += [(("vital", number, "limit", at, "vaccines"), one.vaccines) for at, one in enumerate(vital.limit)]
    named += [(("age", number, "vaccines"), one.vaccines) for number, one in enumerate(table.age)]
    for where, names in named:
        for name in names:
            if name not in products:
                yield where, _none_called("vắc xin nào", "vaccine", name, products)


def _none_called(vi: str, en: str, name: str, names: Iterable[str]) -> Text:
    """That there is nothing of this name, with what may have been meant."""
    near = meant(name, names)
    return Text(f"không có {vi} tên {name!r}{near.vi}", f"no {en} is called {name!r}{near.en}")


def _key(where: Sequence[str | int], table: PackTable) -> str:
    named: Any = {"question": table.question, "vital": table.vital}.get(str(where[0]))
    if named is None:
        return dotted(where)
    return f"{where[0]} {named[int(where[1])].id!r} {dotted(where[2:])}".rstrip()
