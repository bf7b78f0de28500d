"""systemd hears that we live only while the workers get on."""

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


def condition(name: str, *, stalled: bool = False, state: WorkerState = WorkerState.RUNNING) -> Condition:
    return Condition(name, state, 1.0, 0.1, stalled, 0, 0, "", "")


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


def test_alive_is_said_only_while_no_worker_is_stalled() -> None:
    sent: list[str] = []
    conditions = [condition("camera:front"), condition("scanner:a", state=WorkerState.WAITING)]
    dog = Watchdog(lambda: conditions, send=lambda word: not sent.append(word))
    assert dog.check()
    conditions[0] = condition("camera:front", stalled=True)
    assert not dog.check()
    assert not dog.check()
    conditions[0] = condition("camera:front")
    assert dog.check()
    assert sent == ["WATCHDOG=1", "WATCHDOG=1"]


def test_it_arms_at_start_feeds_and_disarms_at_the_end(systemd: socket.socket) -> None:
    environ = {"NOTIFY_SOCKET": systemd.getsockname()}
    dog = Watchdog(list, limit=0.04, send=lambda word: notify(word, environ))
    assert dog.start()
    assert systemd.recv(100) == b"WATCHDOG_USEC=40000"
    assert systemd.recv(100) == b"WATCHDOG=1"
    dog.stop()
    words = [b""]
    while words[-1] != b"WATCHDOG_USEC=0":
        words.append(systemd.recv(100))
        assert words[-1] in (b"WATCHDOG=1", b"WATCHDOG_USEC=0")


def test_without_systemd_no_thread_runs() -> None:
    dog = Watchdog(list, send=lambda word: False)
    assert dog.start() is False
    dog.stop()
