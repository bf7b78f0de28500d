"""The answer to a scan of the lane: the bytes that waitress would send, in a fraction of the steps.

On its usual way each answer goes through an application, its headers are checked, capitalised and sorted, and a head is put together
from them, though all but its length and its time is known before anybody comes.
"""

from __future__ import annotations

from collections.abc import Sequence

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask
from waitress.utilities import build_http_date

from kiosk.cli.whole_answers import WholeAnswer
from kiosk.encounter.story import Begun

_AT_THE_EPOCH = build_http_date(0).encode("ascii")


class ScanHead:
    """What every answer of one lane begins with. Made by waitress itself, once, with places left for length and time."""

    def __init__(self, headers: Sequence[tuple[str, str]]) -> None:
        self.headers = headers
        self._made = b""

    def of(self, task: WSGITask, length: int) -> bytes:
        """The head of an answer of ``length`` bytes to a client of HTTP/1.1 that stays connected."""
        if not self._made:
            model = WSGITask(task.channel, task.request)
            model.response_headers, model.content_length = list(self.headers), 0
            head = model.build_response_header().replace(b"%", b"%%")
            self._made = head.replace(b"Content-Length: 0", b"Content-Length: %d").replace(_AT_THE_EPOCH, b"%b")
        return self._made % (length, build_http_date(task.start_time).encode("ascii"))


class ScanAnswer(WholeAnswer):
    """The answer to a scan that was begun as it arrived. Where there comes none, the application finds out why and says it."""

    def __init__(self, channel: HTTPChannel, request: HTTPRequestParser, head: ScanHead) -> None:
        super().__init__(channel, request)
        self._head = head
        self.begun: Begun | None = None  # to be given before it is served

    def execute(self) -> None:
        try:
            answer = self.begun.answer().as_json if self.begun else None
        except Exception:  # noqa: BLE001 - raised again where the application asks
            answer = None
        if answer is None:
            self.begun = None
            super().execute()
            return
        self.complete = True
        self.response_headers = list(self._head.headers)
        self.content_length = len(answer)
        self.write(answer)

    def build_response_header(self) -> bytes:
        if self.begun is None or self.version != "1.1" or "CONNECTION" in self.request.headers:
            return super().build_response_header()  # another answer, or a client that is to be let go after it
        return self._head.of(self, self.content_length)
