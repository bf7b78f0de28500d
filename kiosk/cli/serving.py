"""Serves one appliance from its start to its end; while its card cannot be used, the out-of-service page, until it can."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask
from waitress.server import create_server

from kiosk.appliance import Appliance
from kiosk.cli.saying import stop
from kiosk.cli.scan_lane import lane_for
from kiosk.cli.starting import OutOfServiceError, Start
from kiosk.cli.whole_answers import send_whole_answers
from kiosk.process import settle, share_core
from kiosk.service_manager import notify, watch
from kiosk.settings.profile import CoreSettings, ServerSettings
from kiosk.storage.faults import StorageTrouble
from kiosk.web import out_of_service
from kiosk.web.app import UPLOAD_BYTES, create_app
from kiosk.web.staff_restart import exit_status

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # seconds between two attempts to open the card
JOIN_SECONDS = 15.0  # the service manager waits 20 for the end
ENDING_SECONDS = 3  # for requests that are being answered when the end comes


class Server:
    """One listening socket, and what is behind it: first perhaps the out-of-service page, then the appliance."""

    def __init__(self, settings: CoreSettings, data_dir: Path, host: str, port: int, start: Start) -> None:
        self._settings = settings
        self._data_dir = data_dir
        self._host = host
        self._start = start
        self._app: Flask | None = None  # what answers
        self._appliance: Appliance | None = None
        self._trouble: StorageTrouble | None = None
        self._waiting: threading.Thread | None = None
        self._failure: BaseException | None = None  # what ended the waiting for the card
        self._told_to_end = False
        self._stopping = threading.Event()
        self._lane = lane_for(settings)
        try:
            server = create_server(
                self._answer,
                _dispatcher=self._lane,
                host=host,
                port=port,
                threads=settings.server.threads,
                ident="kiosk",
                channel_timeout=60,
                max_request_body_size=UPLOAD_BYTES + 4096,
                **_proxy(settings.server),
            )
        except OSError as error:
            reason = error.strerror or error
            stop(
                f"không mở được cổng {host}:{port} ({reason}); hãy dừng chương trình đang dùng cổng đó, hoặc chọn cổng khác bằng --port",
                f"{host}:{port} cannot be listened on ({reason}); end the program that uses it, or choose another with --port",
            )
        except ValueError as error:  # waitress's word for a name or number that is no address
            stop(
                f"không có địa chỉ {host}:{port} để mở cổng ({error}); hãy kiểm tra --host, hoặc server.host trong hồ sơ",
                f"{host}:{port} is no address to listen on ({error}); check --host, or server.host in the profile",
            )
        self._listeners = send_whole_answers(server)
        if self._lane is not None:
            self._lane.attend(self._listeners)

    def open(self, appliance: Appliance) -> None:
        """Start an opened appliance and put it behind the socket."""
        app = create_app(appliance, self._host)
        appliance.journal.shares_core = self._lane is not None  # alone its thread would only be kept from idle cores
        appliance.start()
        settle()
        self._start.complete()
        self._appliance = appliance
        self._app = app
        if self._lane is not None:
            self._lane.open(app)

    def wait(
        self, trouble: StorageTrouble, opened: Callable[[Appliance], None], first: Future[Appliance] | None = None
    ) -> None:
        """Serve the out-of-service page, and attempt the start again and again behind it. ``opened`` is told of success.
        ``first``: an attempt that has not ended yet; there is none beside it."""
        self._trouble = trouble
        self._app = out_of_service.create_app(self._settings, self._data_dir, self._told, self._host)
        self._waiting = threading.Thread(
            target=self._try_again, args=(opened, first), name="waiting-for-card", daemon=True
        )
        self._waiting.start()

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT. Prints the address on standard output once pages can be had.

        Returns the exit status: 0, or another where a technician asked the service manager for a restart.
        """
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        click.echo(f"http://{self._host}:{self._listeners[0].effective_port}/")
        # ready also while out of service: a page is served, and starting the process anew would mend no card
        notify("READY=1" if self._trouble is None else f"READY=1\nSTATUS=out of service: {self._trouble.kind}")
        watching = watch(self._well)
        try:
            self._serve()
        finally:
            self._stopping.set()
            notify("STOPPING=1")
            watching.set()
            if self._appliance is not None:
                self._appliance.events.close()
            self._hang_up()
            if self._waiting is not None:
                self._waiting.join(JOIN_SECONDS)
            if self._appliance is not None:
                self._appliance.stop()
        if self._failure is not None:
            raise self._failure
        return exit_status(self._app) if self._app is not None else 0

    def _serve(self) -> None:
        """waitress's own loop, one turn at a time: that one goes on for as long as any client keeps a connection open."""
        first = self._listeners[0]
        if self._lane is not None:
            share_core()  # with all who answer, and the journal's thread
        while not self._told_to_end:
            first.asyncore.loop(first.adj.asyncore_loop_timeout, first.adj.asyncore_use_poll, first._map, count=1)

    def _hang_up(self) -> None:
        """Take no more, and let what is being answered come to its end."""
        for listener in self._listeners:
            # not its own ``close``: that gives back the pipe which wakes the loop, and a late answer would write to whatever
            # file has its number by then
            listener.asyncore.dispatcher.close(listener)
        self._listeners[0].task_dispatcher.shutdown(timeout=ENDING_SECONDS)

    def _answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        assert self._app is not None  # ``open`` or ``wait`` come before ``run``
        return self._app.wsgi_app(environ, start_response)

    def _told(self) -> StorageTrouble:
        assert self._trouble is not None  # ``wait`` was told it
        return self._trouble

    def _well(self) -> bool:
        """What the watchdog asks. Without its card a kiosk has one thing to do, and does it: the page."""
        return self._appliance is None or self._appliance.journal.alive()

    def _try_again(self, opened: Callable[[Appliance], None], first: Future[Appliance] | None) -> None:
        pause = 1.0
        while first is not None and not first.done():
            if self._stopping.wait(pause):
                return
        attempt = self._start.attempt if first is None else first.result
        while not self._stopping.wait(pause):
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                appliance = attempt()
                self.open(appliance)
            except OutOfServiceError as still:
                if still.trouble != self._trouble:
                    log.error("out of service: %s", still)
                    notify(f"STATUS=out of service: {still.trouble.kind}")
                self._trouble = still.trouble
                attempt = self._start.attempt
                continue
            except BaseException as error:  # noqa: BLE001 - raised again where the process ends
                self._failure = error
                os.kill(os.getpid(), signal.SIGTERM)
                return
            log.info("in service: the card can be used")
            notify("STATUS=")
            opened(appliance)
            return

    def _stop(self, _signal: int, _frame: FrameType | None) -> None:
        # comes between any two instructions of the loop's thread, and perhaps of this very method: takes no lock
        self._told_to_end = True
        self._listeners[0].trigger.pull_trigger()


def _proxy(server: ServerSettings) -> dict[str, Any]:
    """Whose word on the asker's address, the scheme and the name waitress takes. It strips such headers of all others."""
    if not server.behind_tls:
        return {}
    return {
        "trusted_proxy": server.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
    }
