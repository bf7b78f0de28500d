"""In which language the command line speaks, and how its commands say something. Pages have their own languages."""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from kiosk.domain import Text

CHOSEN = "kiosk.language"
LANGUAGES = ("vi", "en")
TRANSLATIONS = Path(__file__).resolve().parent / "translations"  # of what click itself says


def language_of(environment: Mapping[str, str]) -> str:
    """ "vi" or "en": as ``KIOSK_LANG`` says, else the system's locale; English where neither is Vietnamese."""
    for name in ("KIOSK_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return "vi" if value.lower().startswith("vi") else "en"
    return "en"


def language() -> str:
    """The language of the command that runs."""
    context = click.get_current_context(silent=True)
    chosen = context.find_root().meta.get(CHOSEN) if context else None
    return chosen or language_of(os.environ)


def speak(chosen: str) -> None:
    """Have click's own words in this language too: they come by gettext, which looks at LANGUAGE first."""
    os.environ["LANGUAGE"] = chosen
    gettext.bindtextdomain("messages", str(TRANSLATIONS))


def words(text: Text) -> str:
    return text.in_language(language())


def say(text: Text, err: bool = False) -> None:
    """Print it, on standard error with ``err``."""
    click.echo(words(text), err=err)


class Stopped(click.ClickException):
    """Ends the command with words and an exit status."""

    def __init__(self, text: Text, exit_code: int = 1) -> None:
        super().__init__(words(text))
        self.text = text
        vars(self)["exit_code"] = exit_code  # click has it as a class variable, and reads it from the instance


def stop(vi: str, en: str, exit_code: int = 1) -> NoReturn:
    """End the command: what is wrong and what to do, in both languages. Raises ``Stopped``."""
    raise Stopped(Text(vi, en), exit_code)


def parted(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """(what ``--lang`` says wherever it stands, as ``--lang=…``; the other arguments), so that no command need know of it.

    What follows ``--`` is left alone. A ``--lang`` that nothing follows is all that is left, to be told so.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    languages: list[str] = []
    others: list[str] = []
    given = iter(arguments[:end])
    for one in given:
        if one == "--lang":
            value = next(given, None)
            if value is None:
                return [one], []
            languages.append(f"--lang={value}")
        else:
            (languages if one.startswith("--lang=") else others).append(one)
    return languages, [*others, *arguments[end:]]


def choose_language(context: click.Context, chosen: str) -> None:
    """For all that this invocation says from now on."""
    context.find_root().meta[CHOSEN] = chosen
    speak(chosen)


def _choose(context: click.Context, _option: click.Parameter, value: str | None) -> None:
    if value:
        choose_language(context, value)


def language_option(command: Any) -> Any:
    """``--lang``, of the command as a whole."""
    return click.option(
        "--lang",
        type=click.Choice(LANGUAGES),
        is_eager=True,
        expose_value=False,
        callback=_choose,
        help="Tiếng Việt hoặc English, anywhere in the command. Default: KIOSK_LANG, else the system's language.",
    )(command)
