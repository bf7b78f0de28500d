"""Hooks with a limit: who blocks is suspended, who is only unlucky is not, and what was not asked is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kiosk.plugin_host.deadline import DeadlineRunner
from kiosk.plugin_host.guarded import PATIENCE_SECONDS, REMEMBERED_SECONDS, UNANSWERED, GuardedHooks
from kiosk.plugin_host.host import BLOCKED, PluginFault, PluginHost
from kiosk.plugin_host.running_time import SLICE_SECONDS, RunningTime
from tests.support.probes import Misbehaviour, faulty

SECONDS = 0.4


@pytest.fixture
def blocks() -> Iterator[Misbehaviour]:
    made = Misbehaviour(lambda: made.block())
    yield made
    made.release()


@pytest.fixture
def runner() -> Iterator[DeadlineRunner]:
    made = DeadlineRunner()
    yield made
    made.stop()


class ByHand(RunningTime):
    """Goes on only where a test says so."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(lambda: self._now)

    def go_on(self, seconds: float) -> None:
        for _ in range(round(seconds / (SLICE_SECONDS / 2))):
            self._now += SLICE_SECONDS / 2
            self()


def host_of(hook: str, running: RunningTime | None = None, **plugins: Callable[[], Any]) -> PluginHost:
    host = PluginHost(running=running)
    for name, act in plugins.items():
        host.register(name, faulty(hook, act)(None))
    return host


def statuses(host: PluginHost) -> dict[str, tuple[str, int]]:
    return {one.name: (one.status, one.faults) for one in host.states()}


def test_only_the_one_that_blocks_is_suspended_and_the_others_are_asked_once(
    runner: DeadlineRunner, blocks: Misbehaviour
) -> None:
    before, after = Misbehaviour(list), Misbehaviour(list)
    host = host_of("scan_sources", before=before, faulty=blocks, after=after)
    collected = GuardedHooks(host, runner, SECONDS).collect("scan_sources")
    assert [plugin for plugin, _ in collected.results] == ["before", "after"]
    assert collected.faults == [PluginFault("faulty", "scan_sources", BLOCKED)]
    assert (before.calls, blocks.calls, after.calls) == (1, 1, 1)
    assert statuses(host) == {"before": ("loaded", 0), "faulty": ("suspended", 1), "after": ("loaded", 0)}


def test_each_plugin_has_the_whole_limit(runner: DeadlineRunner) -> None:
    """Together they take longer than one may."""

    running = ByHand()

    def half() -> list[Any]:
        running.go_on(SECONDS / 2)
        return []

    slow = dict.fromkeys("abcde", half)
    host = host_of("figures", running, **slow)
    collected = GuardedHooks(host, runner, SECONDS).collect("figures", site=None)
    assert [plugin for plugin, _ in collected.results] == list(slow)
    assert set(statuses(host).values()) == {("loaded", 0)}


def test_under_load_nobody_is_suspended_for_not_having_been_asked(
    monkeypatch: pytest.MonkeyPatch, blocks: Misbehaviour
) -> None:
    monkeypatch.setattr("kiosk.plugin_host.deadline.BEGIN_SECONDS", 0.05)
    innocent = Misbehaviour(list)
    host = host_of("figures", slow=blocks)
    host.register("innocent", faulty("navigation", innocent)(None))
    runner = DeadlineRunner(idle=1, most=1)
    hooks = GuardedHooks(host, runner, SECONDS)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(hooks.within(120).collect, "figures", site=None)
        while not blocks.calls:
            time.sleep(0.005)
        asked = hooks.collect("navigation")
        assert (asked.results, asked.faults) == ([], [PluginFault("innocent", "navigation", UNANSWERED)])
        blocks.release()
        assert slow.result(120).faults == []
    assert hooks.unanswered() == [("innocent", "navigation")]
    monkeypatch.undo()
    assert [plugin for plugin, _ in hooks.collect("navigation").results] == ["innocent"]
    assert innocent.calls == 1  # the call that was given up did not run later
    assert statuses(host) == {"slow": ("loaded", 0), "innocent": ("loaded", 0)}
    runner.stop()


def test_who_is_only_just_in_a_call_when_the_limit_passes_is_not_to_blame(runner: DeadlineRunner) -> None:
    """``outer`` takes too long because the core is slow; ``inner`` is asked just before the limit."""
    gate, left, running = threading.Event(), threading.Event(), ByHand()

    def outer() -> Any:
        running.go_on(SECONDS * 0.75)
        host.call_one("inner", "figures", site=None)
        left.set()
        return []

    def inner() -> Any:
        running.go_on(SECONDS * 0.375)
        gate.wait(120)
        return []

    host = host_of("navigation", running, outer=outer)
    host.register("inner", faulty("figures", inner)(None))
    hooks = GuardedHooks(host, runner, SECONDS)
    assert hooks.collect("navigation").faults == [PluginFault("outer", "navigation", UNANSWERED)]
    gate.set()
    assert left.wait(120)
    assert statuses(host) == {"outer": ("loaded", 0), "inner": ("loaded", 0)}
    assert hooks.unanswered() == [("outer", "navigation")]


