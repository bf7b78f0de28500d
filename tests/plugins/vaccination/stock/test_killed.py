"""The power goes while vaccine is taken in, measured, sent on, opened, wasted and stopped, doses are corrected and the day is closed:
what was answered is on record exactly once, and the books add up. A real process, killed by SIGKILL at random moments."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import requests

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from plugins.vaccination.injection import clock
from plugins.vaccination.records import ClockConfirmed
from plugins.vaccination.rules.consignment import Consignment, Line, encode
from plugins.vaccination.stock import balances
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.running_kiosk import RunningKiosk
from tests.support.staff import PIN, add_operator
from tests.support.vaccination import CROWD, PLUGINS, SECTIONS, SITE, arrive, dose, of_kind, record, today
from tests.support.vaccination_http import HttpNurse
from tests.support.vaccination_tables import ASTRA_VIAL, LOT, allot, code

pytestmark = pytest.mark.process

Act = Callable[[HttpNurse, str], object]
TIMES = 8  # of everything that is done
VIALS, DOSES = 60, 10
STOPPED = "STOP1"
PROFILE = SECTIONS.format(more='stores = ["TL1"]')


class Shift:
    """One person's work, in this order. A step keeps its key until it is answered, as a page does."""

    def __init__(self, operator: str, steps: list[tuple[str, Act]]) -> None:
        self.operator = operator
        self.steps = [(str(uuid4()), kind, act) for kind, act in steps]
        self.answered = 0
        self.failed: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.answered == len(self.steps)

    def work(self, url: str) -> None:
        try:
            nurse = HttpNurse(url, self.operator, PIN)
            while not self.done:
                key, _, act = self.steps[self.answered]
                act(nurse, key)
                self.answered += 1
        except (requests.RequestException, ValueError):
            return  # the power is gone; an answer that was cut off is none
        except BaseException as error:
            self.failed = error


def form(path: str, **said: object) -> Act:
    """A form of the stock's or the day's pages."""
    return lambda nurse, key: nurse.send(path, key, **said)


def at_table(action: str, **asked: Any) -> Act:
    """What the injection table's page sends."""

    def act(nurse: HttpNurse, key: str) -> None:
        status, reply = nurse.do(f"injection/3/{action}", key, **asked)
        assert status == 200, reply

    return act


def keeper(site: Appliance) -> list[tuple[str, Act]]:
    """Takes consignments of two lots in, reads the refrigerator, sends vials on, counts, and throws a broken one away."""
    steps: list[tuple[str, Act]] = []
    until, now = date.fromisoformat(today(site, 90)), date.fromisoformat(today(site))
    of = {"product": "AstraZeneca", "lot": LOT}
    for place in range(TIMES):
        lines = tuple(Line(ASTRA_VIAL, "AstraZeneca", f"N{place}-{lot}", until, 20, DOSES) for lot in "AB")
        payload = encode(Consignment(f"C-9{place}", "kho-tinh", SITE, now, lines))
        steps += [
            ("received", form("stock/receive", payload=payload, **{"damaged-0": 1, "damaged-1": 0, "celsius": "5"})),
            ("temperature", form("stock/temperature", store="TL1", celsius="4,5")),
            ("transferred", form("stock/transfer", **of, vials=2, to_site="tram-ben")),
            ("wasted", form("stock/waste", **of, vials=1, reason="broken")),
            ("counted", form("stock/count", **of, vials=30)),
        ]
    return steps


def nurse_at_table() -> list[tuple[str, Act]]:
    """Opens vials and throws away what is left in them."""
    steps: list[tuple[str, Act]] = []
    for place in range(TIMES):
        waste = {"product": "AstraZeneca", "lot": LOT, "vial": f"S{place}", "doses": 3, "reason": "left_over"}
        steps += [
            ("vial_opened", at_table("open", dose={"glass": {"code": code(serial=f"S{place}")}})),
            ("wasted", at_table("waste", waste=waste)),
        ]
    return steps


def supervisor(site: Appliance, given: list[str]) -> list[tuple[str, Act]]:
    """Corrects doses, stops a lot and lifts it, and closes the day again and again."""
    steps: list[tuple[str, Act]] = []
    of = {"product": "AstraZeneca", "lot": STOPPED}
    for place, one in enumerate(given):
        change = {"void": True} if place % 2 else {"body_site": "right_arm"}
        correction = {"dose": one, "reason": "ghi nhầm", **change}
        lifted = {"lifted": "yes"} if place % 2 else {}
        steps += [
            ("dose", at_table("correct", correction=correction)),
            ("recall", form("stock/stop", **of, reason="kiểm tra tủ lạnh", **lifted)),
            ("day_closed", form(f"day/{today(site)}/close", note=f"lần {place + 1}")),
        ]
    return steps


