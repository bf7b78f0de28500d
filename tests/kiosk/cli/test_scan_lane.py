"""The lane for plain scans, under a real waitress: nobody held up by anybody, no visit without its paper."""

from __future__ import annotations

import gc
import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from kiosk.cli.scan_answer import ScanAnswer
from kiosk.cli.scan_lane import LONGEST, lane_for
from kiosk.cli.whole_answers import WholeAnswer
from kiosk.domain import Credential, Scan
from kiosk.encounter.story import Begun
from kiosk.plugin import hookimpl
from tests.support.appliance import Workshop, assert_whole, people, records
from tests.support.probes import Misbehaviour, Witness, faulty
from tests.support.scan_lane import JSON, LIMIT, URL, Served, raw


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
        followed = Misbehaviour(fails)
        patched.setattr(appliance.encounters, "_recorded", lambda *_: followed())
        said = served.post("x")
        assert (said["status"], said["error"]["code"]) == (500, "internal_error")
        assert followed.calls == 1  # paper that was queued before the fault is not queued again
    assert len(records(appliance)) == 1  # of the second, whose answer failed after it was written
    assert served.post("x")["status"] == 200


def test_nothing_of_a_request_is_left_for_the_collector(served: Served) -> None:
    """Rings of objects would keep what people showed in memory, and cost a busy kiosk pauses of a tenth of a second."""
    kinds = (WholeAnswer, ScanAnswer, Begun)
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
