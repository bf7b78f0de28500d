"""The power goes at reception and at the screening table: whoever was enrolled, screened or has signed is on record exactly once, and
what was not answered is asked again under the same key. A real process, killed by SIGKILL."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import requests

from kiosk.operators.register import Role
from tests.support.appliance import SetClock, Workshop, assert_whole, records
from tests.support.running_kiosk import RunningKiosk
from tests.support.staff import PIN, add_operator
from tests.support.vaccination import PLUGINS, SECTIONS, of_kind, vaccination_site
from tests.support.vaccination_http import HttpNurse

pytestmark = pytest.mark.process

PEOPLE = 12
SIGNED = "10,20 40,60 90,30 120,80;150,40 200,90"


def test_sigkill_at_reception_and_at_the_screening_table(workshop: Workshop, tmp_path: Path) -> None:
    site = vaccination_site(workshop, clock=SetClock())
    add_operator(site, "31", Role.MEDICAL_STAFF)
    workshop.stop(site)
    # one intended action each, under the key that the page minted; an enrolment's key is its visit
    visits = [str(uuid4()) for _ in range(PEOPLE)]
    todo: list[tuple[str, str, str]] = []
    for visit in visits:
        todo += [(visit, "desk/enrol", visit), (str(uuid4()), "screening/1/save", visit)]
        todo.append((str(uuid4()), "screening/1/consent", visit))
    answered: list[str] = []

    def work(url: str) -> None:
        try:
            nurse = HttpNurse(url, "31", PIN)
            for key, path, visit in todo[len(answered) :]:
                status, reply = nurse.do(path, key, **asked(nurse, path, visit))
                assert status == 200, reply
                answered.append(key)
        except requests.RequestException:
            return  # the power is gone

    def asked(nurse: HttpNurse, path: str, visit: str) -> dict[str, Any]:
        if path == "desk/enrol":
            return {"name": f"Lò Thị Mẩy {visits.index(visit) + 1}", "birth_date": "1/2/1980", "sex": "male"}
        _, state = nurse.do("screening/1/person", visit=visit)
        if path.endswith("save"):
            answers = {one["id"]: "no" for one in state["pack"]["questions"] if one["kind"] == "yes_no"}
            return {"visit": visit, "answers": answers, "vitals": {"temperature_c": "36,8"}}
        digest = state["consent"]["text"]["digest"]
        return {"visit": visit, "state": "given", "digest": digest, "strokes": SIGNED}

    with RunningKiosk(tmp_path / "profile.toml", tmp_path / "data", tmp_path / "log") as kiosk:
        for round_of in range(1, 12):
            kiosk.start() if round_of > 1 else kiosk.ready()
            thread = threading.Thread(target=work, args=(kiosk.url,))
            thread.start()
            until = min(len(answered) + 5, len(todo))
            while len(answered) < until and thread.is_alive():
                time.sleep(0.002)
            kiosk.kill()
            thread.join(120)
            if len(answered) == len(todo):
                break

    assert len(answered) == len(todo)
    assert round_of >= 3, "it was killed while people were being enrolled and screened"
    again = workshop.start(PLUGINS, sections=SECTIONS.format(more=""), clock=SetClock())
    arrived = [one for one in records(again) if str(one.id) in visits]
    assert sorted(str(one.id) for one in arrived) == sorted(visits)
    assert len({one.citizen for one in arrived}) == PEOPLE
    for kind, path in (("screening", "screening/1/save"), ("consent", "screening/1/consent")):
        made = of_kind(again, kind)
        assert sorted(str(one.id) for one in made) == sorted(key for key, of, _ in todo if of == path)
        assert sorted(one.data.visit for one in made) == sorted(visits)
    assert len(of_kind(again, "person")) == PEOPLE
    assert_whole(again)
