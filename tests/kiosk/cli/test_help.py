"""Help of every command in Vietnamese and English, wherever ``--lang`` stands."""

from __future__ import annotations

import gettext
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.cli.helping import DOMAIN, in_language, message_of
from tests.support.processes import ROOT


def help_texts(command: click.Command, name: str = "kiosk") -> Iterator[tuple[str, str]]:
    """(where, text) of a command, its options and what is below it."""
    if command.help:
        yield name, command.help
    for option in command.params:
        if isinstance(option, click.Option) and option.help:
            yield f"{name} {option.opts[0]}", option.help
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from help_texts(found, f"{name} {below}")


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIOSK_LANG", "en")
        return dict(help_texts(main))


@pytest.fixture(scope="module")
def vietnamese() -> dict[str, str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIOSK_LANG", "vi")
        return dict(help_texts(in_language(main, "vi")))


def test_every_shipped_commands_help_is_translated(english: dict[str, str], vietnamese: dict[str, str]) -> None:
    assert len(english) > 150
    assert set(vietnamese) == set(english)
    left = [where for where in english if message_of(english[where]) == vietnamese[where]]
    assert left == [], "write these in the catalogue commands.po of the package, and compile it"


def _entries(file: Path) -> dict[str, str]:
    with file.open("rb") as opened:
        return {str(one.id): str(one.string) for one in read_po(opened, locale="vi") if one.id}


CATALOGUE_FILES = [file for room in ("kiosk", "plugins") for file in sorted((ROOT / room).rglob(f"{DOMAIN}.po"))]


@pytest.mark.parametrize("file", CATALOGUE_FILES, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_catalogue_is_compiled_and_holds_nothing_that_no_command_says(file: Path, english: dict[str, str]) -> None:
    entries = _entries(file)
    compiled = gettext.translation(DOMAIN, file.parent.parent.parent, ["vi"])
    assert {text: compiled.gettext(text) for text in entries} == entries
    assert entries.keys() <= {message_of(text) for text in english.values()}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lang", "vi", "--help"],
        ["--help", "--lang", "vi"],
        ["--help", "--lang=vi"],
        ["--lang", "vi", "journal", "export", "--help"],
        ["config", "check", "--help", "--lang", "vi"],
        ["--lang", "vi", "policy", "explain", "--help"],
    ],
)
def test_help_speaks_one_language_wherever_it_is_chosen(arguments: list[str]) -> None:
    said = CliRunner().invoke(main, arguments, env={"KIOSK_LANG": "en"}).stdout
    assert "Cách dùng:" in said
    assert "Usage:" not in said
    assert not any(word in said for word in (" the ", " of ", " with ", " this "))


def test_what_is_given_stays_as_it_is() -> None:
    @click.group(help="Tea.")
    def tea() -> None:
        pass

    @tea.command(help="Pour.")
    @click.option("--json", is_flag=True, help="Print the result as JSON.")
    def pour() -> None:
        pass

    spoken = in_language(tea, "vi")
    assert isinstance(spoken, click.Group)
    assert spoken.commands["pour"].params[0].help == "In kết quả dạng JSON."  # type: ignore[attr-defined]
    assert spoken.help == "Tea."  # nobody translated it: it is said as it is written
    assert pour.params[0].help == "Print the result as JSON."  # type: ignore[attr-defined]
    english = in_language(tea, "en")
    assert isinstance(english, click.Group)
    assert english.commands["pour"].params[0].help == "Print the result as JSON."  # type: ignore[attr-defined]


def test_the_next_invocation_may_ask_in_another_language() -> None:
    """click keeps what it once worded; in one process, as tests are, that was the first language."""
    for language, word in (("en", "Show this message"), ("vi", "Xem hướng dẫn"), ("en", "Show this message")):
        for arguments in (["--help"], ["config", "--help"]):
            assert word in CliRunner().invoke(main, ["--lang", language, *arguments]).stdout


def test_a_commands_own_lines_may_break_anywhere() -> None:
    assert message_of("One\n  two.\n\nThree\nfour.") == "One two.\n\nThree four."
