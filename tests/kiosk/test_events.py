"""The event hub: order, the cap, forgetting, and what a slow or returning reader gets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.events import EventHub, EventStream, TooManySubscribersError
from tests.support.processes import eventually


class Hours:
    """A clock that moves only when told, in seconds."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hours() -> Hours:
    return Hours()


@pytest.fixture
def hub(hours: Hours) -> Iterator[EventHub]:
    made = EventHub(max_streams=3, queue_length=4, memory=4, expiry=20.0, heartbeat=0.02, monotonic=hours)
    yield made
    made.close()


def events_of(stream: EventStream, count: int) -> list[tuple[int, str, object]]:
    """The next ``count`` events of a stream, without greeting and heartbeats."""
    found = []
    while len(found) < count:
        lines = dict(line.split(": ", 1) for line in next(stream).decode().strip().split("\n"))
        if "id" in lines:
            found.append((int(lines["id"]), lines["event"], json.loads(lines["data"])))
    return found


def names_polled(hub: EventHub, after: int = 0) -> list[str]:
    return [event.name for event in hub.poll(after)[1]]


def test_a_reader_gets_events_in_order_with_growing_numbers(hub: EventHub) -> None:
    stream = hub.stream()
    hub.publish("answer", {"key": "một"})
    hub.publish("print", {"printed": True})
    assert events_of(stream, 2) == [(1, "answer", {"key": "một"}), (2, "print", {"printed": True})]


def test_every_reader_gets_every_event(hub: EventHub) -> None:
    streams = [hub.stream() for _ in range(3)]
    hub.publish("answer", {"n": 1})
    assert [events_of(stream, 1)[0][0] for stream in streams] == [1, 1, 1]


def test_a_quiet_stream_greets_and_then_beats(hub: EventHub) -> None:
    stream = hub.stream()
    assert next(stream).startswith(b"retry:")
    assert next(stream) == b"event: beat\ndata: {}\n\n"


def test_the_cap_is_hard_and_a_closed_stream_gives_its_place_back(hub: EventHub) -> None:
    streams = [hub.stream() for _ in range(3)]
    with pytest.raises(TooManySubscribersError):
        hub.stream()
    streams[0].close()
    streams[0].close()  # a server may close twice
    assert len(hub._streams) == 2
    hub.stream()


def test_a_stream_that_nobody_began_to_read_gives_its_place_back(hub: EventHub) -> None:
    hub.stream().close()
    assert len(hub._streams) == 0


def test_a_slow_reader_loses_the_oldest(hub: EventHub) -> None:
    stream = hub.stream()
    for n in range(10):
        hub.publish("guidance", {"n": n})
    assert [number for number, _, _ in events_of(stream, 4)] == [7, 8, 9, 10]


def test_a_new_reader_gets_the_state_of_devices_but_no_earlier_answer(hub: EventHub) -> None:
    hub.publish("status", {"camera": "fault"})
    hub.publish("answer", {"key": "of somebody else"})
    hub.publish("status", {"camera": "ok"})
    stream = hub.stream()
    hub.publish("guidance", {"code": "closer"})
    assert events_of(stream, 2) == [(3, "status", {"camera": "ok"}), (4, "guidance", {"code": "closer"})]


def test_a_reader_that_comes_back_gets_what_it_missed(hub: EventHub) -> None:
    for n in (1, 2, 3):
        hub.publish("answer", {"n": n})
    assert [number for number, _, _ in events_of(hub.stream(after=1), 2)] == [2, 3]


def test_a_number_from_before_a_restart_counts_for_nothing(hub: EventHub) -> None:
    hub.publish("answer", {"n": 1})
    assert names_polled(hub, after=812) == ["answer"]
    assert [number for number, _, _ in events_of(hub.stream(after=812), 1)] == [1]


def test_what_is_older_than_the_expiry_is_told_to_nobody(hub: EventHub, hours: Hours) -> None:
    stream = hub.stream()
    hub.publish("status", {"printer": "ok"})
    hub.publish("answer", {"key": "k"})
    hours.now += 20.0
    hub.publish("guidance", {"code": "closer"})
    assert names_polled(hub) == ["status", "guidance"]
    assert [name for _, name, _ in events_of(stream, 2)] == ["status", "guidance"]


def test_forgetting_takes_delivered_and_waiting_events_but_not_the_state(hub: EventHub) -> None:
    stream = hub.stream()
    hub.publish("status", {"printer": "ok"})
    hub.publish("answer", {"key": "k"})
    hub.forget()
    assert names_polled(hub) == ["status"]
    hub.publish("guidance", {"code": "closer"})
    assert [name for _, name, _ in events_of(stream, 2)] == ["status", "guidance"]


def test_the_last_answer_of_the_day_goes_without_another_call() -> None:
    hub = EventHub(expiry=0.02)
    hub.publish("answer", {"key": "k"})
    eventually(lambda: not hub._recent)
    hub.close()


def test_memory_is_bounded(hub: EventHub) -> None:
    for n in range(100):
        hub.publish("answer", {"n": n})
    assert [event.number for event in hub.poll(0)[1]] == [97, 98, 99, 100]


def test_closing_ends_streams_and_takes_no_more(hub: EventHub) -> None:
    stream = hub.stream()
    next(stream)
    hub.close()
    with pytest.raises(StopIteration):
        next(stream)
    with pytest.raises(TooManySubscribersError):
        hub.stream()


@pytest.mark.parametrize("name", ["", "Answer", "a b", "a\nid: 9", "x" * 40])
def test_a_name_that_would_break_the_wire_format_is_refused(hub: EventHub, name: str) -> None:
    with pytest.raises(ValueError, match="event name"):
        hub.publish(name, {})


def test_data_that_is_not_json_fails_where_it_is_published(hub: EventHub) -> None:
    with pytest.raises(TypeError):
        hub.publish("answer", {"when": object()})
    assert hub.poll(0) == (0, [])


def test_publishing_from_many_threads_loses_nothing_and_numbers_each_once(hours: Hours) -> None:
    hub = EventHub(queue_length=1000, memory=1000, heartbeat=0.02, monotonic=hours)
    stream = hub.stream()
    threads = [threading.Thread(target=lambda: [hub.publish("answer", {"n": n}) for n in range(50)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    numbers = [number for number, _, _ in events_of(stream, 400)]
    for thread in threads:
        thread.join()
    hub.close()
    assert numbers == list(range(1, 401))


@given(st.dictionaries(st.text(st.characters()), st.text(st.characters()) | st.integers() | st.none() | st.booleans()))
def test_any_text_survives_the_wire_in_one_event(data: dict[str, object]) -> None:
    hub = EventHub(heartbeat=0.02)
    stream = hub.stream()
    try:
        hub.publish("answer", data)
        next(stream)
        wire = next(stream)
        assert wire.endswith(b"\n\n")
        assert wire.count(b"\n") == 4
        assert json.loads(wire.decode().split("data: ", 1)[1]) == data
    finally:
        hub.close()
