"""Mistakes in a profile: file, line, key and words for each. What was expected is said by ``kiosk/settings/words.py``."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from kiosk.domain import Text
from kiosk.settings.words import expected
from kiosk.toml_lines import TomlLines


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake in a profile: where, and what was expected there. ``line`` 0 and ``key`` "": of the file as a whole."""

    file: str
    line: int
    key: str
    text: Text

    def in_language(self, language: str) -> str:
        """One line: ``file:line: key: words``."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(filter(None, [place, self.key, self.text.in_language(language)]))

    def __str__(self) -> str:
        return self.in_language("en")


class ProfileError(ValueError):
    """A profile that cannot be used, with every mistake that could be told at once."""

    def __init__(self, problems: Sequence[Mistake]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def mistakes(
    path: Path, above: tuple[str, ...], error: ValidationError, model: type[BaseModel], data: Any
) -> list[Mistake]:
    """What ``model`` found in ``data``, with the lines where it stands; ``above``: the tables around what was checked."""
    try:
        lines = TomlLines(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError):
        lines = None
    found = []
    for problem in error.errors(include_url=False):
        where = (*above, *_as_written(problem["loc"], data))
        words, value = expected(problem), problem.get("input")
        if problem["type"] == "extra_forbidden":
            words = _did_you_mean(words, str(where[-1]), model)
        if not isinstance(value, dict | list) and problem["type"] != "missing":
            words = Text(f"{words.vi}; đang là {value!r}", f"{words.en}, found {value!r}")
        found.append(Mistake(str(path), lines.of(where) if lines else 0, ".".join(map(str, where)), words))
    return found


def _as_written(where: Sequence[str | int], data: Any) -> list[str | int]:
    """The path as the file has it: a model of several kinds puts the kind's name in, where no key stands."""
    path: list[str | int] = []
    for number, step in enumerate(where):
        if isinstance(data, dict) and step not in data and number + 1 < len(where):
            continue
        path.append(step)
        known = isinstance(data, dict) and step in data
        listed = isinstance(data, list) and isinstance(step, int) and step < len(data)
        data = data[step] if known or listed else None
    return path


def _did_you_mean(words: Text, key: str, model: type[BaseModel]) -> Text:
    near = difflib.get_close_matches(key, _keys(model.model_json_schema()), 1)
    return Text(f"{words.vi} (ý bạn là {near[0]}?)", f"{words.en} (did you mean {near[0]}?)") if near else words


def _keys(schema: Any) -> set[str]:
    """Every key that a model of this JSON schema may have, anywhere in it."""
    if isinstance(schema, list):
        return set[str]().union(*map(_keys, schema))
    if not isinstance(schema, dict):
        return set()
    return set(schema.get("properties", {})).union(*map(_keys, schema.values()))
