"""Help of commands in the language of who asks. Commands are written with English help; other languages stand in catalogues
``translations/<language>/LC_MESSAGES/commands.mo`` of the package that a command comes from, a plugin's own beside the plugin.
"""

from __future__ import annotations

import copy
import gettext
import sys
from functools import lru_cache
from pathlib import Path

import click

DOMAIN = "commands"


def in_language(command: click.Command, language: str) -> click.Command:
    """The command, and what is below it, with help in this language; what no catalogue has stays English. The given one is not
    changed."""
    words = _catalogue(_module(command), language)
    spoken = copy.copy(command)
    spoken.help = _said(command.help, words)
    spoken.short_help = _said(command.short_help, words)
    if hasattr(spoken, "_help_option"):
        spoken._help_option = None  # click keeps --help as it was first worded
    spoken.params = [_option(one, words) for one in command.params]
    if isinstance(spoken, click.Group):
        spoken.commands = {name: in_language(one, language) for name, one in spoken.commands.items()}
    return spoken


def message_of(text: str) -> str:
    """A help text as catalogues name it: its paragraphs, however the code breaks their lines."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _option(parameter: click.Parameter, words: gettext.NullTranslations) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    spoken = copy.copy(parameter)
    spoken.help = _said(parameter.help, words)
    return spoken


def _said(text: str | None, words: gettext.NullTranslations) -> str | None:
    return words.gettext(message_of(text)) if text else text


def _module(command: click.Command) -> str:
    return getattr(command.callback, "__module__", "") if command.callback else ""


@lru_cache(maxsize=256)
def _catalogue(module: str, language: str) -> gettext.NullTranslations:
    """The catalogue of the nearest package around ``module`` that has one, and after it the core's."""
    own = gettext.translation(DOMAIN, Path(__file__).parent / "translations", [language], fallback=True)
    for folder in _folders(module):
        if (folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo").exists():
            found = gettext.translation(DOMAIN, folder, [language])
            found.add_fallback(own)
            return found
    return own


def _folders(module: str) -> list[Path]:
    """Where catalogues may lie: beside the module, and in the packages around it, the nearest first."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if not file:
        return []
    depth = module.count(".")  # a module of its own has no folder of its own
    return [parent / "translations" for parent in list(Path(file).parents)[:depth]]
