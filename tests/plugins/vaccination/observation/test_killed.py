"""The power goes in the observation room: after the start the timers stand as before, and each step of a reaction that was answered
is there exactly once. A real process, killed by SIGKILL."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from kiosk.operators.register import Role
from tests.plugins.vaccination.observation.support import injected
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.running_kiosk import RunningKiosk
from tests.support.staff import PIN, add_operator
from tests.support.vaccination import PLUGINS, SECTIONS, of_kind, vaccination_site
from tests.support.vaccination_http import HttpNurse

pytestmark = pytest.mark.process

PEOPLE = 8
STEPS = ("adrenaline", "call", "lie_down", "oxygen", "line", "transfer")


def ends(url: str) -> dict[str, int]:
    """Ticket -> when the time is over, as the television has it."""
    found = requests.get(f"{url}/vaccination/observation/board/state", timeout=120).json()["people"]
    return {one["ticket"]: one["ends_ms"] for one in found}


def test_sigkill_in_the_room_loses_no_timer_and_no_step(workshop: Workshop, tmp_path: Path) -> None:
    site = vaccination_site(workshop, clock=SetClock())
    doses = [injected(site, number)[1] for number in range(PEOPLE)]
    add_operator(site, "31", Role.MEDICAL_STAFF)
    workshop.stop(site)
    # one intended action each, under the key that the page minted: first the report, then the steps, then the exit
    report = {dose: str(uuid4()) for dose in doses}
    todo: list[tuple[str, str, dict[str, Any]]] = []
    for dose in doses:
        todo.append((report[dose], "observation/report", {"dose": dose, "signs": ["shock"], "vitals": {}, "note": ""}))
        todo += [(str(uuid4()), "observation/step", {"reaction": report[dose], "prompt": prompt}) for prompt in STEPS]
        todo.append((str(uuid4()), "observation/leave", {"dose": dose, "reason": "Chuyển viện"}))
    answered: list[str] = []

    def work(url: str) -> None:
        try:
            nurse = HttpNurse(url, "31", PIN)
            for key, path, said in todo[len(answered) :]:
                status, reply = nurse.do(path, key, **said)
                assert status == 200, reply
                answered.append(key)
        except requests.RequestException:
            return  # the power is gone

    before: dict[str, int] = {}
    with RunningKiosk(tmp_path / "profile.toml", tmp_path / "data", tmp_path / "log") as kiosk:
        for round_of in range(1, 12):
            kiosk.start() if round_of > 1 else kiosk.ready()
            now = ends(kiosk.url)
            assert all(now[ticket] == before.get(ticket, at) for ticket, at in now.items()), "the timers stand"
            before = before or now
            thread = threading.Thread(target=work, args=(kiosk.url,))
            thread.start()
            until = min(len(answered) + 9, len(todo))
            while len(answered) < until and thread.is_alive():
                time.sleep(0.002)
            kiosk.kill()
            thread.join(120)
            if len(answered) == len(todo):
                break

    assert len(before) == PEOPLE
    assert len(answered) == len(todo)
    assert round_of >= 3, "it was killed while steps were being recorded"
    again = workshop.start(PLUGINS, sections=SECTIONS.format(more=""), clock=SetClock())
    words = of_kind(again, "reaction")
    assert sorted(str(one.id) for one in words) == sorted(key for key, path, _ in todo if "leave" not in path)
    last = {one.data.dose: one.data for one in words}
    assert all([step.prompt for step in last[dose].done] == list(STEPS) for dose in doses)
    assert {one.data.dose for one in of_kind(again, "left")} == set(doses)
    assert_whole(again)
