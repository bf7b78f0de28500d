"""Data files that people write: TOML of a fixed form, read and held against it. Every mistake has file, line and key; knows no rules."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.toml_lines import TomlLines

MAX_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file. ``line`` counts from 1; ``key`` is where, in the file's words."""

    file: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: {self.key}: {self.message}"
            if self.key
            else f"{self.file}:{self.line}: {self.message}"
        )


class FileError(ValueError):
    """Files that cannot be used. ``problems`` has every mistake that could be told at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def read(path: Path) -> tuple[bytes, str]:
    """The file's bytes, and its text with lines ended the same way everywhere. Raises ``FileError``."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FileError([Problem(str(path), 1, "", f"cannot be read: {error.strerror}")]) from None
    if len(raw) > MAX_BYTES:
        raise FileError([Problem(str(path), 1, "", f"larger than {MAX_BYTES} bytes")])
    try:
        return raw, raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise FileError([Problem(str(path), line, "", "not UTF-8: save the file as UTF-8")]) from None


def parsed(path: Path, text: str, lines: TomlLines, model: type[Model]) -> Model:
    """The text as a document of the form ``model``. Raises ``FileError`` with every mistake in the form."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at line ")
        line = int(place.split(",")[0]) if place[:1].isdigit() else text.count("\n") + 1
        raise FileError([Problem(str(path), line, "", f"not TOML: {message}")]) from None
    except (RecursionError, ValueError) as error:
        if not isinstance(error, ValidationError):  # tomllib lets some through for impossible dates and deep brackets
            raise FileError([Problem(str(path), 1, "", "not TOML that can be read")]) from None
        problems = [
            Problem(str(path), lines.of(fault["loc"]), dotted(fault["loc"]), _message(fault, model))
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise FileError(sorted(problems, key=lambda one: one.line)) from None


def _message(fault: Any, model: type[BaseModel]) -> str:
    kind = fault["type"]
    if kind == "extra_forbidden":
        return f"no such key here{did_you_mean(str(fault['loc'][-1]), _keys(model))}"
    if kind == "missing":
        return "this key is missing"
    return str(fault["msg"]).removeprefix("Value error, ")


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


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """“; did you mean …?”, or nothing."""
    known = list(names)
    close = get_close_matches(name, known, n=2, cutoff=0.6) or [
        one for one in known if one.rpartition(".")[2] == name.rpartition(".")[2]
    ]
    return f"; did you mean {' or '.join(repr(one) for one in close[:3])}?" if close else ""
