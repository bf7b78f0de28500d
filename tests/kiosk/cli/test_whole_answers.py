"""Answers that go out in one are, byte for byte, those of waitress as it comes."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kiosk.cli.whole_answers import Channel, send_whole_answers
from tests.support.serving import Served

App = Callable[[dict[str, Any], Callable[..., Any]], Any]


def answering(status: str, headers: list[tuple[str, str]], *parts: bytes) -> App:
    def app(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        start_response(status, headers)
        return list(parts)

    return app


LENGTH = "Content-Length"
APPS = {
    "whole": answering("200 OK", [(LENGTH, "5"), ("X-Two", "b"), ("X-One", "a")], b"hello"),
    "length unsaid": answering("200 OK", [], b"hello"),
    "in parts": answering("200 OK", [(LENGTH, "5")], b"hel", b"lo"),
    "in parts, length unsaid": answering("200 OK", [], b"hel", b"lo"),
    "too long": answering("200 OK", [(LENGTH, "3")], b"hello"),
    "too short": answering("200 OK", [(LENGTH, "9")], b"hello"),
    "empty": answering("200 OK", [(LENGTH, "0")], b""),
    "nothing at all": answering("200 OK", [(LENGTH, "0")]),
    "no content": answering("204 No Content", []),
    "not modified, with a body": answering("304 Not Modified", [(LENGTH, "5")], b"hello"),
    "large": answering("200 OK", [(LENGTH, "300000")], b"x" * 300_000),
}


@contextmanager
def serving(app: App, whole: bool, **options: Any) -> Iterator[int]:
    served = Served(app, threads=2, prepare=send_whole_answers if whole else None, ident="kiosk", **options)
    try:
        yield served.port
    finally:
        served.close()


def asked(port: int, method: str, version: str) -> bytes:
    """Everything that comes until the server closes: two requests, the second of which asks it to."""
    first = f"{method} / HTTP/{version}\r\nHost: x\r\n\r\n"
    second = f"{method} / HTTP/{version}\r\nHost: x\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall((first + second).encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.sub(rb"Date: [^\r]*", b"Date:", answer)


@pytest.mark.parametrize("name", APPS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_not_a_byte_differs(name: str, method: str, version: str) -> None:
    with serving(APPS[name], whole=False) as port:
        expected = asked(port, method, version)
    with serving(APPS[name], whole=True) as port:
        assert asked(port, method, version) == expected
    assert expected.startswith(b"HTTP/1.")


@pytest.mark.parametrize("listen", ["127.0.0.1:0", "127.0.0.1:0 [::1]:0"])
def test_a_whole_answer_is_sent_at_once(listen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    send = Channel.send

    def noted(self: Channel, data: bytes, do_close: bool = True) -> Any:
        sent.append(bytes(data))
        return send(self, data, do_close=do_close)

    monkeypatch.setattr(Channel, "send", noted)
    with serving(APPS["whole"], whole=True, listen=listen) as port:
        asked(port, "GET", "1.1")
    assert len(sent) == 2
    assert all(one.startswith(b"HTTP/1.1 200") and one.endswith(b"\r\n\r\nhello") for one in sent)
