"""The ``kiosk`` command. The core's commands are named here; plugins bring theirs by the ``commands`` hook."""

from __future__ import annotations

import importlib
import logging
import os
from pathlib import Path
from typing import Any, cast

import click

from kiosk import __version__
from kiosk.cli.helping import in_language
from kiosk.cli.saying import LANGUAGES, choose_language, language, language_of, language_option, parted, speak

CORE_COMMANDS = {
    "config": "kiosk.cli.configuration:config",
    "dev": "kiosk.cli.dev:dev",
    "doctor": "kiosk.cli.doctor:doctor",
    "journal": "kiosk.cli.journal:journal",
    "operator": "kiosk.cli.operator:operator",
    "plugins": "kiosk.cli.configuration:plugins",
    "read": "kiosk.cli.read:read",
    "run": "kiosk.cli.run:run",
}
HIDDEN = {"dev"}


class KioskGroup(click.Group):
    """Loads a command's module when it is asked for, and asks plugins only for what the core does not know."""

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        speak(language_of(os.environ))
        return super().make_context(*arguments, **more)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        languages, others = parted(args)
        for one in languages:
            asked = one.removeprefix("--lang=")
            if asked in LANGUAGES:  # now, and not when click comes to it: help is printed as soon as it is met
                choose_language(context, asked)
        return super().parse_args(context, [*languages, *others])

    def format_help(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        click.Group.format_help(cast(click.Group, in_language(self, language())), context, formatter)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted((set(CORE_COMMANDS) - HIDDEN) | set(self._plugin_commands(context)))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        target = CORE_COMMANDS.get(name)
        if target is not None:
            module, _, attribute = target.partition(":")
            command = getattr(importlib.import_module(module), attribute)
            assert isinstance(command, click.Command)
        else:
            command = self._plugin_commands(context).get(name)
        return in_language(command, language()) if command is not None else None

    def _plugin_commands(self, context: click.Context) -> dict[str, click.Command]:
        known = context.meta.get("kiosk.plugin_commands")
        if known is None:
            from kiosk.cli.loading import plugin_commands

            known = context.meta["kiosk.plugin_commands"] = plugin_commands()
        assert isinstance(known, dict)
        return known


@click.command(cls=KioskGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kiosk")
@language_option
@click.option("-v", "--verbose", is_flag=True, help="Say more in the log.")
def main(verbose: bool) -> None:
    """A kiosk and checkpoint appliance, and the national platform it reports to."""
    logging.basicConfig(
        level=logging.DEBUG if verbose else logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for chatty in ("alembic", "PIL", "escpos", "urllib3", "waitress", "waitress.queue"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


PROFILE_OPTION = click.option(
    "--profile",
    "profile_name",
    default="kiosk",
    show_default=True,
    envvar="KIOSK_PROFILE",
    help="Shipped name, or a file.",
)
# for commands that need no site: without a profile every installed plugin serves, with its default settings
SITE_OPTION = click.option(
    "--profile",
    "profile_name",
    envvar="KIOSK_PROFILE",
    help="As a site does: shipped name, or a file. Default: every installed plugin with default settings.",
)
DATA_OPTION = click.option(
    "--data",
    "data_dir",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("/var/lib/kiosk"),
    show_default=True,
    envvar="KIOSK_DATA",
    help="The data directory.",
)
