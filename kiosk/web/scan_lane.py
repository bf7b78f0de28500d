"""waitress with a lane of its own for plain scans: begun as they arrive, answered in that order by one thread.

A thread for each scan would do the same, but they would all want the interpreter at the moment in which the journal has written
their group, and most of a busy machine's time would go into taking turns. All other requests have waitress's own threads, and so
have scans while the lane is held up. Everything said on the wire is waitress's.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterable
from typing import Any

from flask import Flask
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ThreadedTaskDispatcher, WSGITask

from kiosk.encounter import Begun
from kiosk.settings import CoreSettings
from kiosk.web import api
from kiosk.web.scan_door import BEGUN, ScanDoor

LONGEST = 64 * 1024  # bytes; reading a longer scan would keep all others waiting
HELD_UP_SECONDS = 1.0  # an answer that takes longer, such as behind a plugin that blocks, is waited for by others alone
WAKE_AFTER = 16  # answers, before the clients who got them are listened to again


def lane_for(settings: CoreSettings) -> ScanLane | None:
    """The dispatcher for waitress; None where its own will do: on a platform, and behind a proxy, whose word on the host is only
    heard by what waitress puts before the app."""
    server = settings.server
    return ScanLane(server.threads) if settings.role == "kiosk" and not server.behind_tls else None


class ScanLane(ThreadedTaskDispatcher):
    """Takes every complete request that waitress has read. ``threads``: how many for other requests than plain scans."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._door: ScanDoor | None = None  # closed: every request is waitress's own threads'
        self._begun: queue.SimpleQueue[_OnePiece | None] = queue.SimpleQueue()
        self._answering_since: float | None = None
        self._thread = threading.Thread(target=self._answer, name="scan-lane", daemon=True)
        self.set_thread_count(threads)

    def attend(self, sockets: Iterable[Any]) -> None:
        """Begin, for the servers among waitress's ``sockets``."""
        for server in sockets:
            if isinstance(server, BaseWSGIServer):
                server.pull_trigger = _Wake(server, self._thread)
        self._thread.start()

    def open(self, app: Flask) -> None:
        """From now on plain scans go by the lane to the appliance behind ``app``."""
        self._door = app.wsgi_app if isinstance(app.wsgi_app, ScanDoor) else None

    def add_task(self, task: Any) -> None:
        """Called by the thread that reads from all clients, which must not be kept."""
        door = self._door
        if door is None or not self._is_plain(task) or self._held_up():
            super().add_task(task)
            return
        try:
            piece = _OnePiece(task, door)
        except Exception:
            self.logger.exception("Exception when beginning %r", task)
            super().add_task(task)
            return
        if piece.begun is None:  # a page's, or not right: Flask's
            super().add_task(piece.channel)
        else:
            self._begun.put(piece)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        self._begun.put(None)
        return bool(super().shutdown(cancel_pending, timeout))

    def _is_plain(self, channel: HTTPChannel) -> bool:
        request = channel.requests[0]
        return bool(
            request.path == api.SCANS
            and request.command == "POST"
            and not request.error
            and request.content_length <= LONGEST
        )

    def _held_up(self) -> bool:
        since = self._answering_since
        return (since is not None and time.monotonic() - since > HELD_UP_SECONDS) or not self._thread.is_alive()

    def _answer(self) -> None:
        answered: list[Any] = []  # the servers of those whom nobody listens to yet
        while (piece := self._next(answered)) is not None:
            self._answering_since = time.monotonic()
            try:
                piece.prepare()
                piece.channel.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", piece.channel)
            self._answering_since = None
            answered.append(piece.server)
            del piece  # nothing of a person stays while this waits for the next

    def _next(self, answered: list[Any]) -> _OnePiece | None:
        """The next to answer; who was answered is listened to again before this takes any waiting."""
        try:
            piece = self._begun.get_nowait()
        except queue.Empty:
            _wake(answered)
            return self._begun.get()
        if len(answered) >= WAKE_AFTER or (piece is not None and not piece.ended()):
            _wake(answered)
        return piece


class _OnePiece:
    """waitress's task for one request, begun already, whose answer goes out in one piece: head and body would be two segments.

    Stands for the task towards its channel, and for the channel towards the task.
    """

    def __init__(self, channel: HTTPChannel, door: ScanDoor) -> None:
        self.channel = channel
        self.request = channel.requests[0]
        self.server = channel.server
        self.adj = channel.adj
        self.close_on_finish = False
        self.wrote_header = False
        self._pieces: list[bytes] = []
        self._failure: Exception | None = None
        self._task: WSGITask | None = WSGITask(channel, self.request)
        environ = self._task.get_environment()
        self.begun: Begun | None = door.begin(environ)
        environ[BEGUN] = self.begun
        channel.task_class = self._only_once

    def _only_once(self, channel: HTTPChannel, _request: Any) -> _OnePiece:
        del channel.task_class  # the channel's next request has a task of its own
        return self

    def ended(self) -> bool:
        """Whether the answer is there."""
        return self.begun is None or self.begun.ended()

    def prepare(self) -> None:
        """Wait for the answer: also where the client has gone, for its visit is recorded, and paper follows."""
        task, self._task = self._task, None  # it points back here: a ring of all that a request was, for the collector
        assert task is not None
        task.channel = self
        try:
            task.service()
        except Exception as error:  # noqa: BLE001 - the channel answers it, see service
            self._failure = error
        task.channel = self.channel
        self.close_on_finish = task.close_on_finish

    def service(self) -> None:
        if self._task is not None:
            self.prepare()
        if self._failure is not None:
            raise self._failure
        self.wrote_header = True
        self.channel.write_soon(b"".join(self._pieces))

    def write_soon(self, data: bytes) -> int:
        self._pieces.append(data)
        return len(data)


class _Wake:
    """A server's ``pull_trigger``, deaf to one thread: the lane wakes the reading thread once for several answers."""

    def __init__(self, server: Any, lane: threading.Thread) -> None:
        self._server = server
        self._lane = lane

    def __call__(self) -> None:
        if threading.current_thread() is not self._lane:
            self.now()

    def now(self) -> None:
        BaseWSGIServer.pull_trigger(self._server)


def _wake(servers: list[Any]) -> None:
    for server in {id(server): server for server in servers}.values():
        server.pull_trigger.now()
    servers.clear()
