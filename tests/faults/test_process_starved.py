"""A process that gets no processor for seconds blames no plugin for it: in each hook of an encounter, and a real process stopped."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import Decision
from kiosk.plugin_host.running_time import RunningTime
from tests.support.appliance import Workshop, assert_whole, people, show
from tests.support.leaping import Leaping
from tests.support.probes import Misbehaviour, Witness, faulty
from tests.support.processes import eventually
from tests.support.running_kiosk import RunningKiosk, distribution

IN_THE_STORY = ("read_credential", "questions", "judge", "record_encounter", "further_records", "project")
AFTER_THE_RECORD = ("encounter_recorded", "receipt_sections", "print_receipt")


@pytest.mark.parametrize("hook", [*IN_THE_STORY, *AFTER_THE_RECORD])
def test_standing_still_within_a_hook_suspends_nobody(workshop: Workshop, hook: str) -> None:
    wall = Leaping()
    stood_still = Misbehaviour(lambda: wall.leap(3600))
    appliance = workshop.start([("slow", faulty(hook, stood_still)), ("witness", Witness)], hook_seconds=30)
    appliance.host.running = RunningTime(wall)
    answer = show(appliance, "W:000000000001")
    assert answer.decision is Decision.ADMIT
    eventually(lambda: stood_still.calls == 1)
    if hook in AFTER_THE_RECORD:
        eventually(lambda: "encounter_recorded" in appliance.host.plugin("witness").called)
        eventually(lambda: hook == "encounter_recorded" or appliance.host.plugin("witness").printed)
    slow = next(one for one in appliance.host.states() if one.name == "slow")
    assert slow.status == "loaded", slow.reason
    assert len(assert_whole(appliance, ["core", "witness"])) == 1


SLOW = '''"""Slow: thinks for a second about everybody, and says in a file that it began."""
import time
from pathlib import Path

from kiosk.plugin import PluginSettings, hookimpl


class Slow:
    Settings = PluginSettings

    def __init__(self, context):
        self.began = Path(__file__).with_name("began")

    @hookimpl
    def judge(self, encounter):
        self.began.touch()
        for _ in range(10):
            time.sleep(0.1)
        return []
'''


@pytest.mark.process
def test_a_process_that_is_stopped_in_the_middle_of_a_slow_hook_answers_and_suspends_nobody(
    workshop: Workshop, tmp_path: Path
) -> None:
    site = distribution(tmp_path / "site", "slow", "slow_judge", SLOW, "Slow")
    profile = workshop.profile(["citizen_id", "self_check_in", "slow"], hook_seconds=2.0)
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log", python_path=site) as kiosk:
        kiosk.ready()
        with ThreadPoolExecutor(1) as pool:
            key = "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a10"
            answer = pool.submit(kiosk.scan, next(people()).cccd_2021(), key, 120)
            eventually((site / "began").exists)
            kiosk.process.send_signal(signal.SIGSTOP)
            time.sleep(6)  # what the test is about: longer than any patience with the hook
            kiosk.process.send_signal(signal.SIGCONT)
            assert answer.result(180)["decision"] == "admit"
        checks: list[dict[str, Any]] = kiosk.get("/health")["checks"]
        assert not [check for check in checks if check["name"].startswith("plugin.")], checks
        assert "suspended" not in kiosk.log()
        assert kiosk.stop() == 0
