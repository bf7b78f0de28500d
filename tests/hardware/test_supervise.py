"""Workers are restarted, told apart by fault, seen when they block, and ended. No test here measures time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.supervise import Backoff, PermanentFault, Supervised, TemporaryFault, WorkerState

QUICK = Backoff(first=0.001, longest=0.002)


def wait_until(true: Callable[[], bool], seconds: float = 120.0) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.005)
    return true()


@pytest.fixture
def workers() -> Iterator[list[Supervised]]:
    started: list[Supervised] = []
    yield started
    for worker in started:
        worker.stop(120.0)


def test_a_temporary_fault_is_followed_by_another_attempt(workers: list[Supervised]) -> None:
    attempts: list[int] = []

    def work(stop: threading.Event) -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise TemporaryFault("unplugged")
        worker.beat()
        stop.wait()

    worker = Supervised("camera:x", work, backoff=QUICK)
    workers.append(worker)
    worker.start()
    assert wait_until(lambda: len(attempts) == 3)
    assert wait_until(lambda: worker.condition().state is WorkerState.RUNNING)
    condition = worker.condition()
    assert (condition.restarts, condition.failures, condition.error) == (2, 2, "unplugged")
    assert not condition.stalled


def test_a_permanent_fault_ends_the_attempts_until_retry(workers: list[Supervised]) -> None:
    attempts: list[int] = []

    def work(stop: threading.Event) -> None:
        attempts.append(1)
        raise PermanentFault("library_missing", "install it")

    worker = Supervised("camera:x", work, backoff=QUICK)
    workers.append(worker)
    worker.start()
    assert wait_until(lambda: worker.condition().state is WorkerState.FAILED)
    assert worker.condition().detail == "install it"
    assert len(attempts) == 1
    worker.retry()
    assert wait_until(lambda: len(attempts) == 2)


@pytest.mark.parametrize("ending", ["return", "unforeseen"])
def test_what_merely_ends_or_breaks_is_restarted_too(ending: str, workers: list[Supervised]) -> None:
    attempts: list[int] = []

    def work(stop: threading.Event) -> None:
        attempts.append(1)
        if ending == "unforeseen":
            raise ValueError("001099012345|a name")

    worker = Supervised("scanner:x", work, backoff=QUICK)
    workers.append(worker)
    worker.start()
    assert wait_until(lambda: len(attempts) >= 3)
    assert worker.condition().error == ("ended" if ending == "return" else "ValueError")


def test_the_words_of_an_unforeseen_exception_are_kept_nowhere(
    caplog: pytest.LogCaptureFixture, workers: list[Supervised]
) -> None:
    def work(stop: threading.Event) -> None:
        raise ValueError("001099012345")

    worker = Supervised("scanner:x", work, backoff=QUICK)
    workers.append(worker)
    with caplog.at_level(logging.DEBUG):
        worker.start()
        assert wait_until(lambda: worker.condition().restarts > 3)
        worker.stop()
    assert "001099012345" not in caplog.text
    assert "001099012345" not in repr(worker.condition())
    assert caplog.text.count("ValueError") == 1  # the same trouble is one line, not one per attempt


def test_a_blocked_worker_is_reported_and_a_stop_does_not_wait_for_it() -> None:
    now = [0.0]
    blocked, release = threading.Event(), threading.Event()

    def work(stop: threading.Event) -> None:
        blocked.set()
        release.wait(120)  # a driver that does not come back, and does not know of stop

    worker = Supervised("camera:x", work, stall_after=5.0, clock=lambda: now[0])
    worker.start()
    assert blocked.wait(120)
    assert not worker.condition().stalled
    now[0] = 6.0
    condition = worker.condition()
    assert condition.stalled
    assert condition.last_progress == 6.0
    assert worker.stop(0.05) is False
    release.set()
    assert worker.stop(120.0) is True
    assert worker.condition().state is WorkerState.STOPPED


def test_a_stuck_thread_does_not_keep_a_new_start_from_working(workers: list[Supervised]) -> None:
    release, second = threading.Event(), threading.Event()
    calls: list[int] = []

    def work(stop: threading.Event) -> None:
        calls.append(1)
        if len(calls) == 1:
            release.wait(120)
            raise TemporaryFault("late")
        second.set()
        stop.wait()

    worker = Supervised("camera:x", work, backoff=QUICK)
    workers.append(worker)
    worker.start()
    assert wait_until(lambda: len(calls) == 1)
    assert not worker.stop(0.01)
    worker.start()
    assert second.wait(120)
    release.set()
    time.sleep(0.05)
    condition = worker.condition()
    assert condition.state is WorkerState.RUNNING
    assert condition.error == ""  # what the old thread raised in the end concerns nobody


def test_a_waiting_worker_is_not_stalled_and_stops_at_once(workers: list[Supervised]) -> None:
    now = [0.0]

    def work(stop: threading.Event) -> None:
        raise TemporaryFault("unplugged")

    worker = Supervised("camera:x", work, backoff=Backoff(first=3600, longest=3600), clock=lambda: now[0])
    workers.append(worker)
    worker.start()
    assert wait_until(lambda: worker.condition().state is WorkerState.WAITING)
    now[0] = 1000.0
    assert not worker.condition().stalled
    assert worker.stop(120.0)


def test_faults_in_a_row_are_forgotten_after_a_while_of_health(workers: list[Supervised]) -> None:
    now = [0.0]
    attempts: list[int] = []
    go_on = threading.Event()

    def work(stop: threading.Event) -> None:
        attempts.append(1)
        if len(attempts) <= 4:
            raise TemporaryFault("unplugged")
        go_on.wait(120)
        if not stop.is_set():
            raise TemporaryFault("unplugged")

    worker = Supervised("camera:x", work, backoff=Backoff(0.001, 0.002, healthy_after=20), clock=lambda: now[0])
    workers.append(worker)
    worker.start()
    assert wait_until(lambda: len(attempts) == 5)
    assert worker.condition().failures == 4
    now[0] = 21.0
    assert worker.condition().failures == 0
    worker._backoff = Backoff(first=3600, longest=3600)  # hold it in the pause after the next fault
    go_on.set()
    assert wait_until(lambda: worker.condition().state is WorkerState.WAITING)
    assert worker.condition().failures == 1


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_grow_are_bounded_and_never_vanish(failures: int, chance: float) -> None:
    backoff = Backoff(first=0.5, longest=8.0, jitter=0.3)
    pause = backoff.pause(failures, lambda: chance)
    assert 0.35 <= pause <= 8.0
    assert backoff.pause(failures + 1, lambda: chance) >= pause
