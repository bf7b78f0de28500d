"""Demo: a platform, a kiosk, a checkpoint and a vaccination site on this machine, with synthetic people, cards and vials."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from kiosk.plugin import PluginContext, PluginSettings, hookimpl

if TYPE_CHECKING:
    import click
    from flask import Blueprint


class DemoSettings(PluginSettings):
    """``[plugin.demo]``."""

    seed: int = Field(default=2021, description="which synthetic people have appointments")
    since: date | None = Field(default=None, description="the day on which this demo began; its lots count from it")


class Demo:
    """Brings the command; in the demo's vaccination site also the page of things to show. No other appliance has it in its profile."""

    Settings = DemoSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.demo.command import demo

        return [demo]

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.demo import things

        return things.make_blueprint(self._context)
