"""The host gives a plugin up only for the call that is really stuck: no call before it, after it or beside it pays for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kiosk.plugin_host.host import Overtaken, PluginHost
from kiosk.plugin_host.running_time import RunningTime
from tests.support.probes import Misbehaviour, faulty


class Steps(RunningTime):
    """A clock that the test sets, and that may call back once when it is read."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.when_read: Callable[[], Any] | None = None

    def __call__(self) -> float:
        call, self.when_read = self.when_read, None
        if call:
            call()
        return self.now


def host_with(act: Callable[[], Any], clock: RunningTime) -> PluginHost:
    host = PluginHost(running=clock)
    host.register("faulty", faulty("navigation", act)(None))
    return host


@pytest.mark.parametrize("raises", [False, True], ids=["returns", "raises"])
def test_a_call_that_ends_while_it_is_given_up_leaves_nothing_for_the_next(raises: bool) -> None:
    """The call ends in the middle of ``suspend_blocked``: it is either given up and knows it, or not given up."""
    clock, entered, gate = Steps(), threading.Event(), threading.Event()

    def act() -> Any:
        entered.set()
        gate.wait(120)
        if raises:
            raise LookupError
        return []

    host = host_with(act, clock)
    with ThreadPoolExecutor(1) as pool:
        ident = pool.submit(threading.get_ident).result()
        call = pool.submit(host.call_one, "faulty", "navigation")
        assert entered.wait(120)
        clock.now = 5.0

        def end_now() -> None:
            gate.set()
            call_ended.wait(0.3)  # where the host guards against it, the call ends only after

        call_ended = threading.Event()
        call.add_done_callback(lambda _: call_ended.set())
        clock.when_read = end_now
        fault = host.suspend_blocked(ident, 1.0)
        given_up = isinstance(call.exception(120), Overtaken)
        assert given_up == (fault is not None)
        host.register("next", faulty("figures", list)(None))
        assert pool.submit(host.call_one, "next", "figures", site=None).result() == ((), None)


def test_a_call_that_has_ended_cannot_be_given_up() -> None:
    clock = Steps()
    host = host_with(list, clock)
    with ThreadPoolExecutor(1) as pool:
        ident = pool.submit(threading.get_ident).result()
        assert pool.submit(host.call_one, "faulty", "navigation").result() == ((), None)
        assert host.suspend_blocked(ident) is None
        assert pool.submit(host.call_one, "faulty", "navigation").result() == ((), None)
    assert host.states()[0].faults == 0


def test_a_call_is_not_given_up_before_its_time() -> None:
    clock, entered = Steps(), threading.Event()

    def act() -> None:
        entered.set()
        blocks.block()

    blocks = Misbehaviour(act)
    host = host_with(blocks, clock)
    with ThreadPoolExecutor(1) as pool:
        ident = pool.submit(threading.get_ident).result()
        call = pool.submit(host.call_one, "faulty", "navigation")
        assert entered.wait(120)
        clock.now = 0.9
        assert host.suspend_blocked(ident, 1.0) is None
        clock.now = 1.0
        assert host.suspend_blocked(ident, 1.0) is not None
        blocks.release()
        assert isinstance(call.exception(120), Overtaken)
    assert (host.states()[0].status, host.states()[0].faults) == ("suspended", 1)


def test_input_that_a_given_up_call_rejects_late_leaves_nothing_either() -> None:
    """``decode_image`` may raise ``ValueError`` for the caller; after it was given up nobody waits for that any more."""
    entered, gate = threading.Event(), threading.Event()

    def act() -> Any:
        entered.set()
        gate.wait(120)
        raise ValueError("not an image")

    host = PluginHost()
    host.register("faulty", faulty("decode_image", act)(None))
    host.register("next", faulty("figures", list)(None))
    with ThreadPoolExecutor(1) as pool:
        ident = pool.submit(threading.get_ident).result()
        call = pool.submit(host.call_one, "faulty", "decode_image", image=b"")
        assert entered.wait(120)
        assert host.suspend_blocked(ident) is not None
        gate.set()
        assert isinstance(call.exception(120), Overtaken)
        assert pool.submit(host.call_one, "next", "figures", site=None).result() == ((), None)
