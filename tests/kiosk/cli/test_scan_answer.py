"""The answers of the lane: not a byte differs from what waitress sends by itself, whatever comes over the connection."""

from __future__ import annotations

import re
import socket
from http.client import HTTPResponse
from uuid import UUID, uuid4

import pytest
from waitress.parser import HTTPRequestParser
from waitress.task import WSGITask

from kiosk.appliance import Appliance
from kiosk.cli.scan_answer import ScanHead
from kiosk.cli.whole_answers import Channel
from kiosk.web.app import create_app
from tests.support.scan_lane import LIMIT, Served, raw
from tests.support.serving import Served as AnyServed


@pytest.mark.parametrize(("version", "headers"), [("1.1", "Connection: close\r\n"), ("1.0", "")])
def test_a_client_that_wants_no_more_is_let_go(served: Served, version: str, headers: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=LIMIT) as connection:
        connection.sendall(raw("x", version, headers))
        response = HTTPResponse(connection)
        response.begin()
        assert response.status == 200
        assert response.will_close
        response.read()
        assert connection.recv(1) == b""


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("connection", ["", "Connection: keep-alive\r\n", "Connection: close\r\n"])
@pytest.mark.parametrize("payload", ["x", "%d %s", "100 % một người"])
def test_not_a_byte_differs_from_what_waitress_sends(
    served: Served, appliance: Appliance, version: str, connection: str, payload: str
) -> None:
    key = uuid4()
    plain = AnyServed(create_app(appliance), threads=1)
    try:
        expected = _bytes(plain.port, raw(payload, version, connection, key))
        for _ in range(2):  # the first makes what the second begins with
            assert _bytes(served.port, raw(payload, version, connection, key)) == expected
    finally:
        plain.close()
    assert expected.startswith(b"HTTP/1.")


def in_chunks(payload: str, key: UUID) -> bytes:
    head, _, body = raw(payload, key=key).partition(b"\r\n\r\n")
    pieces = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (body[:9], body[9:], b""))
    return re.sub(rb"Content-Length: [0-9]+", b"Transfer-Encoding: chunked", head) + b"\r\n\r\n" + pieces


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"".join(raw(f"one of {number}", key=UUID(int=number)) for number in range(2, 7)),
        raw("x", headers="CONNECTION:close\r\n", key=UUID(int=2)),
        raw("x", headers="Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n", key=UUID(int=2)),
        raw("x", headers="Expect: 100-continue\r\n", key=UUID(int=2)),
        raw("x", version="1.3", key=UUID(int=2)),
        raw("x", key=UUID(int=2)).replace(b"POST", b"HEAD"),
        raw("x", key=UUID(int=2)).replace(b"POST", b"PUT"),
        raw("x", key=UUID(int=2)).replace(b'"payload"', b'"payloads"'),
        in_chunks("x", UUID(int=2)),
    ],
    ids=["pipelined", "close", "upgrade", "continue", "version", "head", "put", "invalid", "chunked"],
)
def test_nor_in_what_else_may_come_over_a_connection(
    served: Served, appliance: Appliance, request_bytes: bytes
) -> None:
    plain = AnyServed(create_app(appliance), threads=1)
    try:
        expected = _bytes(plain.port, request_bytes)
        assert _bytes(served.port, request_bytes) == expected
    finally:
        plain.close()
    assert b"HTTP/1." in expected


def _bytes(port: int, request: bytes) -> bytes:
    """All that comes until the server closes, but for the time in it: this request's answer, and that of one that ends it."""
    last = raw("the last", headers="Connection: close\r\n", key=UUID(int=1))
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
        connection.sendall(request + last)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.sub(rb"Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT\r", b"Date:\r", answers)


def test_a_head_has_what_its_headers_say_whatever_that_is(served: Served) -> None:
    """Not what a place for the length or the time would make of it."""
    headers = [("Content-Type", "application/json"), ("X-Odd", "100%d of %b, %s %(x)s %% and a %")]
    channel = Channel.__new__(Channel)
    channel.server = served._server
    request = HTTPRequestParser(served._server.adj)
    request.version = "1.1"
    head, expected = ScanHead(headers), WSGITask(channel, request)
    for length, at in ((0, 0.0), (1234, 1_800_000_000.0), (0, 1_900_000_000.0)):
        expected.response_headers, expected.content_length, expected.start_time = list(headers), length, at
        assert head.of(expected, length) == expected.build_response_header()
