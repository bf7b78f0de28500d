"""Screening at a table: questions, vital signs and outcome live, the record, and what is refused. Rules themselves are tested apart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop, assert_whole, records
from tests.support.vaccination import (
    CROWD,
    Nurse,
    Visitor,
    arrive,
    call,
    dose,
    expect,
    of_kind,
    vaccination_site,
)

MEN = [one for one in CROWD if one.sex == "male" and 1960 < one.birth_date.year < 2000]
WOMEN = [one for one in CROWD if one.sex == "female" and 1970 < one.birth_date.year < 2000]
AN = MEN[0]


def answers_of(state: dict[str, Any], **more: str) -> dict[str, str]:
    """No to every question of yes and no that the pack has."""
    return {one["id"]: "no" for one in state["pack"]["questions"] if one["kind"] == "yes_no"} | more


def at(nurse: Nurse, action: str, status: int = 200, table: str = "1", **said: Any) -> dict[str, Any]:
    return nurse.do(f"screening/{table}/{action}", status, **said)


def opened(nurse: Nurse, visitor: Visitor) -> dict[str, Any]:
    return at(nurse, "person", visit=visitor.visit)


def saved(nurse: Nurse, visitor: Visitor, **more: Any) -> dict[str, Any]:
    state = opened(nurse, visitor)
    said = {"answers": answers_of(state), "vitals": {"temperature_c": "36,8"}, **more}
    return at(nurse, "save", visit=visitor.visit, **said)


def code(reply: dict[str, Any]) -> str:
    return str(reply["problem"]["code"]).partition(".")[2]


def test_called_examined_and_on_to_consent(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    nurse.do("queue/screening/1/next")
    state = opened(nurse, came)
    assert (state["person"]["name"], state["person"]["age"]) == (AN.name, state["person"]["age"])
    assert state["outcome"]["outcome"] == "open"
    assert state["screening"] is None
    reply = saved(nurse, came, note="Khỏe")
    assert reply["saved"]["outcome"] == "eligible"
    assert reply["person"]["stage"]["code"] == "no_consent"
    record = of_kind(site, "screening")[0]
    assert (record.citizen, record.operator, record.data.visit) == (came.citizen, nurse.operator, came.visit)
    assert record.data.pack.startswith("qd_")
    assert len(record.data.pack_digest) == 64
    assert record.data.vitals.temperature == 36.8
    assert record.data.note == "Khỏe"
    assert [one.data.state for one in of_kind(site, "called")] == ["called", "served"]
    assert nurse.get("queue/screening/1/state")["current"] is None
    assert_whole(site)


def test_an_unanswered_question_is_open_and_is_never_saved(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    state = opened(nurse, came)
    answers = answers_of(state)
    del answers["acute_illness"]
    reply = at(nurse, "save", 409, visit=came.visit, answers=answers, vitals={"temperature_c": "36.8"})
    assert code(reply) == "screening_open"
    live = at(nurse, "evaluate", visit=came.visit, answers=answers, vitals={"temperature_c": "36.8"})
    assert (live["outcome"], live["missing"]) == ("open", ["acute_illness"])
    assert of_kind(site, "screening") == []
    without_fever = at(nurse, "save", 409, visit=came.visit, answers=answers_of(state), vitals={})
    assert code(without_fever) == "screening_open"


@pytest.mark.parametrize(
    ("typed", "level"),
    [("36,8", "within"), ("38", "caution"), ("35.4", "caution"), ("368", "implausible"), ("", "empty")],
)
def test_limits_show_while_they_are_typed(site: Appliance, nurse: Nurse, typed: str, level: str) -> None:
    came = arrive(site, AN)
    live = at(nurse, "evaluate", visit=came.visit, answers={}, vitals={"temperature_c": typed})
    hint = live["hints"]["temperature_c"]
    assert hint["level"] == level
    assert bool(hint["text"]["vi"]) == (level != "empty")


def test_a_yes_brings_up_what_follows_and_only_women_are_asked_of_pregnancy(site: Appliance, nurse: Nurse) -> None:
    man, woman = arrive(site, AN), arrive(site, WOMEN[0])
    assert "pregnant" not in opened(nurse, man)["outcome"]["asked"]
    assert "pregnant" in opened(nurse, woman)["outcome"]["asked"]
    live = at(nurse, "evaluate", visit=woman.visit, answers={"pregnant": "yes"}, vitals={})
    assert "pregnancy_weeks" in live["asked"]
    live = at(nurse, "evaluate", visit=woman.visit, answers={"pregnant": "yes", "pregnancy_weeks": "8"}, vitals={})
    assert live["outcome"] == "postpone"
    assert live["reasons"][0]["text"]["vi"]


def test_outcomes_reasons_and_observation_are_recorded(site: Appliance, nurse: Nurse) -> None:
    for person, change, outcome in (
        (MEN[0], {"other_allergy": "yes"}, "caution"),
        (MEN[1], {"covid_6_months": "yes"}, "postpone"),
        (MEN[2], {"anaphylaxis_covid_vaccine": "yes"}, "contraindicated"),
    ):
        came = arrive(site, person)
        state = opened(nurse, came)
        reply = saved(nurse, came, answers=answers_of(state, **change), minutes=60)
        assert reply["saved"]["outcome"] == outcome
        body = of_kind(site, "screening")[-1].data
        assert f"question.{next(iter(change))}" in body.reasons
        assert body.observation_minutes >= 60
    assert nurse.get("desk/state")["steps"]["injection"]["waiting"] == 0
    assert_whole(site)


def test_a_doctor_may_be_stricter_with_a_reason_and_never_laxer(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    state = opened(nurse, came)
    said = {"answers": answers_of(state), "vitals": {"temperature_c": "36.8"}, "decision": "postpone"}
    assert code(at(nurse, "save", 409, visit=came.visit, **said)) == "no_reason"
    assert at(nurse, "save", visit=came.visit, note="Mệt, mất ngủ", **said)["saved"]["outcome"] == "postpone"
    assert "doctor" in of_kind(site, "screening")[-1].data.reasons
    other = arrive(site, MEN[1])
    bad = answers_of(state, anaphylaxis_covid_vaccine="yes")
    reply = saved(nurse, other, answers=bad, decision="postpone", note="Thử")
    assert reply["saved"]["outcome"] == "contraindicated"


def test_saving_twice_under_one_key_is_one_record(site: Appliance, nurse: Nurse) -> None:
    came, key = arrive(site, AN), uuid4()
    call(site, came)
    first, second = saved(nurse, came, key=key), saved(nurse, came, key=key)
    assert first["saved"] == second["saved"]
    assert len(of_kind(site, "screening")) == 1
    assert len(of_kind(site, "called")) == 2


def test_who_is_vaccinated_or_at_another_table_is_not_examined_here(site: Appliance, nurse: Nurse) -> None:
    done, elsewhere = arrive(site, MEN[0]), arrive(site, MEN[1])
    dose(site, done)
    call(site, elsewhere, "2")
    for visitor, refusal in ((done, "vaccinated_today"), (elsewhere, "called_elsewhere")):
        state = opened(nurse, visitor)
        said = {"answers": answers_of(state), "vitals": {"temperature_c": "36.8"}}
        assert code(at(nurse, "save", 409, visit=visitor.visit, **said)) == refusal
    assert of_kind(site, "screening") == []


def test_a_ticket_or_a_card_opens_the_visit_and_strangers_are_sent_to_the_desk(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    for payload in (came.code, AN.cccd_2021()):
        assert at(nurse, "person", payload=payload)["visit"] == came.visit
    assert code(at(nurse, "person", 409, payload=MEN[1].cccd_2021())) == "not_arrived"
    assert code(at(nurse, "person", 409, payload="https://example.com")) == "not_a_person"
    assert len([one for one in records(site) if one.kind == "self_check_in.visit"]) == 1
    again = arrive(site, AN)  # shows the card at the kiosk once more: the same number on another ticket
    assert at(nurse, "person", payload=again.code)["visit"] == came.visit


def test_the_planned_vaccine_is_the_appointments(site: Appliance, nurse: Nurse) -> None:
    expect(site, AN, product="Comirnaty")
    came = arrive(site, AN)
    state = opened(nurse, came)
    assert state["product"] == "Comirnaty"
    assert {"AstraZeneca", "Comirnaty"} <= set(state["products"])
    saved(nurse, came, product="Comirnaty")
    assert of_kind(site, "screening")[0].data.product == "Comirnaty"


def test_a_birth_date_that_nobody_knows_keeps_screening_open(site: Appliance, nurse: Nurse) -> None:
    from tests.support.vaccination import record

    came = arrive(site, AN)
    body = of_kind(site, "person")[0].data.model_copy(update={"birth_date": ""})
    record(site, "person", body, came.citizen)
    expect(site, AN, product="Comirnaty", birth_date="")
    said = {"answers": answers_of(opened(nurse, came)), "vitals": {"temperature_c": "36.8"}, "product": "Comirnaty"}
    assert "age" in at(nurse, "evaluate", visit=came.visit, **said)["missing"]
    assert code(at(nurse, "save", 409, visit=came.visit, **said)) == "screening_open"


def test_a_day_without_a_pack_lets_nobody_through(workshop: Workshop, clock: SetClock) -> None:
    """A clock that woke up in the past finds no rules in force, and says so."""
    clock.ahead -= timedelta(days=365 * 8)
    clock.is_trusted = False
    site = vaccination_site(workshop, clock=clock)
    nurse = Nurse(site)
    came = arrive(site, AN)
    state = opened(nurse, came)
    assert state["pack"] is None
    assert state["clock_trusted"] is False
    assert state["outcome"]["reasons"][0]["code"] == "pack.none"
    assert code(at(nurse, "save", 409, visit=came.visit, answers={}, vitals={})) == "screening_open"


def test_a_clock_wrong_by_a_day_is_written_on_the_examination(workshop: Workshop, clock: SetClock) -> None:
    right = clock.ahead
    clock.ahead, clock.is_trusted = right - timedelta(days=1), False
    site = vaccination_site(workshop, clock=clock)
    nurse = Nurse(site)
    came = arrive(site, AN)
    assert opened(nurse, came)["clock_trusted"] is False
    saved(nurse, came)
    assert of_kind(site, "screening")[0].clock_trusted is False
    clock.ahead, clock.is_trusted = right, True
    nurse = Nurse(site, "12")  # the change of time has ended every session
    assert code(at(nurse, "person", 409, visit=came.visit)) == "ticket_of_another_day"
    assert_whole(site)


@pytest.mark.parametrize(
    "said",
    [
        {"answers": []},
        {"vitals": "x"},
        {"minutes": "60"},
        {"minutes": 9999},
        {"answers": {str(n): "no" for n in range(100)}},
        {"answers": {"acute_illness": ["no"]}, "vitals": {"temperature_c": 37}},
    ],
)
def test_nonsense_from_a_page_is_refused_and_never_a_fault(site: Appliance, nurse: Nurse, said: dict[str, Any]) -> None:
    came = arrive(site, AN)
    reply = nurse.browser.client.post(
        "/vaccination/screening/1/save",
        json={"key": str(uuid4()), "visit": came.visit, **said},
        headers={"X-CSRFToken": nurse.token},
        environ_base={"REMOTE_ADDR": nurse.browser.address},
    )
    assert reply.status_code in (400, 409)
    assert of_kind(site, "screening") == []


def test_questions_answered_together_stand_so_on_the_record(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    answers = answers_of(opened(nurse, came))
    first, second, third = list(answers)[:3]
    said = answers | {second: "yes"}
    saved(nurse, came, answers=said, at_once=[first, second, third, third, "not_in_the_pack", 5], note="x")
    body = of_kind(site, "screening")[-1].data
    assert body.at_once == [first, third], "of the pack, once each, and only what was answered with no"
    assert body.answers[first] == "no"


def test_one_by_one_nothing_is_said_to_be_answered_together(site: Appliance, nurse: Nurse) -> None:
    saved(nurse, arrive(site, AN))
    assert of_kind(site, "screening")[-1].data.at_once == []
    reply = at(nurse, "save", 400, visit=arrive(site, MEN[1]).visit, answers={}, at_once="all")
    assert code(reply) == "bad_request"
