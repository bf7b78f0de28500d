"""waitress with a lane of its own for plain scans: begun as they arrive, answered in that order by one thread.

A thread for each scan does the same, but all of a group that the journal has written then want the interpreter at one moment, and
a busy machine spends a third of its time on taking turns; a lone scan is handed on once more. All other requests have waitress's
own threads. What is said on the wire is waitress's.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from flask import Flask
from waitress.server import BaseWSGIServer
from waitress.task import ThreadedTaskDispatcher

from kiosk.cli.scan_answer import ScanAnswer, ScanHead
from kiosk.cli.whole_answers import Channel
from kiosk.encounter.story import Begun
from kiosk.process import share_core
from kiosk.settings.profile import CoreSettings
from kiosk.web import api
from kiosk.web.scan_door import BEGUN, ScanDoor

log = logging.getLogger(__name__)

LONGEST = 64 * 1024  # bytes; reading a longer scan would keep all others waiting


def lane_for(settings: CoreSettings) -> ScanLane | None:
    """The dispatcher for waitress; None where its own will do: on a platform, and behind a proxy, whose word on the host is only
    heard by what waitress puts before the app."""
    server = settings.server
    return ScanLane(server.threads) if settings.role == "kiosk" and not server.behind_tls else None


class ScanLane(ThreadedTaskDispatcher):
    """Takes every complete request that waitress has read. ``threads``: how many for other requests than plain scans."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self._head = ScanHead(())
        self._door: ScanDoor | None = None  # closed: every request is for waitress's own threads
        self._begun: queue.SimpleQueue[tuple[Channel, Begun] | None] = queue.SimpleQueue()
        self._unheard: set[BaseWSGIServer] = set()  # clients of these have an answer, and are not listened to yet
        self._thread = threading.Thread(target=self._answer_all, name="scan-lane", daemon=True)
        self.set_thread_count(threads)
        self._thread.start()

    def attend(self, servers: Iterable[BaseWSGIServer]) -> None:
        """Have these wake their reading thread once for all answers that the lane has just given, and not for each."""
        for server in servers:
            server.pull_trigger = lambda server=server: self._wake(server)

    def open(self, app: Flask) -> None:
        """From now on plain scans go by the lane to the appliance behind ``app``."""
        door = app.wsgi_app
        if isinstance(door, ScanDoor):
            self._head = ScanHead(door.headers)
            self._door = door

    def add_task(self, task: Any) -> None:
        """Called by the thread that reads from all clients, which must not be kept."""
        begun = self._begin(task)
        if begun is None or begun.ended():
            super().add_task(task)
        else:
            self._begun.put((task, begun))

    def handler_thread(self, thread_no: int) -> None:
        """What waitress runs in each thread for other requests."""
        share_core()
        super().handler_thread(thread_no)

    def shutdown(self, cancel_pending: bool = True, timeout: int = 5) -> bool:
        self._begun.put(None)
        return bool(super().shutdown(cancel_pending, timeout))

    def _begin(self, channel: Channel) -> Begun | None:
        """A plain scan's story; None for every other request."""
        door, request = self._door, channel.requests[0]
        if door is None or request.error or request.path != api.SCANS or request.content_length > LONGEST:
            return None
        task = ScanAnswer(channel, request, self._head)
        environ = task.get_environment()
        begun = door.begin(environ)
        if begun is not None:
            environ[BEGUN] = task.begun = begun
        channel.prepared = task
        return begun

    def _answer_all(self) -> None:
        share_core()
        while (following := self._following()) is not None:
            channel, begun = following
            try:
                begun.answer()  # also where the client has gone: its visit is recorded, and paper follows
            except Exception as error:  # noqa: BLE001 - raised again when the door asks
                log.error("answering a scan: %s", type(error).__name__)
            try:
                channel.service()
            except BaseException:
                self.logger.exception("Exception when servicing %r", channel)
            del channel, begun, following  # nothing of a person stays while this waits for the next

    def _following(self) -> tuple[Channel, Begun] | None:
        """The next to answer. Who was answered is listened to again before this waits for anything."""
        if self._begun.empty():
            self._wake_all()
        following = self._begun.get()
        if following is not None and not following[1].ended():
            self._wake_all()
        return following

    def _wake(self, server: BaseWSGIServer) -> None:
        if threading.current_thread() is self._thread:
            self._unheard.add(server)
        else:
            server.trigger.pull_trigger()

    def _wake_all(self) -> None:
        while self._unheard:
            with suppress(OSError):  # the server closes; what is still to be answered is answered
                self._unheard.pop().trigger.pull_trigger()
