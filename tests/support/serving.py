"""Serves an app under waitress as the product does, and ends it cleanly: waitress's own loop ends only by a signal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server


class Served:
    """An app on a free port of this machine, or where ``options`` of waitress say; ``prepare`` is given the server before it runs.

    ``close`` may be called twice. What streams must have been told to end before.
    """

    def __init__(
        self, app: Any, threads: int = 4, prepare: Callable[[Any], None] | None = None, **options: Any
    ) -> None:
        where = options if options.keys() & {"listen", "sockets"} else {"host": "127.0.0.1", "port": 0, **options}
        self._server: Any = create_server(app, threads=threads, **where)
        if prepare is not None:
            prepare(self._server)
        several = not hasattr(self._server, "_map")  # a server on several addresses has another shape
        self._sockets = self._server.map if several else self._server._map
        self.port: int = self._server.effective_listen[0][1] if several else self._server.effective_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ended.is_set():
            wasyncore.loop(timeout=0.05, map=self._sockets, count=1)
        self._server.task_dispatcher.shutdown(timeout=60)
        for one in list(self._sockets.values()):
            if isinstance(one, HTTPChannel):
                one.handle_close()  # closes the files whose sending the browser did not wait for
        wasyncore.close_all(self._sockets)

    def close(self) -> None:
        self._ended.set()
        self._thread.join(timeout=120)
