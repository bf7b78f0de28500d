"""``kiosk run``: serve one appliance until it is told to stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError
from waitress.server import create_server

from kiosk.appliance import Appliance
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import build
from kiosk.cli.operator import any_active, first_operator_hint
from kiosk.process import keep_small, settle
from kiosk.service_manager import notify, watch
from kiosk.settings import ServerSettings
from kiosk.start_marker import DataLock, InUse, StartMarker
from kiosk.web.app import create_app
from kiosk.web.scan_lane import lane_for
from kiosk.web.staff_restart import exit_status

log = logging.getLogger(__name__)


class _NotOpened(click.ClickException):
    """The data directory or the tables could not be brought up."""


@click.command()
@PROFILE_OPTION
@DATA_OPTION
@click.option("--host", help="Address to listen on; default: the profile's.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 picks a free one; default: the profile's.")
@click.option("--safe", is_flag=True, help="Safe mode: the bare core, no plugin.")
def run(profile_name: str, data_dir: Path, host: str | None, port: int | None, safe: bool) -> None:
    """Run an appliance."""
    keep_small()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))  # an orderly end, also of a start
    try:
        held = DataLock(data_dir)
        marker = StartMarker(data_dir)
        incomplete = marker.begin()
    except InUse:
        raise click.ClickException(f"another process runs the appliance in {data_dir}; stop it first") from None
    except OSError as error:
        raise click.ClickException(f"{data_dir} cannot be written: {error.strerror}") from None
    try:
        status = _run(profile_name, data_dir, host, port, safe, incomplete, marker)
        marker.complete()
    except _NotOpened:
        raise  # a plugin's tables may be the cause: the next start does without plugins
    except (click.ClickException, SystemExit, KeyboardInterrupt):
        marker.complete()  # a wrong profile, a taken port, somebody's signal: no start that died
        raise
    finally:
        held.release()
    sys.exit(status)


def _run(
    profile_name: str,
    data_dir: Path,
    host: str | None,
    port: int | None,
    safe: bool,
    incomplete: bool,
    marker: StartMarker,
) -> int:
    appliance = build(profile_name, data_dir, safe or incomplete)
    if incomplete and not safe:
        appliance.safe_reason = "the last start did not end"
        log.error("safe mode: the last start did not end; mend the cause, then restart")
    try:
        appliance.open()
    except (OSError, ValueError, SQLAlchemyError) as error:
        raise _NotOpened(f"{data_dir} cannot be opened: {error}") from None
    if not any_active(appliance):
        click.echo(first_operator_hint(data_dir, profile_name), err=True)
    server = appliance.settings.server
    return serve(appliance, host or server.host, server.port if port is None else port, marker.complete)


def serve(appliance: Appliance, host: str, port: int, complete: Callable[[], None]) -> int:
    """Serve until SIGTERM or SIGINT. Prints the address on standard output once pages can be had.

    Returns the exit status: 0, or another where a technician asked the service manager for a restart.
    """
    app = create_app(appliance, host)
    lane = lane_for(app, appliance.settings.server)
    sockets: dict[int, Any] = {}
    try:
        server = create_server(
            app,
            sockets,
            _dispatcher=lane,
            host=host,
            port=port,
            threads=appliance.settings.server.threads,
            ident="kiosk",
            channel_timeout=60,
            max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 4096,
            **_proxy(appliance.settings.server),
        )
    except OSError as error:
        raise click.ClickException(f"{host}:{port} cannot be listened on: {error.strerror or error}") from None
    if lane is not None:
        lane.attend(sockets.values())
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()
        server.close()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    appliance.start()
    settle()
    complete()
    click.echo(f"http://{host}:{server.effective_port}/")
    notify("READY=1")
    watching = watch(appliance)
    try:
        server.run()
    except OSError:
        if not stopping.is_set():
            raise
    finally:
        notify("STOPPING=1")
        watching.set()
        appliance.events.close()
        appliance.stop()
    return exit_status(app)


def _proxy(server: ServerSettings) -> dict[str, Any]:
    """Whose word on the asker's address, the scheme and the name waitress takes. It strips such headers of all others."""
    if not server.behind_tls:
        return {}
    return {
        "trusted_proxy": server.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
    }
