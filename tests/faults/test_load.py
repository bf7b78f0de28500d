"""Many requests at once: health stays whole, no plugin pays for the load, and pictures that are too many are turned away."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from kiosk.web.turns import NoRoom, Turns
from tests.support.appliance import Workshop
from tests.support.probes import Misbehaviour, Witness, faulty

PICTURE = b"\x89PNG"


@pytest.fixture
def slow() -> Iterator[Misbehaviour]:
    """A reader of images that takes its time, then leaves the picture to the next one."""
    made = Misbehaviour(lambda: made.block())
    yield made
    made.release()


@pytest.fixture
def loaded(workshop: Workshop, slow: Misbehaviour) -> tuple[Appliance, Flask]:
    appliance = workshop.start([("slow", faulty("decode_image", slow)), ("witness", Witness)], hook_seconds=5)
    return appliance, create_app(appliance)


def checks(app: Flask) -> dict[str, str]:
    found: list[dict[str, Any]] = app.test_client().get("/health").get_json()["checks"]
    return {one["name"]: one["level"] for one in found}


def settle(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


def test_twenty_pictures_at_once_take_nothing_from_health(loaded: tuple[Appliance, Flask], slow: Misbehaviour) -> None:
    appliance, app = loaded
    calm = checks(app)
    assert calm["witness"] == "ok"

    def send(_number: int) -> Any:
        return app.test_client().post("/api/v1/scans", data=PICTURE, content_type="image/png")

    with ThreadPoolExecutor(20) as pool:
        sent = [pool.submit(send, number) for number in range(20)]
        settle(lambda: sum(one.done() for one in sent) == 10)  # two are read and eight wait: the others know at once
        assert checks(app) == calm
        assert slow.calls == 2
        slow.release()
        answers = [one.result(120) for one in sent]
    assert Counter(one.status_code for one in answers) == {200: 10, 503: 10}
    turned_away = [one for one in answers if one.status_code == 503]
    assert {one.get_json()["error"]["code"] for one in turned_away} == {"readers_busy"}
    assert all(int(one.headers["Retry-After"]) > 0 for one in turned_away)
    assert [one.faults for one in appliance.host.states()] == [0, 0, 0]
    assert send(21).status_code == 200


def test_a_plugin_that_could_not_be_asked_is_missed(
    loaded: tuple[Appliance, Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    appliance, app = loaded
    monkeypatch.setattr("kiosk.plugin_host.deadline.BEGIN_SECONDS", 0.01)
    monkeypatch.setattr(appliance.runner, "_most", 0)
    with appliance.runner._changed:
        appliance.runner._keep = 0
        appliance.runner._changed.notify_all()
    settle(lambda: appliance.runner._threads == 0)
    found = app.test_client().get("/health").get_json()
    (missed,) = [one for one in found["checks"] if one["name"] == "unanswered"]
    assert missed["level"] == "warning"
    assert "witness (health_checks)" in missed["text"]["vi"]
    assert missed["advice"]["vi"] != missed["advice"]["en"]
    assert "witness" not in {one["name"] for one in found["checks"]}
    assert [one.faults for one in appliance.host.states()] == [0, 0, 0]
    monkeypatch.undo()


def test_a_plugin_that_blocks_in_its_health_check_shows_in_the_same_answer(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = Misbehaviour(lambda: blocks.block())
    appliance = workshop.start([("faulty", faulty("health_checks", blocks))], hook_seconds=0.2)
    assert checks(create_app(appliance))["unanswered"] == "warning"
    monkeypatch.setattr("kiosk.plugin_host.guarded.PATIENCE_SECONDS", 0.2)
    assert checks(create_app(appliance))["plugin.faulty"] == "fault"
    blocks.release()


def test_who_waited_in_vain_gives_the_place_back() -> None:
    turns, entered, gate = Turns(1, waiting=1), threading.Event(), threading.Event()

    def work() -> bool:
        with turns.one(120):
            entered.set()
            return gate.wait(120)

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        assert entered.wait(120)
        for _ in range(3):
            with pytest.raises(NoRoom), turns.one(0.01):
                pytest.fail("there was no room")
        gate.set()
        assert working.result(120)
    with turns.one(0.0):
        pass
