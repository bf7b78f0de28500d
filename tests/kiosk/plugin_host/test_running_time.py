"""The clock by which plugins are given up: what nobody saw this process run through is not counted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.plugin_host.deadline import DeadlineRunner, Overstayed
from kiosk.plugin_host.host import BLOCKED, Overtaken, PluginFault, PluginHost
from kiosk.plugin_host.running_time import SLICE_SECONDS, RunningTime
from tests.support.leaping import Leaping
from tests.support.probes import Misbehaviour, faulty


class Wall:
    """A clock that the test moves. ``comes`` waits on it for what never comes, and oversleeps as it is told."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked: list[float] = []
        self.oversleeps: Callable[[int], float] = lambda _: 0.0

    def __call__(self) -> float:
        return self.now

    def comes(self, seconds: float) -> bool:
        self.asked.append(seconds)
        self.now += seconds + self.oversleeps(len(self.asked))
        return False


def test_looked_at_often_it_is_an_ordinary_clock() -> None:
    wall = Wall()
    running = RunningTime(wall)
    for _ in range(50):
        wall.now += SLICE_SECONDS / 2
        running()
    assert running() == pytest.approx(25 * SLICE_SECONDS)


def test_a_long_time_that_nobody_saw_counts_as_one_slice() -> None:
    wall = Wall()
    running = RunningTime(wall)
    wall.now += 6.0
    assert running() == pytest.approx(SLICE_SECONDS)
    assert running() == pytest.approx(SLICE_SECONDS)


def test_who_waits_sees_the_whole_limit_through() -> None:
    wall = Wall()
    running = RunningTime(wall)
    assert running.wait(wall.comes, running() + 2.0) is False
    assert wall.now == pytest.approx(1002.0)
    assert max(wall.asked) <= SLICE_SECONDS


def test_a_slice_that_took_much_longer_counts_as_one() -> None:
    """The process stands still for six seconds in the fifth slice: two seconds' patience lasts eight by the clock on the wall."""
    wall = Wall()
    wall.oversleeps = lambda slice_number: 6.0 if slice_number == 5 else 0.0
    running = RunningTime(wall)
    assert running.wait(wall.comes, running() + 2.0) is False
    assert wall.now == pytest.approx(1008.0)


def test_a_process_that_hardly_ever_runs_waits_by_its_own_time_and_not_for_ever() -> None:
    wall = Wall()
    wall.oversleeps = lambda _: 1.0
    running = RunningTime(wall)
    assert running.wait(wall.comes, running() + 2.0) is False
    assert 20 <= len(wall.asked) <= 22  # slices, and the last look


def test_what_comes_is_told_at_once_and_what_came_at_the_last_moment_too() -> None:
    wall = Wall()
    running = RunningTime(wall)
    assert running.wait(lambda seconds: len(wall.asked) == 3 or wall.comes(seconds), running() + 2.0) is True
    assert wall.now == pytest.approx(1000.0 + 3 * SLICE_SECONDS)
    assert running.wait(lambda seconds: seconds == 0.0, running()) is True


@given(st.lists(st.floats(0, 100, allow_nan=False), max_size=40))
def test_it_never_goes_back_nor_ahead_of_the_wall(gaps: list[float]) -> None:
    wall = Wall()
    running = RunningTime(wall)
    last = running()
    for gap in gaps:
        wall.now += gap
        now = running()
        assert -1e-9 <= now - last <= min(gap, SLICE_SECONDS) + 1e-6
        last = now


def test_many_who_wait_together_do_not_make_it_faster() -> None:
    wall = Wall()
    running = RunningTime(wall)
    for _ in range(10):
        wall.now += 6.0
        for _ in range(32):  # all wake at once
            running()
    assert running() == pytest.approx(10 * SLICE_SECONDS)


def test_a_call_is_not_given_up_for_what_its_process_slept_through() -> None:
    """Real threads: an hour passes within the call, of which nobody saw anything."""
    wall = Leaping()
    running, runner = RunningTime(wall), DeadlineRunner(idle=0)

    def act() -> str:
        wall.leap(3600)
        return "still awaited"

    assert runner.run(act, 60, running=running) == "still awaited"
    runner.stop()


def test_a_call_that_really_blocks_is_given_up_all_the_same() -> None:
    wall, gate = Leaping(), threading.Event()
    running, runner = RunningTime(wall), DeadlineRunner(idle=0)

    def act() -> bool:
        wall.leap(3600)
        return gate.wait(120)

    with pytest.raises(Overstayed) as late:
        runner.run(act, 0.5, running=running)
    assert late.value.thread is not None
    gate.set()
    runner.stop()


def test_a_call_is_blamed_only_for_running_time() -> None:
    wall, entered = Wall(), threading.Event()

    def act() -> None:
        entered.set()
        blocks.block()

    blocks = Misbehaviour(act)
    host = PluginHost(wall, RunningTime(wall))
    host.register("faulty", faulty("judge", blocks)(None))
    with ThreadPoolExecutor(1) as pool:
        thread = pool.submit(threading.get_ident).result()
        call = pool.submit(host.call_one, "faulty", "judge", encounter=None)
        assert entered.wait(120)
        wall.now += 3600
        assert host.suspend_blocked(thread, 2.0) is None
        assert host.states()[0].status == "loaded"
        host.running.wait(wall.comes, host.running() + 2.0)
        assert host.suspend_blocked(thread, 2.0) == PluginFault("faulty", "judge", BLOCKED)
        assert host.suspend_blocked(thread, 2.0) == PluginFault("faulty", "judge", BLOCKED)  # another waited for it too
        assert (host.states()[0].status, host.states()[0].faults) == ("suspended", 1)
        blocks.release()
        assert isinstance(call.exception(120), Overtaken)
