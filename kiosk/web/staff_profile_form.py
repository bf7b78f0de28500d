"""A form made from the settings' models, and its answers put into the TOML text with comments kept. Saves nothing.

Settings that are lists or tables of devices have no field here: they are edited as text.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

import tomlkit
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kiosk.settings.mistakes import Mistake
from kiosk.settings.profile import JournalSettings, LimitSettings, ServerSettings, SiteSettings

CORE_SECTIONS: dict[str, type[BaseModel]] = {
    "site": SiteSettings,
    "server": ServerSettings,
    "limits": LimitSettings,
    "journal": JournalSettings,
}
SECRET_WORDS = ("password", "secret", "token", "passphrase")


@dataclass(slots=True)
class FormField:
    """One setting. ``kind``: text, number, select, secret. ``name`` is the key with its section: "site.name"."""

    name: str
    key: str
    kind: str
    value: str
    hint: str = ""
    choices: Sequence[str] = ()
    step: str = "1"
    error: str = ""


@dataclass(slots=True)
class FormSection:
    """The settings of one table. ``others``: keys that only the text editor can change."""

    name: str
    fields: list[FormField] = field(default_factory=list)
    others: list[str] = field(default_factory=list)


def make_form(values: Mapping[str, Any], models: Mapping[str, type[BaseModel]]) -> list[FormSection]:
    """The form for a profile's ``values``; ``models``: the settings model of each plugin."""
    sections = []
    for name, model in _sections(models):
        present = _table(values, name)
        section = FormSection(name)
        for key, info in model.model_fields.items():
            made = _field(name, key, info, present)
            if made is None:
                section.others.append(key)
            else:
                section.fields.append(made)
        if section.fields or section.others:
            sections.append(section)
    return sections


def fill(
    sections: Sequence[FormSection], submitted: Mapping[str, str], problems: Sequence[Mistake], language: str
) -> list[Mistake]:
    """Put back what was typed, and each problem at its field; returns the problems that belong to no field."""
    fields = {one.name: one for section in sections for one in section.fields}
    for name, one in fields.items():
        if name in submitted and one.kind != "secret":
            one.value = submitted[name]
    rest = []
    for problem in problems:
        if problem.key in fields:
            fields[problem.key].error = problem.text.in_language(language)
        else:
            rest.append(problem)
    return rest


def apply(text: str, submitted: Mapping[str, str], models: Mapping[str, type[BaseModel]]) -> str:
    """``text`` with the submitted values that differ from what it says. What does not fit its type goes in as typed, for
    the check to name. Raises ``tomlkit.exceptions.TOMLKitError``."""
    document = tomlkit.parse(text)
    values = document.unwrap()
    for name, model in _sections(models):
        present = _table(values, name)
        for key, info in model.model_fields.items():
            full = f"{name}.{key}"
            kind = _kind(info.annotation)
            if full not in submitted or kind is None or (_secret(key) and not submitted[full]):
                continue
            new = _convert(submitted[full], info.annotation)
            old = present[key] if key in present else _default(info)
            if not _fits_a_line(old):
                continue
            if new is None:
                if key in present:
                    del _open(document, name)[key]
            elif type(new) is not type(old) or new != old:
                _open(document, name)[key] = new
    return tomlkit.dumps(document)


def _sections(models: Mapping[str, type[BaseModel]]) -> Iterator[tuple[str, type[BaseModel]]]:
    yield from CORE_SECTIONS.items()
    for plugin, model in models.items():
        yield f"plugin.{plugin}", model


def _table(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Any = values
    for part in name.split("."):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _open(document: Any, name: str) -> Any:
    """The document's table of this name, made where it is not there."""
    table = document
    parts = name.split(".")
    for number, part in enumerate(parts):
        if part not in table:
            table[part] = tomlkit.table(is_super_table=number < len(parts) - 1)
        table = table[part]
    return table


def _field(section: str, key: str, info: FieldInfo, present: Mapping[str, Any]) -> FormField | None:
    kind = _kind(info.annotation)
    if kind is None:
        return None
    value = present[key] if key in present else _default(info)
    if isinstance(value, list | dict) or not _fits_a_line(value):
        return None
    made = FormField(f"{section}.{key}", key, "secret" if _secret(key) else kind, _shown(value), info.description or "")
    if kind == "select":
        made.choices = _choices(info.annotation)
    if kind == "number" and float in (info.annotation, *get_args(info.annotation)):
        made.step = "any"
    if made.kind == "secret":
        made.value = ""
    return made


def _kind(annotation: Any) -> str | None:
    inner = _without_none(annotation)
    if inner is bool or get_origin(inner) is Literal:
        return "select"
    if inner in (int, float):
        return "number"
    return "text" if inner in (str, Path) else None


def _choices(annotation: Any) -> list[str]:
    inner = _without_none(annotation)
    return ["true", "false"] if inner is bool else [str(choice) for choice in get_args(inner)]


def _convert(text: str, annotation: Any) -> Any:
    inner = _without_none(annotation)
    if inner is str and inner is annotation:
        return text
    text = text.strip()
    if text == "":
        return None
    if inner is bool:
        return text == "true"
    if get_origin(inner) is Literal:
        return next((choice for choice in get_args(inner) if str(choice) == text), text)
    try:
        return inner(text) if inner in (int, float) else text
    except ValueError:
        return text


def _without_none(annotation: Any) -> Any:
    if get_origin(annotation) in (Union, types.UnionType):
        rest = [one for one in get_args(annotation) if one is not type(None)]
        return rest[0] if len(rest) == 1 else annotation
    return annotation


def _default(info: FieldInfo) -> Any:
    default = info.get_default(call_default_factory=False)
    return None if info.is_required() else (str(default) if isinstance(default, Path) else default)


def _fits_a_line(value: Any) -> bool:
    """Whether a browser's input field gives this text back as it was: no line ends, tabs, or space at the ends."""
    return not isinstance(value, str) or (value == value.strip() and value.isprintable())


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _secret(key: str) -> bool:
    return any(word in key for word in SECRET_WORDS)