def test_the_first_answer_counts_and_a_fault_before_it_does_not_stop_it(runner: DeadlineRunner) -> None:
    host = host_of("camera_preview", raises=lambda: 1 / 0, none=lambda: None, answers=lambda: "/here", last=str)
    first = GuardedHooks(host, runner, SECONDS).first("camera_preview")
    assert (first.value, first.plugin) == ("/here", "answers")
    assert [fault.plugin for fault in first.faults] == ["raises"]


def test_nobody_is_asked_for_what_a_blocked_one_may_still_do(runner: DeadlineRunner, blocks: Misbehaviour) -> None:
    second = Misbehaviour(tuple)
    host = host_of("decode_image", faulty=blocks, second=second)
    hooks = GuardedHooks(host, runner, SECONDS)
    assert hooks.first("decode_image", image=b"").faults == [PluginFault("faulty", "decode_image", BLOCKED)]
    assert second.calls == 0
    assert hooks.first("decode_image", image=b"").value == ()


class Held:
    """A plugin's hook that comes back when the test says so, on a clock that the test sets; and the machine asking it."""

    def __init__(self, hook: str, runner: DeadlineRunner, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("kiosk.plugin_host.deadline.BEGIN_SECONDS", 120.0)
        self.now = 0.0
        self.entered, self.gate, self.left = threading.Event(), threading.Event(), threading.Event()
        self.host = PluginHost(lambda: self.now)
        self.calls = Misbehaviour(self._act)
        self.host.register("held", faulty(hook, self.calls)(None))
        self.hooks = GuardedHooks(self.host, runner, 0.05)
        assert self.hooks.collect(hook, **({"site": None} if hook == "figures" else {})).faults == [
            PluginFault("held", hook, UNANSWERED)
        ]
        assert self.entered.wait(120)

    def _act(self) -> Any:
        self.entered.set()
        self.gate.wait(120)
        self.left.set()
        return []


def test_a_page_goes_on_without_who_is_late_and_takes_nobody_out(
    runner: DeadlineRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held("navigation", runner, monkeypatch)
    held.now = PATIENCE_SECONDS - 1
    assert held.hooks.collect("navigation").faults == [PluginFault("held", "navigation", UNANSWERED)]
    assert held.calls.calls == 1  # one thread waits for it, however many pages want it
    assert held.hooks.unanswered() == [("held", "navigation")]
    held.gate.set()
    assert held.left.wait(120)
    while not held.hooks.within(120).collect("navigation").results:  # the call ends a moment after the plugin
        pass
    assert statuses(held.host) == {"held": ("loaded", 0)}


def test_who_does_not_come_back_to_a_page_is_taken_out(runner: DeadlineRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held("figures", runner, monkeypatch)
    held.now = PATIENCE_SECONDS
    assert held.hooks.collect("figures", site=None).faults == [PluginFault("held", "figures", BLOCKED)]
    assert statuses(held.host) == {"held": ("suspended", 1)}
    assert held.hooks.collect("figures", site=None).faults == []
    assert held.calls.calls == 1
    held.gate.set()


def test_an_old_call_of_a_page_is_watched_for_the_limit_before_it_is_given_up(
    runner: DeadlineRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process may have stood still for all that time: what comes back within the limit was not to blame."""
    held = Held("navigation", runner, monkeypatch)
    held.now = 10 * PATIENCE_SECONDS
    watched = threading.Event()
    longest_call = held.host.longest_call

    def looked_for(plugin: str, hook: str) -> tuple[int, float] | None:
        found = longest_call(plugin, hook)
        watched.set()
        return found

    monkeypatch.setattr(held.host, "longest_call", looked_for)
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(held.hooks.within(120).collect, "navigation")
        assert watched.wait(120)
        held.gate.set()
        assert page.result(120).results == [("held", ())]
    assert held.calls.calls == 2
    assert statuses(held.host) == {"held": ("loaded", 0)}


def test_a_page_may_ask_another_for_what_one_is_late_with(runner: DeadlineRunner, blocks: Misbehaviour) -> None:
    host = host_of("camera_preview", late=blocks, second=lambda: "/here")
    first = GuardedHooks(host, runner, SECONDS).first("camera_preview")
    assert (first.value, first.plugin) == ("/here", "second")
    assert statuses(host)["late"] == ("loaded", 0)


def test_what_was_not_answered_is_told_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.plugin_host.deadline.BEGIN_SECONDS", 0.0)
    now = 100.0
    hooks = GuardedHooks(host_of("navigation", one=list), DeadlineRunner(most=0), SECONDS, lambda: now)
    hooks.within(5).collect("navigation")
    assert hooks.unanswered() == [("one", "navigation")]
    now += REMEMBERED_SECONDS
    assert hooks.unanswered() == []
