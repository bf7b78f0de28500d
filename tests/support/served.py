"""An app under waitress on a port of this machine, as the product serves it, and its whole end: no thread, socket or file stays behind."""

from __future__ import annotations

import threading
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server

END_SECONDS = 60.0


class Served:
    """Serves ``app`` from the beginning; ``port`` 0: a free one. What streams without end must have been told to end before ``close``."""

    def __init__(self, app: Any, port: int = 0, threads: int = 12) -> None:
        self._stop = threading.Event()
        self._server = create_server(app, host="127.0.0.1", port=port, threads=threads)
        self.url = f"http://127.0.0.1:{self._server.effective_port}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        # waitress's own loop ends only by a signal
        server = self._server
        while not self._stop.is_set():
            server.asyncore.loop(timeout=0.05, map=server._map, count=1)
        server.task_dispatcher.shutdown(timeout=END_SECONDS)
        for one in list(server._map.values()):
            if isinstance(one, HTTPChannel):
                one.handle_close()  # also the files that were being sent: ``close_all`` leaves them to the garbage
        server.asyncore.close_all(server._map)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2 * END_SECONDS)
