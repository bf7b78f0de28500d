"""The queue and the board: who is next, who is called where, two tables at one instant, a restart, and what a television shows."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from plugins.vaccination.arrival import lines, pace
from plugins.vaccination.arrival.board import compose
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.staff import Browser
from tests.support.vaccination import (
    CROWD,
    Nurse,
    arrive,
    call,
    consent,
    dose,
    expect,
    of_kind,
    ready,
    screen,
    vaccination_site,
)

MINUTE = 60_000


def at(
    nurse: Nurse, action: str, table: str = "1", step: str = "screening", status: int = 200, **said: Any
) -> dict[str, Any]:
    return nurse.do(f"queue/{step}/{table}/{action}", status, **said)


def code(reply: dict[str, Any]) -> str:
    return str(reply["problem"]["code"]).partition(".")[2]


def test_the_order_is_priority_then_appointment_then_number(site: Appliance, nurse: Nurse) -> None:
    walk_in, late, early, doctor = CROWD[:4]
    expect(site, late, slot="10:00-10:30", priority_group="chronic_or_over_65")
    expect(site, early, slot="09:00-09:30", priority_group="chronic_or_over_65")
    expect(site, doctor, slot="11:00-11:30", priority_group="frontline")
    tickets = {person: arrive(site, person).ticket for person in (walk_in, late, early, doctor)}
    state = nurse.get("queue/screening/1/state")
    assert state["next"] == [tickets[one] for one in (doctor, early, late, walk_in)]
    called = at(nurse, "next")
    assert called["current"]["ticket"] == tickets[doctor]
    assert called["next"] == [tickets[one] for one in (early, late, walk_in)]


def test_a_number_is_called_again_then_passes_and_comes_back(site: Appliance, nurse: Nurse) -> None:
    came, other = arrive(site, CROWD[0]), arrive(site, CROWD[1])
    assert at(nurse, "next")["may_pass"] is False
    for calls in (2, 3):
        again = at(nurse, "again", visit=came.visit)
        assert again["current"]["calls"] == calls
    assert again["may_pass"] is True
    gone = at(nurse, "absent", visit=came.visit)
    assert (gone["current"], gone["next"]) == (None, [other.ticket])
    assert [one["ticket"] for one in nurse.get("desk/state")["absent"]] == [came.ticket]
    back = nurse.do("desk/back", visit=came.visit, step="screening")
    assert back["absent"] == []
    assert back["steps"]["screening"]["next"] == [came.ticket, other.ticket]
    assert code(nurse.do("desk/back", 409, visit=came.visit, step="screening")) == "not_absent"
    assert at(nurse, "next")["current"] == {"visit": came.visit, "ticket": came.ticket, "calls": 1}
    assert_whole(site)


def test_a_table_with_somebody_calls_nobody_else(site: Appliance, nurse: Nurse) -> None:
    first, _ = arrive(site, CROWD[0]), arrive(site, CROWD[1])
    at(nurse, "next")
    reply = at(nurse, "next", status=409)
    assert code(reply) == "table_has_somebody"
    assert first.ticket in reply["problem"]["text"]["vi"]
    assert at(nurse, "served", visit=first.visit)["current"] is None
    assert at(nurse, "next")["current"] is not None
    assert code(at(nurse, "next", "2", status=409)) == "nobody_waits"


def test_a_double_click_is_one_call(site: Appliance, nurse: Nurse) -> None:
    for person in CROWD[:2]:
        arrive(site, person)
    key = uuid4()
    assert at(nurse, "next", key=key) == at(nurse, "next", key=key)
    assert len(of_kind(site, "called")) == 1


def test_a_number_is_taken_out_of_turn_but_not_from_another_table(site: Appliance, nurse: Nurse) -> None:
    came = [arrive(site, person) for person in CROWD[:3]]
    assert at(nurse, "take", visit=came[2].visit)["current"]["ticket"] == came[2].ticket
    assert at(nurse, "take", visit=came[2].visit)["current"]["calls"] == 1  # it is there already
    assert code(at(nurse, "take", "2", visit=came[2].visit, status=409)) == "called_elsewhere"
    assert code(at(nurse, "take", visit=came[0].visit, status=409)) == "table_has_somebody"
    assert code(at(nurse, "take", "2", visit=str(uuid4()), status=409)) == "unknown_visit"
    assert code(at(nurse, "served", "2", visit=came[2].visit, status=409)) == "not_called"


@pytest.mark.parametrize("path", ["queue/screening/9/state", "queue/injection/1/state", "queue/sauna/1/state"])
def test_only_tables_of_the_profile_call(nurse: Nurse, path: str) -> None:
    nurse.get(path, 404)


def test_two_tables_never_get_the_same_number(site: Appliance) -> None:
    """Eight nurses press at the same instant, again and again: every number goes to one table."""
    came = [arrive(site, person) for person in CROWD[:24]]
    nurses = [Nurse(site, str(30 + place), address=f"192.0.2.{30 + place}") for place in range(8)]
    site.host.plugin("vaccination").site.settings.__dict__["screening_tables"] = tuple(str(one) for one in range(1, 9))
    start, failed = threading.Barrier(8), []

    def work(nurse: Nurse, table: str) -> None:
        try:
            for _ in range(3):
                start.wait(120)
                state = at(nurse, "next", table)
                at(nurse, "served", table, visit=state["current"]["visit"])
        except BaseException as error:
            failed.append(error)
            start.abort()

    threads = [threading.Thread(target=work, args=(nurse, str(place + 1))) for place, nurse in enumerate(nurses)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert failed == []
    called = [one.data for one in of_kind(site, "called") if one.data.state == "called"]
    assert sorted(one.ticket for one in called) == sorted(one.ticket for one in came)
    assert_whole(site)


def test_the_queue_survives_a_restart(workshop: Workshop, clock: SetClock) -> None:
    site = vaccination_site(workshop, clock=clock)
    came = [arrive(site, person) for person in CROWD[:4]]
    nurse = Nurse(site)
    at(nurse, "next")
    at(nurse, "next", "2")
    before = nurse.get("queue/screening/1/state")
    board = nurse.get("board/state")["called"]
    workshop.stop(site)
    site = vaccination_site(workshop, clock=clock)
    nurse = Nurse(site, "12")
    assert nurse.get("queue/screening/1/state") == before
    assert nurse.get("board/state")["called"] == board
    assert before["next"] == [came[2].ticket, came[3].ticket]


def test_who_comes_twice_stands_in_the_queue_once(workshop: Workshop, clock: SetClock) -> None:
    site = vaccination_site(workshop, clock=clock)
    first = arrive(site, CROWD[0])
    site.host.plugin("self_check_in")._settings.__dict__["same_visit_minutes"] = 0
    clock.ahead += timedelta(minutes=2)
    second = arrive(site, CROWD[0])
    assert first.ticket != second.ticket
    nurse = Nurse(site)
    assert nurse.get("queue/screening/1/state")["next"] == [second.ticket]
    screen(site, second)
    assert nurse.get("queue/screening/1/state")["next"] == []


def test_the_injection_takes_who_is_fit_and_agreed_and_is_not_vaccinated(site: Appliance, nurse: Nurse) -> None:
    fit = ready(site, CROWD[0])
    ready(site, CROWD[1], outcome="postpone")
    undecided = arrive(site, CROWD[2])
    screen(site, undecided, "caution")
    given_before = ready(site, CROWD[3])
    dose(site, given_before)
    withdrew = ready(site, CROWD[4])
    consent(site, withdrew, "withdrawn", reason="Đổi ý")

    def line() -> list[str]:
        return list(nurse.get("queue/injection/3/state")["next"])

    assert line() == [fit.ticket]
    consent(site, undecided)
    assert line() == [fit.ticket, undecided.ticket]
    assert at(nurse, "next", "3", "injection")["current"]["ticket"] == fit.ticket
    assert line() == [undecided.ticket]
    assert_whole(site)


def test_a_merge_does_not_put_somebody_into_the_queue_twice(site: Appliance, nurse: Nurse) -> None:
    form = {"name": "Giàng A Páo", "birth_date": "2/9/1985", "sex": "male"}
    temporary = nurse.do("desk/enrol", **form)["person"]
    card = arrive(site, CROWD[0])
    assert nurse.get("desk/state")["steps"]["screening"]["waiting"] == 2
    said = {"citizen": temporary["citizen"], "payload": CROWD[0].cccd_2021(), "reason": "Căn cước bản gốc"}
    nurse.do("desk/merge", **said)
    assert nurse.get("desk/state")["steps"]["screening"]["next"] == [card.ticket]


# --- the board


def test_the_board_shows_numbers_and_never_a_name_and_needs_no_sign_in(site: Appliance) -> None:
    came = [arrive(site, person) for person in CROWD[:3]]
    call(site, came[0], "1")
    call(site, came[1], "2")
    browser = Browser(site)
    page, reply = browser.get("/vaccination/board"), browser.get("/vaccination/board/state")
    assert page.status_code == reply.status_code == 200
    state = reply.get_json()
    assert [(one["ticket"], one["table"], one["step"]) for one in state["called"]] == [
        (came[1].ticket, "2", "screening"),
        (came[0].ticket, "1", "screening"),
    ]
    assert state["steps"]["screening"]["waiting"] == 1
    for text in (page.text, reply.text):
        for person in CROWD[:3]:
            assert person.name not in text
            assert person.name.split()[-1] not in reply.text
        assert came[0].citizen not in text


def test_a_number_called_again_is_a_new_call_for_the_board(site: Appliance, clock: SetClock) -> None:
    came = arrive(site, CROWD[0])
    board = site.host.plugin("vaccination").site
    ids = []
    for _ in range(2):
        call(site, came)
        with site.session() as session:
            ids.append(compose(session, board)["recent"][0]["id"])
    assert len(set(ids)) == 2
    call(site, came, state="absent")
    with site.session() as session:
        assert compose(session, board)["called"] == []


def test_the_estimate_comes_from_the_pace_that_was_measured(site: Appliance, clock: SetClock) -> None:
    came = [arrive(site, person) for person in CROWD[:9]]

    def minutes() -> int | None:
        with site.session() as session:
            return compose(session, site.host.plugin("vaccination").site)["steps"]["screening"]["minutes"]

    assert minutes() is None
    for visitor in came[:5]:  # one every three minutes
        call(site, visitor)
        call(site, visitor, state="served")
        clock.ahead += timedelta(minutes=3)
    assert minutes() == 15  # four wait, three minutes each: 12, rounded up to five


def test_too_little_measured_is_no_estimate() -> None:
    now = 100 * MINUTE
    assert pace.minutes([], 3, now) is None
    assert pace.minutes([now - MINUTE] * 10, 3, now) is None  # a burst of one minute
    assert pace.minutes([now - 20 * MINUTE] * 3, 3, now) is None  # three calls
    assert pace.minutes([now - 90 * MINUTE] * 50, 3, now) is None  # long ago
    assert pace.minutes([now - 20 * MINUTE] * 4, 0, now) == 0


@given(
    st.lists(st.integers(0, 200 * MINUTE), max_size=60).map(sorted), st.integers(0, 5000), st.integers(0, 200 * MINUTE)
)
def test_an_estimate_is_whole_fives_and_grows_with_the_queue(calls: list[int], waiting: int, now: int) -> None:
    found, more = pace.minutes(calls, waiting, now), pace.minutes(calls, waiting + 1, now)
    assert (found is None) == (more is None)
    if found is not None and more is not None:
        assert 0 <= found <= more
        assert found % pace.STEP_MINUTES == 0


def test_a_clock_that_is_set_back_does_not_bring_a_served_number_back(site: Appliance, clock: SetClock) -> None:
    """Within one journal its order counts, not the times in it."""
    came = arrive(site, CROWD[0])
    call(site, came)
    clock.ahead -= timedelta(hours=1)
    call(site, came, state="served")
    nurse = Nurse(site)  # the change of time has ended every session
    assert nurse.get("queue/screening/1/state")["current"] is None
    assert nurse.get("board/state")["called"] == []


def test_pages_that_only_look_share_one_look(site: Appliance, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    waiting = lines.queue.waiting
    monkeypatch.setattr(lines, "FRESH_SECONDS", 60.0)
    monkeypatch.setattr(lines.queue, "waiting", lambda *asked: looks.append(asked) or waiting(*asked))
    line = lines.Lines(site.host.plugin("vaccination").site)
    arrive(site, CROWD[0])
    for _ in range(5):
        assert len(line.of("screening")) == 1
    assert len(looks) == 1
    arrive(site, CROWD[1])
    assert len(line.of("screening", fresh=True)) == len(line.of("screening")) == 2
    assert len(looks) == 2
