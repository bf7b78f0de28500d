"""What systemd hears: ready and alive, and nothing while the thread that writes the journal does not get on."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.journal import writer
from kiosk.service_manager import notify, watch
from tests.support.appliance import Workshop, assert_whole, people, show
from tests.support.processes import eventually

NOTICE = [Draft("core.notice", Notice(title="x", text="y"))]


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield manager


def test_without_a_service_manager_nothing_is_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert notify("READY=1") is False
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    assert notify("READY=1") is False


def test_the_watchdog_is_fed_while_it_is_well_and_only_then(
    systemd: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "100000")
    answers = iter([True, True, False, False])
    asked, end = threading.Event(), threading.Event()

    def well() -> bool:
        try:
            return next(answers)
        except StopIteration:
            asked.set()
            end.wait(120)
            return False

    watching = watch(well)
    assert (systemd.recv(100), systemd.recv(100)) == (b"WATCHDOG=1", b"WATCHDOG=1")
    assert asked.wait(120)  # twice it was not well since
    systemd.setblocking(False)
    with pytest.raises(BlockingIOError):
        systemd.recv(100)
    watching.set()
    end.set()


class Hangs:
    """A commit that does not come back until the test lets it."""

    def __init__(self, engine: Any, patch: pytest.MonkeyPatch) -> None:
        self.there, self.go_on = threading.Event(), threading.Event()
        commit = engine.dialect.do_commit

        def hang(connection: Any) -> None:
            self.there.set()
            self.go_on.wait(120)
            commit(connection)

        patch.setattr(engine.dialect, "do_commit", hang)


def test_a_journal_that_hangs_in_a_commit_is_not_well(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer, "STUCK_SECONDS", 0.3)
    appliance = workshop.open(["citizen_id", "self_check_in"])
    journal = appliance.journal
    assert journal.alive()
    with monkeypatch.context() as patch:
        commit = Hangs(appliance.database.engine, patch)
        recorded = threading.Thread(target=appliance.record, args=(NOTICE,))
        recorded.start()
        assert commit.there.wait(120)
        eventually(lambda: not journal.alive())
        commit.go_on.set()
        recorded.join(120)
    eventually(journal.alive)
    assert len(assert_whole(appliance)) == 1


def test_a_journal_without_work_and_one_with_much_are_well(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step counts, not the whole queue's end."""
    monkeypatch.setattr(writer, "STUCK_SECONDS", 0.4)
    appliance = workshop.open(["citizen_id", "self_check_in"])
    idle = threading.Event()
    assert not idle.wait(0.6)
    assert appliance.journal.alive()
    with monkeypatch.context() as patch:
        commit = appliance.database.engine.dialect.do_commit

        def slow(connection: Any) -> None:
            idle.wait(0.1)
            commit(connection)

        patch.setattr(appliance.database.engine.dialect, "do_commit", slow)
        for citizen in [citizen for citizen, _ in zip(people(), range(8), strict=False)]:
            show(appliance, citizen.cccd_2021())
            assert appliance.journal.alive()


def test_a_journal_that_was_stopped_is_not_well(workshop: Workshop) -> None:
    appliance = workshop.open()
    appliance.journal.stop()
    assert not appliance.journal.alive()
