"""The profile's file: where edits may go, whether a text would be usable, and writing it whole with its comments kept.

Only a technician's explicit save comes here. Shipped profiles are never written: updates replace them.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit
from pydantic import BaseModel
from tomlkit.exceptions import TOMLKitError

from kiosk.plugin_host.host import installed_plugins
from kiosk.plugin_host.loading import settings_model
from kiosk.settings.mistakes import Mistake, ProfileError
from kiosk.settings.profile import PROFILES, check_section, read_profile
from kiosk.settings.words import not_toml

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

log = logging.getLogger(__name__)

ASIDE = "#~ "  # before each line of a disabled plugin's section, so that enabling it brings its settings back


class NotWritableError(Exception):
    """There is no file that may be written; ``reason`` for the reader."""


@dataclass(frozen=True, slots=True)
class ProfileFile:
    """Where the profile was read from, and where edits go: the same file, or a copy in the data directory, or (None) nowhere yet."""

    running: Path
    target: Path | None
    copy: Path
    fallback: str  # the profile's content where it was not read from a file

    @classmethod
    def of(cls, appliance: Appliance) -> ProfileFile:
        running = appliance.profile.path
        copy = appliance.data_dir / "profiles" / f"{appliance.settings.site.id}.toml"
        own = running.is_file() and not running.resolve().is_relative_to(PROFILES)
        target = running if own else (copy if copy.is_file() else None)
        core = appliance.profile.core.model_dump(mode="json", exclude_defaults=True)
        return cls(running, target, copy, tomlkit.dumps({**core, "plugin": appliance.profile.sections}))

    @property
    def is_copy(self) -> bool:
        """Whether edits go to a file that the appliance does not run from yet."""
        return self.target is not None and self.target != self.running

    def text(self) -> str:
        """The file's text as it is now."""
        source = self.target or self.running
        try:
            return source.read_text("utf-8")
        except (OSError, UnicodeDecodeError):
            return self.fallback

    def values(self) -> dict[str, Any]:
        """The file's content; nothing of it is checked. {} where it is not TOML."""
        try:
            return tomlkit.parse(self.text()).unwrap()
        except TOMLKitError:
            return {}

    def plugins(self) -> list[str]:
        """The plugins that the file names."""
        listed = self.values().get("plugins", [])
        return [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []

    def digest(self) -> str:
        """Changes with the file: a form that was opened before somebody else saved must not undo that."""
        return hashlib.sha256(self.text().encode()).hexdigest()[:16]

    def save(self, text: str) -> None:
        """Check, then replace the file. Raises ``ProfileError`` or ``NotWritableError``; then nothing was changed."""
        if self.target is None:
            raise NotWritableError("a shipped profile")
        check(text, self.target)
        _replace(self.target, text)

    def save_copy(self) -> Path:
        """Copy the profile into the data directory, where it can be edited. An existing copy stays as it is."""
        if not self.copy.is_file():
            _replace(self.copy, self.text())
        return self.copy


def check(text: str, shown_as: Path) -> None:
    """Raises ``ProfileError`` where an appliance could not start from ``text``: core, and every named plugin's section."""
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder) / "profile.toml"
        draft.write_text(text, "utf-8")
        try:
            profile = read_profile(draft)
            problems = []
            for name, model in settings_models(profile.core.plugins).items():
                try:
                    check_section(draft, name, model, profile.sections.get(name, {}))
                except ProfileError as error:
                    problems += error.problems
            if problems:
                raise ProfileError(problems)
        except ProfileError as error:
            raise ProfileError([replace(one, file=str(shown_as)) for one in error.problems]) from None


def settings_models(plugins: list[str]) -> dict[str, type[BaseModel]]:
    """The settings model of each named plugin that is installed and can be imported."""
    installed = installed_plugins()
    models = {}
    for name in plugins:
        if name not in installed:
            continue
        try:
            models[name] = settings_model(installed[name])
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin does not keep the rest from being saved
            log.warning("the settings of plugin %s cannot be checked: %s", name, type(error).__name__)
    return models


def switch_plugin(file: ProfileFile, name: str, on: bool) -> None:
    """Name a plugin in ``plugins``, or take it out and put its settings aside. Raises like ``ProfileFile.save``."""
    text = _bring_back(file.text(), name) if on else _put_aside(file.text(), name)
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        line = getattr(error, "line", 0)  # a mistake in the grammar has one
        raise ProfileError([Mistake(str(file.target), line, "", not_toml(""))]) from None
    listed = document.get("plugins")
    if listed is None:
        listed = document["plugins"] = tomlkit.array()
    if on and name not in listed:
        listed.append(name)
    if not on and name in listed:
        listed.remove(name)
    file.save(tomlkit.dumps(document))


def _put_aside(text: str, name: str) -> str:
    """The lines of ``[plugin.NAME]`` and its sub-tables become comments."""
    lines, inside = [], False
    for line in text.splitlines():
        if re.match(r"\s*\[", line):
            inside = bool(re.match(rf"\s*\[{{1,2}}\s*plugin\s*\.\s*\"?{re.escape(name)}\"?\s*[.\]]", line))
        lines.append(ASIDE + line if inside and line.strip() else line)
    return "\n".join(lines) + "\n"


def _bring_back(text: str, name: str) -> str:
    lines, inside = [], False
    for line in text.splitlines():
        if line.startswith(ASIDE):
            bare = line.removeprefix(ASIDE)
            if re.match(r"\s*\[", bare):
                inside = bool(re.match(rf"\s*\[{{1,2}}\s*plugin\s*\.\s*\"?{re.escape(name)}\"?\s*[.\]]", bare))
            lines.append(bare if inside else line)
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _replace(path: Path, text: str) -> None:
    """All of the new text or all of the old, durable on return."""
    real = path.resolve()
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        mode = real.stat().st_mode & 0o777 if real.exists() else 0o640
        draft = real.with_name(real.name + ".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(real)
        folder = os.open(real.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise NotWritableError(error.strerror or "cannot be written") from None
