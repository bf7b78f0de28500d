"""Which threads of ``kiosk run`` keep to one core: those through whose hands every scan goes, and no others."""

from __future__ import annotations

import os
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.running_kiosk import RunningKiosk

PROFILE = """role = "kiosk"
plugins = ["citizen_id", "self_check_in"]
[site]
id = "threads"
name = "Điểm một lõi"
"""
READS_ANSWERS_WRITES = 3


@pytest.mark.process
@pytest.mark.skipif(
    not hasattr(os, "sched_setaffinity") or len(os.sched_getaffinity(0)) < 2, reason="there is but one core to run on"
)
def test_only_those_who_handle_every_scan_share_a_core(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text(PROFILE, "utf-8")
    every = os.sched_getaffinity(0)
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log") as kiosk:
        kiosk.ready()
        kiosk.scan("no document at all", str(uuid4()))  # all three have had their turn
        process = kiosk.process.pid
        cores = [os.sched_getaffinity(int(each.name)) for each in Path(f"/proc/{process}/task").iterdir()]
        shared = os.sched_getaffinity(process)  # the thread that reads from clients is the process's first
        assert len(shared) == 1
        assert cores.count(shared) == READS_ANSWERS_WRITES
        assert cores.count(every) == len(cores) - READS_ANSWERS_WRITES > 0