def killed(start: Callable[[], RunningKiosk], shifts: list[Shift], rng: Random, kills: int) -> None:
    """Every shift to its end, the process killed ``kills`` times while they are all at work."""
    share = sum(len(one.steps) for one in shifts) // (kills + 1)
    for round_of in range(kills + 1):
        kiosk = start()
        begun = sum(one.answered for one in shifts)
        threads = [threading.Thread(target=one.work, args=(kiosk.url,)) for one in shifts if not one.done]
        for thread in threads:
            thread.start()
        if round_of < kills:
            goal = begun + rng.randint(1, share)
            while sum(one.answered for one in shifts) < goal and any(thread.is_alive() for thread in threads):
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.02))  # any moment of the step that is being done
            kiosk.kill()
        for thread in threads:
            thread.join(120)
            assert not thread.is_alive()
        assert [one.failed for one in shifts if one.failed] == []


def test_sigkill_at_the_stock_and_on_the_supervisors_day(workshop: Workshop, tmp_path: Path) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    site = workshop.start(PLUGINS, sections=PROFILE, clock=SetClock())
    allot(site, vials=VIALS, doses=DOSES)
    allot(site, STOPPED, vials=1, doses=DOSES, consignment="C-2")
    given = [str(dose(site, arrive(site, person)).id) for person in CROWD[:TIMES]]
    add_operator(site, "31", Role.MEDICAL_STAFF)
    add_operator(site, "32", Role.MEDICAL_STAFF)
    add_operator(site, "33", Role.MEDICAL_STAFF, Role.ADMINISTRATOR)
    record(site, "clock_confirmed", ClockConfirmed(day=today(site), boot=clock.boot()))
    shifts = [Shift("31", keeper(site)), Shift("32", nurse_at_table()), Shift("33", supervisor(site, given))]
    workshop.stop(site)

    with RunningKiosk(tmp_path / "profile.toml", tmp_path / "data", tmp_path / "log") as kiosk:
        first = [kiosk.ready]
        killed(lambda: (first.pop() if first else kiosk.start)(), shifts, Random(seed), kills=5)
        assert kiosk.get("/health")["safe_mode"] is False
        # and every page that still holds its key asks once more after all is done
        for shift in shifts:
            again = HttpNurse(kiosk.url, shift.operator, PIN)
            for key, _, act in shift.steps:
                act(again, key)
        assert kiosk.stop() == 0

    assert all(shift.done for shift in shifts)
    site = workshop.start(PLUGINS, sections=PROFILE, clock=SetClock())
    own = assert_whole(site)
    keys = Counter(str(one.id) for one in own)
    for key, kind, _ in (step for shift in shifts for step in shift.steps):
        assert keys[key] == 1
        assert next(one for one in own if str(one.id) == key).kind == f"vaccination.{kind}"
    made = Counter(one.kind.removeprefix("vaccination.") for one in own)
    assert made["received"] == 2 + 2 * TIMES, "two of the beginning, and two lots of every consignment"
    assert made["vial_opened"] == made["temperature"] == made["transferred"] == made["counted"] == TIMES
    assert made["wasted"] == 2 * TIMES
    assert made["recall"] == made["day_closed"] == TIMES
    assert made["dose"] == 2 * TIMES
    books_add_up(site)


def books_add_up(site: Appliance) -> None:
    """Every lot by what was done to it, and the last closing by the same."""
    balance = partial(balances.balance, site=SITE, product="AstraZeneca")
    with site.session() as session:
        found = balance(session, lot=LOT)
        news = [balance(session, lot=f"N{place}-{lot}") for place in range(TIMES) for lot in "AB"]
    assert (found.received, found.transferred, found.opened, found.broken) == (VIALS, 2 * TIMES, TIMES, TIMES)
    assert (found.given, found.wasted) == (TIMES // 2, TIMES * (3 + DOSES))
    assert found.closed == VIALS - 4 * TIMES
    assert [one.received for one in news] == [19, 20] * TIMES
    last = json.loads(of_kind(site, "day_closed")[-1].data.report)
    assert last["doses"] == TIMES // 2
    for lot in last["lots"]:
        left = lot["opening"] + lot["received"] - lot["given"] - lot["wasted"] - lot["transferred"]
        assert lot["left"] == left
