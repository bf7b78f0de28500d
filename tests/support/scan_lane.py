"""An appliance under waitress with its lane for plain scans, as ``kiosk run`` serves it, and requests to it byte by byte."""

from __future__ import annotations

import json
import threading
from http.client import HTTPConnection
from typing import Any
from uuid import UUID, uuid4

from waitress.server import create_server

from kiosk.appliance import Appliance
from kiosk.cli.scan_lane import ScanLane, lane_for
from kiosk.cli.whole_answers import send_whole_answers
from kiosk.web.app import create_app

URL = "/api/v1/scans"
JSON = {"Content-Type": "application/json"}
LIMIT = 120  # seconds; a busy machine takes its time


class Served:
    """An appliance on a free port, as ``kiosk run`` serves it."""

    def __init__(self, appliance: Appliance) -> None:
        app = create_app(appliance)
        lane = lane_for(appliance.settings)
        assert isinstance(lane, ScanLane)
        self.lane = lane
        self._server = create_server(app, _dispatcher=lane, host="127.0.0.1", port=0)
        lane.attend(send_whole_answers(self._server))
        lane.open(app)
        self.port = self._server.effective_port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._server.asyncore.loop(timeout=0.05, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown(timeout=LIMIT)
        self._server.asyncore.close_all(self._server._map)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=LIMIT)
        self.lane._thread.join(timeout=LIMIT)
        assert not self.lane._thread.is_alive()

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        connection.request(method, path, body, JSON | headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return answer.status, said

    def post(self, payload: str, key: UUID | None = None, **headers: str) -> dict[str, Any]:
        body = json.dumps({"payload": payload, "key": str(key or uuid4())})
        status, said = self.ask("POST", URL, body, **headers)
        return {"status": status, **said}


def raw(payload: str, version: str = "1.1", headers: str = "", key: UUID | None = None) -> bytes:
    body = json.dumps({"payload": payload, "key": str(key or uuid4())}).encode()
    head = f"POST {URL} HTTP/{version}\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body
