"""Upstream sync: a device's journals reach the national platform exactly once, and the platform's journals reach it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from hardware.supervise import Backoff, Supervised
from kiosk.domain import Encounter, HealthCheck, NavigationItem, Record, Text
from kiosk.plugin import JournalSource, PluginContext, hookimpl
from plugins.upstream_sync import health, models
from plugins.upstream_sync.settings import UpstreamSyncSettings
from plugins.upstream_sync.status import Noted

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from plugins.upstream_sync.worker import SyncWorker

__all__ = ["UpstreamSync", "models"]


class UpstreamSync:
    """The device's side of sync. See ``worker`` for when, ``push`` and ``pull`` for what."""

    Settings = UpstreamSyncSettings

    def __init__(self, context: PluginContext) -> None:
        settings: UpstreamSyncSettings = context.settings
        self._context = context
        self._settings = settings
        self._status = Noted()
        self._thread = Supervised(
            "upstream-sync",
            lambda stop: self._worker.work(stop, self._thread.beat),
            stall_after=settings.request_seconds + settings.longest_pause_seconds + 7200,
            backoff=Backoff(first=2.0, longest=60.0),
        )

    @cached_property
    def _worker(self) -> SyncWorker:
        # made when it is wanted: its HTTP library takes a while to load, and most commands never send anything
        from plugins.upstream_sync.worker import SyncWorker

        context = self._context
        return SyncWorker(self._settings, context.data_dir, context.services, context.clock, self._status)

    @hookimpl
    def startup(self) -> None:
        self._worker.wakeup.begin()
        self._thread.start()

    @hookimpl
    def shutdown(self) -> None:
        self._worker.end()
        self._thread.stop()

    @hookimpl
    def encounter_recorded(self, encounter: Encounter, record: Record) -> None:
        self._worker.wakeup.record()

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        now_ms = int(self._context.clock.now().timestamp() * 1000)
        limit = self._settings.drift_warning_seconds
        return health.checks(self._status.now(), self._thread.condition(), now_ms, limit)

    @hookimpl
    def journal_source(self, writer: str) -> JournalSource | None:
        from plugins.upstream_sync import source

        return source.of_platform_journal(self._context, writer)

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.upstream_sync.enrol_command import enrol_command

        return [enrol_command]

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.upstream_sync.views import make_blueprint

        return make_blueprint(self._context, self._status, self._worker, self._thread)

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        return [NavigationItem("upstream_sync.page", Text("Đồng bộ", "Sync"), ("technician", "administrator"))]
