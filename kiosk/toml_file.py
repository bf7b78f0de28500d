"""Data files that people write: TOML of a fixed form, read and held against it. Every mistake has file, line and key, and words
in both languages; knows no rules."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.domain import Text
from kiosk.explained import text_of
from kiosk.settings.words import expected, not_toml
from kiosk.toml_lines import TomlLines

MAX_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file. ``line`` counts from 1; ``key`` is where, in the file's words; ``text``: what is wrong."""

    file: str
    line: int
    key: str
    text: Text

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return self.text.en

    def in_language(self, language: str) -> str:
        """One line: ``file:line: key: words``."""
        return ": ".join(filter(None, [f"{self.file}:{self.line}", self.key, self.text.in_language(language)]))

    def __str__(self) -> str:
        return self.in_language("en")


class FileError(ValueError):
    """Files that cannot be used. ``problems`` has every mistake that could be told at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)

    def in_language(self, language: str) -> str:
        """Every mistake, a line each."""
        return "\n".join(problem.in_language(language) for problem in self.problems)


def read(path: Path) -> tuple[bytes, str]:
    """The file's bytes, and its text with lines ended the same way everywhere. Raises ``FileError``."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        there_is_none = Text("không có tệp này", "there is no such file")
        why = there_is_none if isinstance(error, FileNotFoundError) else text_of(error)
        text = Text(f"không đọc được: {why.vi}", f"cannot be read: {why.en}")
        raise FileError([Problem(str(path), 1, "", text)]) from None
    if len(raw) > MAX_BYTES:
        raise FileError(
            [Problem(str(path), 1, "", Text(f"lớn hơn {MAX_BYTES} byte", f"larger than {MAX_BYTES} bytes"))]
        )
    try:
        return raw, raw.decode("utf-8-sig").replace("\r\n", "\n")  # some editors put a mark before everything else
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        text = Text("không phải UTF-8: hãy lưu tệp dạng UTF-8", "not UTF-8: save the file as UTF-8")
        raise FileError([Problem(str(path), line, "", text)]) from None


def parsed(path: Path, text: str, lines: TomlLines, model: type[Model]) -> Model:
    """The text as a document of the form ``model``. Raises ``FileError`` with every mistake in the form."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at line ")
        line = int(place.split(",")[0]) if place[:1].isdigit() else text.count("\n") + 1
        raise FileError([Problem(str(path), line, "", not_toml(message))]) from None
    except (RecursionError, ValueError) as error:
        if not isinstance(error, ValidationError):  # tomllib lets some through for impossible dates and deep brackets
            raise FileError([Problem(str(path), 1, "", not_toml(""))]) from None
        problems = [
            Problem(str(path), lines.of(fault["loc"]), dotted(fault["loc"]), _words(fault, model))
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise FileError(sorted(problems, key=lambda one: one.line)) from None


def _words(fault: Any, model: type[BaseModel]) -> Text:
    kind = fault["type"]
    if kind == "extra_forbidden":
        near = meant(str(fault["loc"][-1]), _keys(model))
        return Text(f"không có khóa này ở đây{near.vi}", f"no such key here{near.en}")
    if kind == "missing":
        return Text("thiếu khóa này", "this key is missing")
    if kind == "value_error":
        return text_of(fault["ctx"]["error"])
    return expected(fault)


def _keys(model: type[BaseModel]) -> set[str]:
    """Every key that a file of this form may have, anywhere in it."""
    found: set[str] = set()
    waiting: list[Any] = [model.model_json_schema()]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            found |= set(one.get("properties", {}))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return found


def dotted(where: Sequence[str | int]) -> str:
    """A path for people: they count from one."""
    return ".".join(str(step + 1) if isinstance(step, int) else step for step in where)


def meant(name: str, names: Iterable[str]) -> Text:
    """“; did you mean …?” in both languages, or nothing."""
    known = list(names)
    close = get_close_matches(name, known, n=2, cutoff=0.6) or [
        one for one in known if one.rpartition(".")[2] == name.rpartition(".")[2]
    ]
    shown = [repr(one) for one in close[:3]]
    if not shown:
        return Text("", "")
    return Text(f"; ý bạn là {' hay '.join(shown)}?", f"; did you mean {' or '.join(shown)}?")
