"""The power goes in the middle of a dose: what was answered is there exactly once; what was not is asked again under the same key,
and then is there once too. A real process, killed by SIGKILL."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest
import requests

from kiosk.operators.register import Role
from plugins.vaccination.injection import clock
from plugins.vaccination.records import ClockConfirmed
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.running_kiosk import RunningKiosk
from tests.support.staff import PIN, add_operator
from tests.support.vaccination import CROWD, PLUGINS, SECTIONS, of_kind, ready, record, today, vaccination_site
from tests.support.vaccination_http import HttpNurse
from tests.support.vaccination_tables import allot, code

pytestmark = pytest.mark.process

PEOPLE = 24


def test_sigkill_in_the_middle_of_a_dose(workshop: Workshop, tmp_path: Path) -> None:
    site = vaccination_site(workshop, clock=SetClock())
    allot(site)
    visitors = [ready(site, person) for person in CROWD[:PEOPLE]]
    for operator in ("31", "32"):
        add_operator(site, operator, Role.MEDICAL_STAFF)
    # whether this machine's clock is synchronised is nothing to the test
    record(site, "clock_confirmed", ClockConfirmed(day=today(site), boot=clock.boot()))
    workshop.stop(site)

    keys = {visitor.citizen: str(uuid4()) for visitor in visitors}
    answered: set[str] = set()

    def shift(url: str, table: str, operator: str) -> None:
        try:
            nurse = HttpNurse(url, operator, PIN)
            for place, visitor in enumerate(visitors):
                if visitor.citizen in answered or (place + int(table)) % 2:
                    continue
                who = {"citizen": visitor.citizen, "visit": visitor.visit}
                serial = {"code": code(serial=f"S{table}-{place // 8}")}
                status, _ = nurse.do(
                    f"injection/{table}/give", keys[visitor.citizen], dose={"who": who, "glass": serial}
                )
                assert status == 200
                answered.add(visitor.citizen)
        except requests.RequestException:
            return  # the power is gone

    with RunningKiosk(tmp_path / "profile.toml", tmp_path / "data", tmp_path / "log") as kiosk:
        for round_of in range(1, 9):
            kiosk.start() if round_of > 1 else kiosk.ready()
            threads = [threading.Thread(target=shift, args=(kiosk.url, *at)) for at in (("3", "31"), ("4", "32"))]
            for thread in threads:
                thread.start()
            until = len(answered) + 5 if round_of < 8 else PEOPLE
            while len(answered) < min(until, PEOPLE) and any(thread.is_alive() for thread in threads):
                time.sleep(0.002)
            kiosk.kill()
            for thread in threads:
                thread.join(120)
            if len(answered) == PEOPLE:
                break

    assert len(answered) == PEOPLE
    assert round_of >= 3, "it was killed while doses were being given"
    again = workshop.start(PLUGINS, sections=SECTIONS.format(more=""), clock=SetClock())
    doses = of_kind(again, "dose")
    assert sorted(str(one.id) for one in doses) == sorted(keys.values())
    assert {one.citizen for one in doses} == set(keys)
    opened = of_kind(again, "vial_opened")
    assert len(opened) == len({one.data.vial for one in opened}) == 6
    assert_whole(again)
