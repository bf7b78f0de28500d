"""Checkpoint: the commands around its policies."""

from __future__ import annotations

from collections.abc import Iterable

import click

from kiosk.plugin import PluginContext, PluginSettings, hookimpl
from plugins.checkpoint import policy_command


class Checkpoint:
    """So far the policies alone: nothing is judged by them yet."""

    Settings = PluginSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        return policy_command.commands()
