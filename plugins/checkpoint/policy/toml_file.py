"""TOML files of a fixed form: read and held against it, with file, line and key in every mistake. Knows no rules."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from kiosk.toml_lines import TomlLines
from plugins.checkpoint.policy.pack import PolicyError, Problem
from plugins.checkpoint.policy.typed import did_you_mean

MAX_BYTES = 1_000_000
Model = TypeVar("Model", bound=BaseModel)


def read(path: Path) -> tuple[bytes, str]:
    """The file's bytes, and its text with lines ended the same way everywhere. Raises ``PolicyError``."""
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise PolicyError([Problem(str(path), 1, "", f"cannot be read: {error.strerror}")]) from None
    if len(raw) > MAX_BYTES:
        raise PolicyError([Problem(str(path), 1, "", f"larger than {MAX_BYTES} bytes")])
    try:
        return raw, raw.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PolicyError([Problem(str(path), line, "", "not UTF-8: save the file as UTF-8")]) from None


def parsed(path: Path, text: str, lines: TomlLines, model: type[Model]) -> Model:
    """The text as a document of the form ``model``. Raises ``PolicyError`` with every mistake in the form."""
    try:
        return model.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at line ")
        line = int(place.split(",")[0]) if place[:1].isdigit() else text.count("\n") + 1
        raise PolicyError([Problem(str(path), line, "", f"not TOML: {message}")]) from None
    except (RecursionError, ValueError) as error:
        if not isinstance(error, ValidationError):  # tomllib lets some through for impossible dates and deep brackets
            raise PolicyError([Problem(str(path), 1, "", "not TOML that can be read")]) from None
        problems = [
            Problem(str(path), lines.of(fault["loc"]), dotted(fault["loc"]), _message(fault, model))
            for fault in error.errors(include_url=False, include_input=False)
        ]
        raise PolicyError(sorted(problems, key=lambda one: one.line)) from None


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
