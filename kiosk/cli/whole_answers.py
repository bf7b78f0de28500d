"""Makes waitress send a short answer's head together with its body. Changes no byte of either.

waitress sends them one after the other: two packets for the asker to wait for, and in a busy process a second turn at the
interpreter, which costs more than building the answer's head.
"""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import BaseWSGIServer
from waitress.task import WSGITask


class WholeAnswer(WSGITask):
    """An answer whose whole body, of the announced length, is at hand goes out in one; every other as waitress sends it."""

    wrote_header: bool

    def write(self, data: bytes) -> None:
        if self.wrote_header or not self.complete or self.content_length != len(data):
            super().write(data)
            return
        head = self.build_response_header()  # decides whether there may be a body
        self.wrote_header = True
        if data and self.has_body and not self.chunked_response:
            self.content_bytes_written = len(data)
            self.channel.write_soon(head + data)
        else:
            self.channel.write_soon(head)
            super().write(data)


class Channel(HTTPChannel):
    """One connection, answered so."""

    prepared: WholeAnswer | None = None  # the next request's task, where it was made before its turn to be served

    def task_class(self, channel: HTTPChannel, request: HTTPRequestParser) -> WholeAnswer:
        """Called where waitress has a class to call."""
        prepared, self.prepared = self.prepared, None
        return prepared or WholeAnswer(channel, request)


def send_whole_answers(server: Any) -> list[BaseWSGIServer]:
    """Have a server that ``waitress.server.create_server`` made, on one address or on several, answer so. Returns its listeners."""
    every = [server] if isinstance(server, BaseWSGIServer) else server.map.values()
    listeners = [one for one in every if isinstance(one, BaseWSGIServer)]
    for one in listeners:
        one.channel_class = Channel
    return listeners
