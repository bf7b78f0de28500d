"""The process's own settings have one owner: the command that runs it, whatever the role."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.process import own_number, quickest, settle, share_core
from tests.support.appliance import Workshop


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_settling_keeps_the_collector_from_walking_what_stays() -> None:
    settle()
    assert gc.get_threshold()[0] > 10_000
    assert gc.get_freeze_count() > 1000


@pytest.mark.parametrize("stopped", [False, True])
def test_no_part_of_an_appliance_changes_what_was_settled(workshop: Workshop, stopped: bool) -> None:
    settle()
    settled, frozen = gc.get_threshold(), gc.get_freeze_count()
    appliance = workshop.start(["self_check_in", "national_platform"], role="platform")
    if stopped:
        workshop.stop(appliance)
    assert gc.get_threshold() == settled
    # thawing would leave none; a few frozen objects die by themselves meanwhile
    assert gc.get_freeze_count() > frozen // 2


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no choice of cores")
def test_threads_that_share_a_core_are_on_the_same_one_and_leave_the_others_alone() -> None:
    before = os.sched_getaffinity(0)
    first, second = _in_a_thread(share_core), _in_a_thread(share_core)
    assert first == second
    assert len(first) == 1
    assert first <= before
    assert _in_a_thread(lambda: None) == before == os.sched_getaffinity(0)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="this system has no choice of cores")
def test_where_the_system_refuses_the_thread_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: int, _cores: set[int]) -> None:
        raise PermissionError

    before = os.sched_getaffinity(0)
    monkeypatch.setattr("os.sched_setaffinity", refuse)
    assert _in_a_thread(share_core) == before


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        ({}, [0, 1, 4, 5]),  # as on a Raspberry Pi and on x86: nothing is told, all are alike
        ({0: "414", 1: "414", 4: "1024", 5: "1024"}, [4, 5]),
        ({0: "1024", 1: "1024", 4: "1024", 5: "1024"}, [0, 1, 4, 5]),
        ({0: "", 1: "no number", 4: "1024"}, [4]),
    ],
)
def test_of_cores_of_several_kinds_the_quickest_are_taken(
    tmp_path: Path, capacity: dict[int, str], expected: list[int]
) -> None:
    for core, text in capacity.items():
        (tmp_path / f"cpu{core}").mkdir()
        (tmp_path / f"cpu{core}" / "cpu_capacity").write_text(f"{text}\n", "ascii")
    assert quickest({5, 1, 0, 4}, tmp_path) == expected


def test_processes_of_one_number_in_two_containers_are_told_apart(tmp_path: Path) -> None:
    """Names of processes may hold anything, also what looks like the end of one."""
    stats = {}
    for started in (26_000, 26_001):
        file = tmp_path / str(started)
        fields = ["S", *map(str, range(1, 19)), str(started), *["0"] * 30]
        file.write_bytes(b"1 (ki\xffosk) S 1 2) " + " ".join(fields).encode() + b"\n")
        stats[started] = own_number(file)
    assert stats == {26_000: os.getpid() + 26_000, 26_001: os.getpid() + 26_001}
    (tmp_path / "short").write_bytes(b"1 (kiosk) S 1")
    assert own_number(tmp_path / "short") == own_number(tmp_path / "none") == os.getpid()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system says nothing of its processes")
def test_all_threads_of_a_process_find_the_same_number() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(own_number())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert set(found) == {own_number()}
    assert own_number() > os.getpid()


def _in_a_thread(does: Callable[[], None]) -> set[int]:
    """The cores on which a thread may run once it did this."""
    found: list[set[int]] = []

    def run() -> None:
        does()
        found.append(os.sched_getaffinity(0))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(120)
    return found[0]
