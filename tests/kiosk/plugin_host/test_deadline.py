"""Calls with a limit: a call's time is its own, what never began never runs, and threads that are not needed end."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk.plugin_host import deadline
from kiosk.plugin_host.deadline import DeadlineRunner, Overstayed, queued_seconds
from kiosk.plugin_host.running_time import SLICE_SECONDS, RunningTime


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    made = threading.Event()
    yield made
    made.set()


@pytest.fixture
def runner() -> Iterator[DeadlineRunner]:
    made = DeadlineRunner(idle=1)
    yield made
    made.stop()


class Ticking(RunningTime):
    """Goes on by so much whenever it is looked at, however long that takes."""

    def __init__(self, step: float) -> None:
        self.ticks = 0.0
        self._step = step
        super().__init__(self._tick)

    def _tick(self) -> float:
        self.ticks += self._step
        return self.ticks


def enter_and_wait(entered: threading.Event, gate: threading.Event) -> bool:
    entered.set()
    return gate.wait(120)


def settle(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


def test_a_call_that_overstays_is_left_and_others_go_on(runner: DeadlineRunner, gate: threading.Event) -> None:
    with pytest.raises(Overstayed) as late:
        runner.run(lambda: gate.wait(120), 0.05)
    assert late.value.thread is not None
    assert runner.run(lambda: 7, 120) == 7
    gate.set()
    assert runner.run(lambda: 8, 120) == 8


def test_what_a_call_raises_is_raised_where_it_is_waited_for(runner: DeadlineRunner) -> None:
    with pytest.raises(ZeroDivisionError):
        runner.run(lambda: 1 / 0, 120)
    with pytest.raises(SystemExit):
        runner.run(lambda: (_ for _ in ()).throw(SystemExit(1)), 120)
    assert runner.run(lambda: "still there", 120) == "still there"


def test_no_call_waits_for_the_end_of_others(runner: DeadlineRunner, gate: threading.Event) -> None:
    with ThreadPoolExecutor(20) as pool:
        long = [pool.submit(runner.run, lambda: gate.wait(120), 240) for _ in range(20)]
        assert runner.run(lambda: "at once", 120) == "at once"
        assert not any(one.done() for one in long)
        gate.set()
        assert all(one.result() for one in long)


def test_the_limit_counts_from_the_calls_own_beginning(gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one thread for two: the second waits longer than its limit for the first, and is not late."""
    monkeypatch.setattr("kiosk.plugin_host.deadline.BEGIN_SECONDS", 120.0)
    running = Ticking(0.0)
    runner = DeadlineRunner(idle=1, most=1)
    with ThreadPoolExecutor(2) as pool:
        entered = threading.Event()
        first = pool.submit(runner.run, lambda: enter_and_wait(entered, gate), 240)
        assert entered.wait(120)
        second = pool.submit(runner.run, lambda: "mine", 0.2, running=running)
        settle(lambda: len(runner._waiting) == 1)
        for _ in range(10):
            running.ticks += SLICE_SECONDS
            running()
        assert not second.done()
        gate.set()
        assert second.result(120) == "mine"
        assert first.result(120) is True
    runner.stop()


def test_a_call_that_never_began_never_runs_later(gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.plugin_host.deadline.BEGIN_SECONDS", 0.05)
    runner = DeadlineRunner(idle=1, most=1)
    ran: list[str] = []
    with pytest.raises(Overstayed) as stuck:
        runner.run(lambda: gate.wait(120), 0.05)
    assert stuck.value.thread is not None
    with pytest.raises(Overstayed) as never:
        runner.run(lambda: ran.append("late"), 120)
    assert never.value.thread is None
    gate.set()
    monkeypatch.undo()
    assert runner.run(lambda: ran.append("in time"), 120) is None
    assert ran == ["in time"]
    runner.stop()


def test_without_a_new_thread_a_call_waits_for_one_of_those_there_are(
    gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = DeadlineRunner(idle=1)
    entered = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        busy = pool.submit(runner.run, lambda: enter_and_wait(entered, gate), 240)
        assert entered.wait(120)
        second = pool.submit(_run_without_threads, runner, monkeypatch, gate)
        assert second.result(120) == 2
        assert busy.result(120) is True
    runner.stop()


def test_threads_that_are_not_needed_any_more_end(gate: threading.Event) -> None:
    runner = DeadlineRunner(idle=2, name="mine")

    def alive() -> int:
        return sum(one.name == "mine" for one in threading.enumerate())

    assert alive() == 0  # none before the first call
    with ThreadPoolExecutor(8) as pool:
        calls = [pool.submit(runner.run, lambda: gate.wait(120), 240) for _ in range(8)]
        settle(lambda: alive() == 8)
        gate.set()
        assert all(one.result() for one in calls)
    settle(lambda: alive() == 2)
    runner.stop()
    settle(lambda: alive() == 0)


def test_a_patient_caller_does_not_count_what_the_thread_spent_waiting_for_a_processor(
    runner: DeadlineRunner, gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    running = Ticking(0.02)

    def starving(thread: int) -> float:
        """Of all the time since it was first asked after, the thread ran for none; at the fifth look the call ends."""
        looked.append(thread)
        if len(looked) == 5:
            gate.set()
        return 1000.0 + running.ticks

    monkeypatch.setattr(deadline, "queued_seconds", starving)
    monkeypatch.setattr(deadline, "LOOK_SECONDS", 0.05)
    assert runner.run(lambda: gate.wait(120), 1.0, patient=True, running=running) is True
    assert len(looked) >= 5
    assert len(set(looked)) == 1


def test_patience_ends_as_well(runner: DeadlineRunner, gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[float] = []

    def starving(_thread: int) -> float:
        asked.append(10.0 * len(asked))
        return asked[-1]

    monkeypatch.setattr(deadline, "queued_seconds", starving)
    monkeypatch.setattr(deadline, "LOOK_SECONDS", 0.02)
    with pytest.raises(Overstayed):
        runner.run(lambda: gate.wait(120), 0.04, patient=True)


def test_a_call_that_waits_for_something_else_gets_no_patience(runner: DeadlineRunner, gate: threading.Event) -> None:
    with pytest.raises(Overstayed) as late:
        runner.run(lambda: gate.wait(120), 0.05, patient=True)
    assert late.value.thread is not None


def test_the_kernel_says_how_long_a_thread_waited_for_a_processor() -> None:
    if not Path("/proc/self/schedstat").exists():
        pytest.skip("this kernel keeps no count of it")
    assert queued_seconds(threading.get_native_id()) > 0
    assert queued_seconds(2**31 - 1) == 0.0  # no such thread


def _run_without_threads(runner: DeadlineRunner, monkeypatch: pytest.MonkeyPatch, gate: threading.Event) -> int:
    def none_left(_thread: threading.Thread) -> None:
        gate.set()  # the one thread that there is will soon be free
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", none_left)
        return runner.run(lambda: 2, 120)
