"""Enter holds the demo's queue and lets it go on: on a real pseudo-terminal; elsewhere nothing is read."""

from __future__ import annotations

import io
import os
import pty
import threading
from collections.abc import Iterator

import pytest

from plugins.demo.hold import Hold


class Terminal:
    """A pseudo-terminal: ``keys`` is what the demo reads."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        self.keys = os.fdopen(theirs, "r", encoding="utf-8")

    def enter(self) -> None:
        os.write(self._ours, b"\n")

    def close(self) -> None:
        self.keys.close()
        os.close(self._ours)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.close()


def test_enter_holds_the_queue_until_the_next_one(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    hold = Hold(terminal.keys, threading.Event())
    assert hold.possible
    seen: list[bool] = []

    def meanwhile() -> None:
        seen.append(hold.held)
        if seen[-3:] == [True, True, True]:
            terminal.enter()

    terminal.enter()
    hold.wait(0, meanwhile)  # nothing was waited for, so it is no turn yet
    assert seen == []
    hold.wait(0.05, meanwhile)
    assert seen[0] is True
    assert seen[-1] is False
    said = capsys.readouterr().out
    assert "stands still" in said or "đứng lại" in said
    assert "goes on" in said or "đi tiếp" in said


def test_the_end_of_the_demo_ends_the_wait_also_where_the_queue_is_held(terminal: Terminal) -> None:
    stopping = threading.Event()
    hold = Hold(terminal.keys, stopping)
    hold.held = True
    hold.wait(3600, stopping.set)
    assert hold.held


def test_what_is_no_terminal_is_not_read() -> None:
    keys = io.StringIO("\n\n")
    hold = Hold(keys, threading.Event())
    calls: list[None] = []
    hold.wait(0.01, lambda: calls.append(None))
    assert (hold.possible, hold.held, bool(calls), keys.read()) == (False, False, True, "\n\n")
