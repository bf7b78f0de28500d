"""systemd is asked for a restart when a worker is stuck for good, and only then."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.supervise import Condition, WorkerState
from hardware.watchdog import Watchdog, notify


@pytest.fixture
def systemd(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        yield listener


def condition(name: str, *, quiet: float = 0.1, state: WorkerState = WorkerState.RUNNING) -> Condition:
    stalled = state is WorkerState.RUNNING and quiet > 15
    return Condition(name, state, quiet, quiet, stalled, 0, 0, "", "")


def test_words_reach_the_socket_with_all_their_letters(systemd: socket.socket) -> None:
    assert notify("STATUS=Đang phục vụ", {"NOTIFY_SOCKET": systemd.getsockname()})
    assert systemd.recv(200).decode() == "STATUS=Đang phục vụ"


def test_an_abstract_socket_is_reached_too() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("")  # the kernel picks an abstract name
        listener.settimeout(5)
        name = listener.getsockname().decode()
        assert notify("READY=1", {"NOTIFY_SOCKET": "@" + name[1:]})
        assert listener.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "relative", "/nowhere/at/all"])
def test_nobody_listening_is_no_error(address: str) -> None:
    assert notify("READY=1", {"NOTIFY_SOCKET": address}) is False


def test_a_restart_is_asked_for_only_when_a_worker_is_stuck_for_good() -> None:
    sent: list[str] = []
    now = [0.0]
    conditions = [condition("camera:front"), condition("scanner:a", quiet=9000, state=WorkerState.WAITING)]
    dog = Watchdog(lambda: conditions, send=lambda word: not sent.append(word), clock=lambda: now[0])
    now[0] = 1000.0
    assert not dog.check()
    conditions[0] = condition("camera:front", quiet=30.0)
    assert not dog.check()
    conditions[0] = condition("camera:front", quiet=61.0)
    assert dog.check()
    assert sent == ["WATCHDOG=trigger"]


def test_a_device_that_sticks_at_every_start_does_not_make_the_service_start_for_ever() -> None:
    now = [0.0]
    dog = Watchdog(lambda: [condition("camera:front", quiet=300)], send=lambda word: True, clock=lambda: now[0])
    now[0] = 300.0
    assert not dog.check()
    now[0] = 601.0
    assert dog.check()


def test_it_runs_until_it_is_stopped(systemd: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": systemd.getsockname()}
    stuck = [condition("camera:front", quiet=300)]
    dog = Watchdog(lambda: stuck, not_before=0.0, every=0.01, send=lambda word: notify(word, environ))
    dog.start()
    assert systemd.recv(100) == b"WATCHDOG=trigger"
    dog.stop()
    dog.stop()
