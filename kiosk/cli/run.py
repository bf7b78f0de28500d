"""``kiosk run``: serve one appliance until it is told to stop."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

import click

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import profile
from kiosk.cli.operator import any_active, first_operator_hint
from kiosk.cli.saying import say
from kiosk.cli.serving import Server
from kiosk.cli.starting import NotOpenedError, OutOfServiceError, Start
from kiosk.process import keep_small
from kiosk.settings.profile import Profile
from kiosk.storage.faults import Kind, StorageTrouble

log = logging.getLogger(__name__)


@click.command()
@PROFILE_OPTION
@DATA_OPTION
@click.option("--host", help="Address to listen on; default: the profile's.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 picks a free one; default: the profile's.")
@click.option("--safe", is_flag=True, help="Safe mode: the bare core, no plugin.")
def run(profile_name: str, data_dir: Path, host: str | None, port: int | None, safe: bool) -> None:
    """Run an appliance. Where its card is full, write-protected or damaged it serves a page that says so, and tries again."""
    keep_small()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))  # an orderly end, also of a start
    read = profile(profile_name)
    start = Start(read, data_dir, safe)
    try:
        status = _run(read, profile_name, data_dir, host, port, start)
        start.complete()
    except NotOpenedError:
        raise  # a plugin's tables may be the cause: the next start does without plugins
    except (click.ClickException, SystemExit, KeyboardInterrupt):
        start.complete()  # a wrong profile, a taken port, somebody's signal: no start that died
        raise
    finally:
        start.release()
    sys.exit(status)


def _run(read: Profile, profile_name: str, data_dir: Path, host: str | None, port: int | None, start: Start) -> int:
    def opened(appliance: Appliance) -> None:
        if not any_active(appliance):
            say(first_operator_hint(data_dir, profile_name), err=True)

    appliance, trouble = None, None
    first = start.begin()
    try:
        appliance = first.result(read.core.limits.open_seconds)
        opened(appliance)
    except TimeoutError:
        trouble = StorageTrouble(Kind.SILENT, f"{read.core.limits.open_seconds:g} s")
        log.error("out of service: the data cannot be opened, and no fault is told")
    except OutOfServiceError as fault:
        trouble = fault.trouble
        log.error("out of service: %s", fault)
    settings = read.core
    server = Server(
        settings, data_dir, host or settings.server.host, settings.server.port if port is None else port, start
    )
    if appliance is not None:
        server.open(appliance)
    if trouble is not None:
        server.wait(trouble, opened, first if trouble.kind is Kind.SILENT else None)
    return server.run()
