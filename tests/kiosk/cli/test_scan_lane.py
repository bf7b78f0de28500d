"""The lane for plain scans, under a real waitress: all that HTTP allows, nobody held up by anybody, no visit without its paper."""

from __future__ import annotations

import gc
import json
import re
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

from kiosk.appliance import Appliance
from kiosk.cli.scan_lane import LONGEST, ScanLane, lane_for
from kiosk.cli.whole_answers import WholeAnswer, send_whole_answers
from kiosk.domain import Credential, Scan
from kiosk.encounter.story import Begun
from kiosk.plugin import hookimpl
from kiosk.web.app import create_app
from tests.support.appliance import Workshop, assert_whole, people, records
from tests.support.probes import Misbehaviour, Witness, faulty
from tests.support.serving import Served as AnyServed

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


def raw(payload: str, version: str = "1.1", headers: str = "", key: UUID | None = None) -> bytes:
    body = json.dumps({"payload": payload, "key": str(key or uuid4())}).encode()
    head = f"POST {URL} HTTP/{version}\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n{headers}"
    return f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body


def until(holds: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def test_many_at_once_on_lasting_connections(served: Served, appliance: Appliance) -> None:
    crowd = [person.cccd_2021() for person, _ in zip(people(), range(200), strict=False)]

    def client(mine: list[str]) -> list[str]:
        connection = HTTPConnection("127.0.0.1", served.port, timeout=LIMIT)
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
    with socket.create_connection(("127.0.0.1", served.port), timeout=LIMIT) as connection:
        connection.sendall(b"".join(map(raw, crowd)))
        with connection.makefile("rb") as answers:
            assert [_next(answers)["ticket"]["number"] for _ in crowd] == ["A001", "A002", "A003"]


def _next(answers: Any) -> dict[str, Any]:
    """One answer of a stream of them. ``HTTPResponse`` reads ahead, over the end of the first."""
    length = 0
    while (line := answers.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    said: dict[str, Any] = json.loads(answers.read(length))
    return said


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


def _bytes(port: int, request: bytes) -> bytes:
    """All that comes until the server closes, but for the time in it: this request's answer, and that of one that ends it."""
    last = raw("the last", headers="Connection: close\r\n", key=UUID(int=1))
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
        connection.sendall(request + last)
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.sub(rb"Date: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} GMT\r", b"Date:\r", answers)


def test_what_is_not_a_plain_scan_is_answered_all_the_same(served: Served) -> None:
    assert served.post("x", Origin="http://evil.example")["status"] == 403
    assert served.post("x", Origin=f"http://127.0.0.1:{served.port}")["status"] == 200
    assert served.post("x" * LONGEST)["findings"][0]["code"] == "core.payload_too_long"
    for body, status in (("{", 400), ('{"payload": 1}', 400), ("", 400), ('{"payload": "x"}', 200)):
        assert served.ask("POST", URL, body)[0] == status
    assert served.ask("GET", URL)[0] == 405
    assert served.ask("GET", "/health")[0] == 200


def test_the_same_key_gives_the_same_answer_and_no_second_record(served: Served, appliance: Appliance) -> None:
    person = next(people())
    key = uuid4()
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: served.post(person.cccd_2021(), key), range(16)))
    assert all(one == said[0] for one in said)
    assert len(records(appliance)) == 1


class Held(Witness):
    """Reads nothing before it is let."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.shown, self.let = threading.Event(), threading.Event()

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | None:
        if scan.payload == "W:000000000001":
            self.shown.set()
            self.let.wait(LIMIT)
        return super().read_credential(scan)


def test_who_has_gone_before_the_answer_still_gets_the_paper(
    workshop: Workshop, serve: Callable[[Appliance], Served]
) -> None:
    appliance = workshop.start([("witness", Held)])
    appliance.journal.hook_seconds = 2.0 * LIMIT
    served, witness = serve(appliance), appliance.host.plugin("witness")
    with socket.create_connection(("127.0.0.1", served.port), timeout=LIMIT) as connection:
        connection.sendall(raw("W:000000000001"))
        assert witness.shown.wait(LIMIT)
    witness.let.set()
    assert served.post("W:000000000002")["decision"] == "admit"
    until(lambda: len(witness.printed) == 2, "no paper")


def test_while_a_scan_takes_its_time_what_is_known_is_answered(
    workshop: Workshop, serve: Callable[[Appliance], Served]
) -> None:
    appliance = workshop.start([("witness", Held)])
    appliance.journal.hook_seconds = 2.0 * LIMIT
    served, witness = serve(appliance), appliance.host.plugin("witness")
    key = uuid4()
    before = served.post("W:000000000002", key)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(served.post, "W:000000000001")
        try:
            assert witness.shown.wait(LIMIT)
            assert served.post("W:000000000002", key) == before
            assert served.ask("GET", "/api/openapi.json")[0] == 200
        finally:
            witness.let.set()
        assert slow.result(LIMIT)["decision"] == "admit"


def test_a_plugin_that_blocks_is_taken_out_and_nobody_stays_without_an_answer(
    workshop: Workshop, serve: Callable[[Appliance], Served]
) -> None:
    blocks = Misbehaviour(lambda: blocks.block())
    appliance = workshop.start([("faulty", faulty("judge", blocks)), ("witness", Witness)], hook_seconds=3.0)
    served = serve(appliance)
    try:
        with ThreadPoolExecutor(6) as pool:
            said = list(pool.map(served.post, [f"W:00000000000{number}" for number in range(6)]))
        assert {one["decision"] for one in said} == {"refer"}
        assert len({one["record"]["seq"] for one in said}) == 6
    finally:
        blocks.release()


def test_a_fault_of_ours_is_worded_and_others_go_on(
    served: Served, appliance: Appliance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> Any:
        raise ValueError("Nguyễn Văn An 001099012345")

    with monkeypatch.context() as patched:
        patched.setattr(appliance, "begin", fails)
        said = served.post("x")
        assert (said["status"], said["error"]["code"]) == (500, "internal_error")
    with monkeypatch.context() as patched:
        patched.setattr(appliance.encounters, "_recorded", fails)
        said = served.post("x")
        assert (said["status"], said["error"]["code"]) == (500, "internal_error")
    assert len(records(appliance)) == 1  # of the second, whose answer failed after it was written
    assert served.post("x")["status"] == 200


def test_nothing_of_a_request_is_left_for_the_collector(served: Served) -> None:
    """Rings of objects would keep what people showed in memory, and cost a busy kiosk pauses of a tenth of a second."""
    kinds = (WholeAnswer, Begun)
    gc.collect()
    gc.disable()
    before = {id(one) for one in gc.get_objects() if type(one) in kinds}  # of other tests
    try:
        for person, _ in zip(people(), range(5), strict=False):
            assert served.post(person.cccd_2021())["decision"] == "admit"
        until(lambda: not [1 for one in gc.get_objects() if type(one) in kinds and id(one) not in before], "a ring")
    finally:
        gc.enable()


def test_no_lane_behind_a_proxy_or_on_a_platform(workshop: Workshop) -> None:
    platform = workshop.start(["self_check_in", "national_platform"], role="platform")
    assert lane_for(platform.settings) is None
    kiosk = workshop.start([], data="behind", sections='[server]\nbehind_tls = true\nallowed_hosts = ["kiosk.example"]')
    assert lane_for(kiosk.settings) is None
