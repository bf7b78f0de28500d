"""The lane for plain scans, under a real waitress: all that HTTP allows, nobody held up by anybody, no visit without its paper."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from uuid import UUID, uuid4

import pytest
from waitress.server import create_server
from waitress.task import WSGITask

from kiosk.appliance import Appliance
from kiosk.domain import Credential, Scan
from kiosk.encounter import Begun
from kiosk.plugin import hookimpl
from kiosk.web.app import create_app
from kiosk.web.scan_lane import HELD_UP_SECONDS, ScanLane, _OnePiece, lane_for
from tests.support.appliance import Workshop, assert_whole, people, records
from tests.support.probes import Misbehaviour, Witness, faulty

URL = "/api/v1/scans"
JSON = {"Content-Type": "application/json"}


class Served:
    """An appliance on a free port, as ``kiosk run`` serves it."""

    def __init__(self, appliance: Appliance) -> None:
        app = create_app(appliance)
        lane = lane_for(appliance.settings)
        assert isinstance(lane, ScanLane)
        self.lane = lane
        sockets: dict[int, Any] = {}
        self._server = create_server(app, sockets, _dispatcher=lane, host="127.0.0.1", port=0)
        lane.attend(list(sockets.values()))
        lane.open(app)
        self.port = self._server.effective_port
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._server.asyncore.loop(timeout=0.05, map=self._server._map, count=1)
        self._server.task_dispatcher.shutdown(timeout=2)
        self._server.asyncore.close_all(self._server._map)

    def close(self) -> None:
        self._stop.set()
        self._thread.join(timeout=5)

    def post(self, payload: str, key: UUID | None = None, **headers: str) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = json.dumps({"payload": payload, "key": str(key or uuid4())})
        connection.request("POST", URL, body, JSON | headers)
        answer = connection.getresponse()
        said = json.loads(answer.read())
        connection.close()
        return {"status": answer.status, **said}


@pytest.fixture
def serve() -> Iterator[Callable[[Appliance], Served]]:
    made: list[Served] = []

    def build(appliance: Appliance) -> Served:
        made.append(Served(appliance))
        return made[-1]

    yield build
    for one in made:
        one.close()


@pytest.fixture
def appliance(workshop: Workshop) -> Appliance:
    return workshop.start(["citizen_id", "self_check_in"])


@pytest.fixture
def served(serve: Callable[[Appliance], Served], appliance: Appliance) -> Served:
    return serve(appliance)


def raw(payload: str, version: str = "1.1", headers: str = "") -> bytes:
    body = json.dumps({"payload": payload, "key": str(uuid4())}).encode()
    head = f"POST {URL} HTTP/{version}\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def answers(connection: socket.socket, count: int) -> list[dict[str, Any]]:
    found = []
    for _ in range(count):
        response = HTTPResponse(connection)
        response.begin()
        found.append({"status": response.status, "will_close": response.will_close, **json.loads(response.read())})
    return found


def test_many_at_once_on_lasting_connections(served: Served, appliance: Appliance) -> None:
    crowd = [person.cccd_2021() for person, _ in zip(people(), range(200), strict=False)]

    def client(mine: list[str]) -> list[str]:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
        tickets = []
        for payload in mine:
            connection.request("POST", URL, json.dumps({"payload": payload, "key": str(uuid4())}), JSON)
            tickets.append(json.loads(connection.getresponse().read())["ticket"]["number"])
        connection.close()
        return tickets

    with ThreadPoolExecutor(20) as pool:
        tickets = [one for mine in pool.map(client, [crowd[at::20] for at in range(20)]) for one in mine]
    assert len(set(tickets)) == len(crowd)
    assert len(records(appliance)) == len(crowd)
    assert_whole(appliance)


def test_scans_of_one_connection_are_answered_in_their_order(served: Served) -> None:
    crowd = [person.cccd_2021() for person, _ in zip(people(), range(3), strict=False)]
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(b"".join(map(raw, crowd)))
        assert [one["ticket"]["number"] for one in answers_in_turn(connection, 3)] == ["A001", "A002", "A003"]


def answers_in_turn(connection: socket.socket, count: int) -> list[dict[str, Any]]:
    """Like ``answers``, for answers that come in one packet."""
    buffer = b""
    found = []
    while len(found) < count:
        buffer += connection.recv(65536)
        while b"\r\n\r\n" in buffer:
            head, rest = buffer.split(b"\r\n\r\n", 1)
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            if len(rest) < length:
                break
            found.append(json.loads(rest[:length]))
            buffer = rest[length:]
    return found


@pytest.mark.parametrize(("version", "headers"), [("1.1", "Connection: close\r\n"), ("1.0", "")])
def test_a_client_that_wants_no_more_is_let_go(served: Served, version: str, headers: str) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(raw("x", version, headers))
        (said,) = answers(connection, 1)
        assert said["status"] == 200
        assert said["will_close"]
        assert connection.recv(1) == b""


def test_what_is_not_a_plain_scan_is_answered_all_the_same(served: Served) -> None:
    assert served.post("x", Origin="http://evil.example")["status"] == 403
    assert served.post("x", Origin=f"http://127.0.0.1:{served.port}")["status"] == 200
    assert served.post("x" * 70_000)["findings"][0]["code"] == "core.payload_too_long"
    connection = HTTPConnection("127.0.0.1", served.port, timeout=30)
    for body, status in ((b"{", 400), (b'{"payload": 1}', 400), (b"", 400), (b'{"payload": "x"}', 200)):
        connection.request("POST", URL, body, JSON)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == status
    connection.request("GET", "/health")
    assert connection.getresponse().status == 200
    connection.close()


def test_the_same_key_gives_the_same_answer_and_no_second_record(served: Served, appliance: Appliance) -> None:
    person = next(people())
    key = uuid4()
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: served.post(person.cccd_2021(), key), range(16)))
    assert all(one == said[0] for one in said)
    assert len(records(appliance)) == 1


def test_who_has_gone_before_the_answer_still_gets_the_paper(
    workshop: Workshop, serve: Callable[[Appliance], Served]
) -> None:
    holding, shown = threading.Event(), threading.Event()

    class Slow(Witness):
        @hookimpl
        def read_credential(self, scan: Scan) -> Credential | None:
            shown.set()
            holding.wait(5)
            return super().read_credential(scan)

    appliance = workshop.start([("witness", Slow)])
    served = serve(appliance)
    with socket.create_connection(("127.0.0.1", served.port), timeout=30) as connection:
        connection.sendall(raw("W:000000000001"))
        assert shown.wait(5)
    time.sleep(0.2)  # waitress notices
    holding.set()
    assert served.post("W:000000000002")["decision"] == "admit"
    end = time.monotonic() + 5
    while len(appliance.host.plugin("witness").printed) < 2:
        assert time.monotonic() < end, "no paper"
        time.sleep(0.01)


def test_nothing_of_a_request_is_left_for_the_collector(served: Served) -> None:
    """Rings of objects would keep what people showed in memory, and cost a busy kiosk pauses of a tenth of a second."""
    kinds = (WSGITask, _OnePiece, Begun)
    gc.collect()
    gc.disable()
    before = {id(one) for one in gc.get_objects() if type(one) in kinds}  # of other tests
    try:
        for person, _ in zip(people(), range(5), strict=False):
            assert served.post(person.cccd_2021())["decision"] == "admit"
        end = time.monotonic() + 5
        while left := [one for one in gc.get_objects() if type(one) in kinds and id(one) not in before]:
            assert time.monotonic() < end, left
            del left
            time.sleep(0.05)
    finally:
        gc.enable()


def test_while_one_scan_is_held_up_others_go_on(workshop: Workshop, serve: Callable[[Appliance], Served]) -> None:
    blocks = Misbehaviour(lambda: blocks.block())
    seconds = 3 * HELD_UP_SECONDS
    appliance = workshop.start([("faulty", faulty("judge", blocks)), ("witness", Witness)], hook_seconds=seconds)
    served = serve(appliance)
    try:
        with ThreadPoolExecutor(6) as pool:
            first = pool.submit(served.post, "W:000000000001")
            time.sleep(1.2 * HELD_UP_SECONDS)
            assert served.lane._held_up()
            later = [pool.submit(served.post, f"W:00000000001{number}") for number in range(4)]
            said = [one.result(30) for one in (first, *later)]
        assert {one["decision"] for one in said} == {"refer"}
        assert all(one["record"] for one in said)
        assert not served.lane._held_up()
        assert served.post("W:000000000003")["status"] == 200
    finally:
        blocks.release()


def test_no_lane_behind_a_proxy_or_on_a_platform(workshop: Workshop) -> None:
    platform = workshop.start(["self_check_in", "national_platform"], role="platform")
    assert lane_for(platform.settings) is None
    kiosk = workshop.start([], data="behind", sections='[server]\nbehind_tls = true\nallowed_hosts = ["kiosk.example"]')
    assert lane_for(kiosk.settings) is None
