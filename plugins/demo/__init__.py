"""Demo: a platform and a kiosk on this machine, and a queue of synthetic citizens before its camera."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kiosk.plugin import PluginContext, PluginSettings, hookimpl

if TYPE_CHECKING:
    import click


class Demo:
    """Brings one command; an appliance never needs this plugin in its profile."""

    Settings = PluginSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.demo.command import demo

        return [demo]
