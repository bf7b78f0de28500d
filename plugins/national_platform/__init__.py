"""National platform: enrols devices, receives their journals, publishes what concerns them, and shows live counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from kiosk.domain import HealthCheck, NavigationItem, Record, Text
from kiosk.plugin import JournalSource, PluginContext, hookimpl
from plugins.national_platform import hours  # also makes the tables known to migrations and replay
from plugins.national_platform.settings import NationalPlatformSettings

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from plugins.national_platform.parked_again import ParkedAgain

STAFF = ("administrator", "technician")


class NationalPlatform:
    """The slice of the platform: interface for devices, pages, commands."""

    Settings = NationalPlatformSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._parked: ParkedAgain | None = None

    @hookimpl
    def startup(self) -> None:
        from plugins.national_platform.parked_again import ParkedAgain

        self._parked = ParkedAgain(self._context.services.journal)
        self._parked.repeated.start()

    @hookimpl
    def shutdown(self) -> None:
        if self._parked is not None:
            self._parked.repeated.stop()

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        hours.project(records, session)

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.national_platform import views

        return views.make_blueprint(self._context)

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        return [
            NavigationItem("national_platform.live", Text("Số liệu trực tiếp", "Live counts"), STAFF),
            NavigationItem("national_platform.devices", Text("Máy đã đăng ký", "Enrolled devices"), STAFF),
            NavigationItem("national_platform.alarms", Text("Báo động", "Alarms"), STAFF),
            NavigationItem("national_platform.parked", Text("Bản ghi để riêng", "Parked records"), STAFF),
        ]

    @hookimpl
    def journal_source(self, writer: str) -> JournalSource | None:
        from plugins.national_platform import carried_in

        return carried_in.source(self._context, writer)

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.national_platform import fleet_command, operator_commands

        return [operator_commands.platform, fleet_command.simulate_fleet]

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        from plugins.national_platform import health

        return health.checks(self._context)
