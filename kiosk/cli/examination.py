"""Starts an opened appliance's devices and plugins for a few seconds, only to see how they are. Takes no scan and serves nobody."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kiosk.appliance import Appliance
from kiosk.domain import HealthCheck, HealthLevel
from kiosk.health import core_checks
from kiosk.plugin import DecodedCode, ScanSource
from kiosk.plugin_host.deadline import Overstayed

log = logging.getLogger(__name__)

START_SECONDS, STOP_SECONDS, PAUSE = 10.0, 5.0, 0.2
SETTLING = 3.0  # a device that does not come is a warning while it is tried again, and a fault after a few tries


def examine(appliance: Appliance, most_seconds: float) -> list[HealthCheck]:
    """The health checks, once each knows its state, or after ``most_seconds``."""
    with _working(appliance):
        began = time.monotonic()
        while True:
            core, told = core_checks(appliance), list(appliance.guarded("health_checks").flat())
            passed = time.monotonic() - began
            waits = any(check.pending for check in core) or any(_undecided(check, passed) for check in told)
            if passed >= most_seconds or not waits:
                return [*core, *told]
            time.sleep(PAUSE)


def _undecided(check: HealthCheck, passed: float) -> bool:
    return check.pending or (check.level is HealthLevel.WARNING and passed < SETTLING)


@contextmanager
def _working(appliance: Appliance) -> Iterator[None]:
    sources: list[ScanSource] = []
    try:
        for plugin in appliance.host.implementations("startup"):
            _limited(appliance, lambda plugin=plugin: appliance.host.call_one(plugin, "startup"), START_SECONDS)  # type: ignore[misc]
        for plugin, given in appliance.guarded("scan_sources", START_SECONDS).results:
            for source in given:
                sources.append(source)
                _start(appliance, plugin, source)
        yield
    finally:
        for source in sources:
            _limited(appliance, source.stop, STOP_SECONDS)
        appliance.guarded("shutdown", STOP_SECONDS)
        appliance.runner.stop()


def _start(appliance: Appliance, plugin: str, source: ScanSource) -> None:
    try:
        appliance.runner.run(lambda: source.start(_not_recorded), START_SECONDS)
    except Exception as error:  # noqa: BLE001 - it shows among the checks, as that plugin's fault
        appliance.host.blame(plugin, "scan_sources", error)


def _not_recorded(code: DecodedCode) -> None:
    """Nobody is served now: a code that happens to be in view is no visit."""


def _limited(appliance: Appliance, call: Callable[[], object], seconds: float) -> None:
    try:
        appliance.runner.run(call, seconds)
    except Overstayed as late:
        if late.thread is not None:
            appliance.host.suspend_blocked(late.thread)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the others are still to be looked at
        log.error("while looking: %s", type(error).__name__)
