"""Which threads of ``kiosk run`` keep to one core: those that read, answer and write for who asks, and no others."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.appliance import Workshop
from tests.support.running_kiosk import RunningKiosk

PROFILE = """role = "kiosk"
plugins = ["citizen_id", "self_check_in"]
[site]
id = "threads"
name = "Điểm một lõi"
[server]
threads = 5
"""
BEHIND_TLS = """behind_tls = true
allowed_hosts = ["kiosk.example", "127.0.0.1"]
"""
READS_ANSWERS_SCANS_WRITES = 3
ANSWERS_OTHERS = 5

pytestmark = pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2, reason="there is but one core to run on"
)


def cores_of(process: int) -> list[set[int]]:
    """Where each thread of a process may run."""
    found = []
    for each in Path(f"/proc/{process}/task").iterdir():
        with suppress(ProcessLookupError):  # it ended meanwhile
            found.append(os.sched_getaffinity(int(each.name)))
    return found


@pytest.mark.process
def test_only_those_who_serve_share_a_core(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE, "utf-8")
    every = os.sched_getaffinity(0)
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log") as kiosk:
        kiosk.ready()
        kiosk.scan("no document at all", str(uuid4()))
        process = kiosk.process.pid
        cores = cores_of(process)
        shared = os.sched_getaffinity(process)  # the thread that reads from clients is the process's first
        assert len(shared) == 1
        serving = READS_ANSWERS_SCANS_WRITES + ANSWERS_OTHERS
        assert cores.count(shared) == serving
        assert cores.count(every) == len(cores) - serving > 0


@pytest.mark.process
def test_where_no_one_thread_answers_every_scan_none_is_kept_to_a_core(tmp_path: Path) -> None:
    """Behind a proxy: the journal's thread would have a core to itself, and could not leave it for an idle one."""
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE + BEHIND_TLS, "utf-8")
    every = os.sched_getaffinity(0)
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log") as kiosk:
        kiosk.ready()
        kiosk.scan("no document at all", str(uuid4()))
        cores = cores_of(kiosk.process.pid)
        assert cores.count(every) == len(cores) > 0


def test_an_appliance_that_serves_nobody_keeps_no_thread_to_a_core(workshop: Workshop) -> None:
    """As commands, and programs that are built upon an appliance, start one."""
    appliance = workshop.open([])
    appliance.record([])  # its thread has begun
    worker = appliance.journal._worker
    assert worker is not None
    assert worker.native_id is not None
    assert os.sched_getaffinity(worker.native_id) == os.sched_getaffinity(0)
