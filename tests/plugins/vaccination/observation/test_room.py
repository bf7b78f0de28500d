"""The observation room: timers that live in the records, the exit, corrections, and a clock that is put right."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from plugins.vaccination.observation.board import FRESH_SECONDS
from plugins.vaccination.observation.timing import MINUTE, Steps, minutes_left
from plugins.vaccination.records.care import Dose, Was
from tests.plugins.vaccination.observation.support import injected
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.staff import Browser
from tests.support.vaccination import (
    CROWD,
    Nurse,
    of_kind,
    ready,
    record,
    today,
    vaccination_site,
)


def people(nurse: Nurse) -> list[dict[str, Any]]:
    found = nurse.get("observation/state")["people"]
    assert isinstance(found, list)
    return found


def later(clock: SetClock, minutes: int) -> None:
    clock.ahead += timedelta(minutes=minutes)


def test_the_timers_are_the_doses_own_and_survive_a_restart(workshop: Workshop, clock: SetClock) -> None:
    site = vaccination_site(workshop, clock=clock)
    injected(site, 0)
    injected(site, 1, observation_minutes=60)
    nurse = Nurse(site)
    assert [(one["minutes_left"], one["done"]) for one in people(nurse)] == [(30, False), (60, False)]
    workshop.stop(site)
    later(clock, 31)
    again = vaccination_site(workshop, clock=clock)
    nurse = Nurse(again, "12", address="192.0.2.12")
    assert [(one["minutes_left"], one["done"]) for one in people(nurse)] == [(0, True), (29, False)]


def test_who_may_go_goes_and_who_may_not_is_told_how_long(site: Appliance, nurse: Nurse, clock: SetClock) -> None:
    visitor, _ = injected(site)
    told = nurse.do("observation/exit", payload=visitor.code)
    assert (told["verdict"], told["person"]["minutes_left"]) == ("not_yet", 30)
    assert of_kind(site, "left") == []
    one = of_kind(site, "dose")[0]
    refused = nurse.do("observation/leave", 409, dose=str(one.id), reason="")
    assert refused["problem"]["code"] == "vaccination.needs_reason"
    key = uuid4()
    for _ in range(2):  # pressed twice
        nurse.do("observation/leave", key=key, dose=str(one.id), reason="Tự ý về, đã giải thích")
    left = of_kind(site, "left")
    assert [(one.data.early, one.data.reason, one.operator) for one in left] == [(True, "Tự ý về, đã giải thích", "11")]
    assert people(nurse) == []
    assert nurse.do("observation/exit", payload=visitor.code)["verdict"] == "left_already"
    assert_whole(site)


def test_at_the_end_of_the_time_a_scan_is_enough(workshop: Workshop, clock: SetClock) -> None:
    site = vaccination_site(workshop, clock=clock)
    visitor, _ = injected(site)
    workshop.stop(site)
    later(clock, 30)
    site = vaccination_site(workshop, clock=clock)
    nurse = Nurse(site, "12")
    assert nurse.do("observation/exit", payload=visitor.ticket)["verdict"] == "may_go"
    assert [(one.data.early, one.data.minutes) for one in of_kind(site, "left")] == [(False, 30)]


def test_a_ticket_without_a_dose_and_a_damaged_code_are_explained(site: Appliance, nurse: Nurse) -> None:
    waiting = ready(site, CROWD[5])
    for payload, code in (
        (waiting.code, "no_dose_today"),
        (waiting.code[:-4], "damaged_ticket"),
        ("VNV1:ABC", "damaged_ticket"),
        ("Z999", "unknown_visit"),
    ):
        refused = nurse.do("observation/exit", 409, payload=payload)
        assert refused["problem"]["code"] == f"vaccination.{code}", payload
        assert refused["problem"]["next_step"]["vi"]


def test_the_slips_own_proof_opens_the_exit_too(site: Appliance, nurse: Nurse) -> None:
    from plugins.vaccination.certificate import proof

    _, made = injected(site)
    plugin = site.host.plugin("vaccination")
    with site.session() as session:
        code = proof.payload_of(of_kind(site, "dose")[0], session, plugin.site)
    assert code is not None
    told = nurse.do("observation/exit", payload=code)
    assert (told["verdict"], told["person"]["dose"]) == ("not_yet", made)


def test_a_correction_keeps_the_time_and_a_dose_taken_back_leaves_the_room(site: Appliance, nurse: Nurse) -> None:
    visitor, first = injected(site)
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(site))
    said = {"product": "AstraZeneca", "number": 1, "total": 2, "given_on": today(site), "amends": first, "was": was}
    body = Dose(lot="ABV9999", reason="gõ nhầm lô", observation_minutes=60, **said)  # type: ignore[arg-type]
    second = record(site, "dose", body, visitor.citizen)
    (one,) = people(nurse)
    assert (one["dose"], one["record"], one["lot"], one["minutes"]) == (first, str(second.id), "ABV9999", 60)
    said["amends"], said["was"] = str(second.id), was.model_copy(update={"lot": "ABV9999"})
    record(site, "dose", Dose(lot="ABV9999", void=True, reason="không tiêm", **said), visitor.citizen)  # type: ignore[arg-type]
    assert television(site) == []


def television(site: Appliance) -> list[dict[str, Any]]:
    """What is shown where nobody signs in, after the second for which pages share an answer."""
    time.sleep(FRESH_SECONDS + 0.05)
    found = Browser(site, "192.0.2.99").get("/vaccination/observation/board/state").get_json()["people"]
    assert isinstance(found, list)
    return found


def test_a_clock_put_forward_lets_nobody_go_and_one_put_back_loses_nobody(
    site: Appliance, nurse: Nurse, clock: SetClock
) -> None:
    injected(site)
    assert [one["minutes_left"] for one in people(nurse)] == [30]
    for hours in (24, -48, 24):
        clock.ahead += timedelta(hours=hours)
        (one,) = television(site)
        assert 28 <= one["minutes_left"] <= 30, hours  # what really passed counts
        assert not one["done"]


def test_a_dose_under_an_untrusted_clock_is_looked_at_by_a_person(
    site: Appliance, nurse: Nurse, clock: SetClock
) -> None:
    clock.is_trusted = False
    visitor, made = injected(site)
    state = nurse.get("observation/state")
    assert (state["clock_trusted"], state["people"][0]["unsure"]) == (False, True)
    assert nurse.do("observation/exit", payload=visitor.code)["verdict"] == "unsure"
    nurse.do("observation/leave", dose=made, reason="Đã xem đồng hồ: đủ giờ")
    assert [one.data.early for one in of_kind(site, "left")] == [True]


def test_a_television_learns_no_name_and_no_vaccine(site: Appliance, nurse: Nurse) -> None:
    visitor, _ = injected(site)
    page = Browser(site, "192.0.2.99")
    assert page.get("/vaccination/observation/board").status_code == 200
    (one,) = page.get("/vaccination/observation/board/state").get_json()["people"]
    assert set(one) == {"ticket", "minutes_left", "minutes", "ends_ms", "unsure", "done"}
    assert one["ticket"] == visitor.ticket
    assert page.get("/vaccination/observation/state").status_code in (302, 303, 401)
    assert people(nurse)[0]["name"] != CROWD[0].name, "masked even for staff"


@given(st.lists(st.integers(-(10**9), 10**9), max_size=6), st.integers(0, 10**8))
def test_the_age_is_true_time_whatever_is_done_to_the_date(jumps: list[int], passed: int) -> None:
    boot, wall = 0, 10**12
    steps = Steps(lambda: boot)
    steps.note(wall, 5)
    at = wall
    for jump in jumps:
        boot, wall = boot + passed, wall + passed + jump
        steps.note(wall, 9)
    true = passed * len(jumps)
    small = sum(abs(jump) for jump in jumps if abs(jump) <= 30_000)  # the size that NTP corrects by itself
    assert abs(steps.age_ms(at, 7, wall) - true) <= small + 30_000
    assert steps.age_ms(wall, 10, wall) == 0


@pytest.mark.parametrize(
    ("age", "left"), [(-5 * MINUTE, 30), (0, 30), (1, 30), (MINUTE, 29), (30 * MINUTE - 1, 1), (30 * MINUTE, 0)]
)
def test_begun_minutes_count(age: int, left: int) -> None:
    assert minutes_left(age, 30) == left
