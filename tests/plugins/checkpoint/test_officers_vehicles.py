"""Vehicles at a lane: their people in any order, the worst of them counts, and all of it is still there after a restart."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop, assert_whole, people, records
from tests.support.checkpoint_post import CROWD, Officer, declared, said

AN, BINH, CHI = CROWD[:3]
Start = Callable[..., Appliance]


def test_a_vehicles_people_come_in_any_order_and_the_worst_counts(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.do("vehicle", plate="51b-123.45", vehicle_class="passenger", expected=3)
    first = officer.show(declared(AN))["state"]["vehicle"]
    assert (first["decision"], first["missing"], first["people"]) == ("ask", 2, 1)
    officer.do("next")
    assert officer.show(declared(BINH, declaration__symptoms="yes"))["state"]["vehicle"]["decision"] == "refuse"
    officer.do("next")
    third = officer.show(declared(CHI))
    assert third["answer"]["decision"] == "admit"  # each person has their own
    assert third["state"]["vehicle"]["counts"] == {"refuse": 1, "refer": 0, "ask": 0, "admit": 2}
    assert third["state"]["vehicle"]["worst"][0]["decision"] == "refuse"
    bodies = said(appliance, "passage")
    assert {body.group for body in bodies} == {bodies[0].group}
    assert {(body.plate, body.facts["vehicle_class"]) for body in bodies} == {("51B***45", "passenger")}
    assert "51B12345" not in str([one.body for one in records(appliance)])
    assert officer.do("vehicle-left")["state"]["vehicle"] is None
    assert said(appliance, "group")[-1].closed is True
    assert_whole(appliance)


def test_a_pass_with_a_plate_opens_the_vehicle_for_as_many_as_it_names(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    claims = {"vehicle__plate": "29A-12345", "vehicle__class": "car", "vehicle__companions": "1"}
    state = officer.show(declared(AN, **claims))["state"]
    assert (state["vehicle"]["plate"], state["vehicle"]["missing"]) == ("29A***45", 1)
    officer.do("next")
    assert officer.show(declared(BINH))["state"]["vehicle"]["decision"] == "admit"
    officer.do("next")
    assert officer.show(declared(CHI))["state"]["vehicle"] is None  # not of that car
    one, two, three = said(appliance, "passage")
    assert (one.group, two.group, three.group) == (one.passage, one.passage, "")


def test_who_shows_their_codes_again_is_no_further_person_of_the_vehicle(start: Start) -> None:
    """Else a vehicle would be complete with somebody missing."""
    officer = Officer(start())
    officer.do("vehicle", plate="51b-123.45", vehicle_class="passenger", expected=2)
    healthy = {"declaration__symptoms": "no", "origin__risk": "green"}
    for symptoms in ("yes", "no"):
        reply = officer.scan(AN.national_qr())
        reply = officer.scan("", reply["answer"]["key"], **healthy | {"declaration__symptoms": symptoms})
        officer.do("next")
    vehicle = reply["state"]["vehicle"]
    assert (vehicle["people"], vehicle["missing"]) == (1, 1)
    assert vehicle["counts"] == {"refuse": 0, "refer": 1, "ask": 0, "admit": 0}  # was refused before: an officer looks
    reply = officer.scan(BINH.national_qr())
    vehicle = officer.scan("", reply["answer"]["key"], **healthy)["state"]["vehicle"]
    assert (vehicle["people"], vehicle["missing"], vehicle["decision"]) == (2, 0, "refer")


def test_who_shows_a_pass_again_does_not_fill_the_vehicle_that_it_opened(start: Start) -> None:
    officer = Officer(start())
    claims = {"vehicle__plate": "29A-12345", "vehicle__class": "car", "vehicle__companions": "1"}
    officer.scan(AN.national_qr())
    officer.show(declared(AN, **claims))
    officer.do("next")
    officer.scan(AN.national_qr())
    vehicle = officer.show(declared(AN, **claims))["state"]["vehicle"]
    assert (vehicle["people"], vehicle["missing"]) == (1, 1)
    officer.do("next")
    vehicle = officer.show(declared(BINH))["state"]["vehicle"]  # of the same car
    assert (vehicle["plate"], vehicle["people"], vehicle["missing"]) == ("29A***45", 2, 0)


def test_who_was_undone_takes_nobodys_place_in_the_vehicle(start: Start) -> None:
    officer = Officer(start())
    claims = {"vehicle__plate": "29A-12345", "vehicle__class": "car", "vehicle__companions": "1"}
    officer.show(declared(AN, **claims))
    officer.do("next")
    stranger = officer.show(declared(BINH))["state"]["traveller"]["passage"]
    vehicle = officer.do("undo", passage=stranger, reason="Quét nhầm người")["state"]["vehicle"]
    assert (vehicle["people"], vehicle["missing"], vehicle["decision"]) == (1, 1, "ask")
    vehicle = officer.show(declared(CHI))["state"]["vehicle"]
    assert (vehicle["plate"], vehicle["people"], vehicle["missing"], vehicle["decision"]) == ("29A***45", 2, 0, "admit")


def test_a_bus_of_two_hundred_keeps_its_verdict(start: Start) -> None:

    appliance = start()
    officer = Officer(appliance)
    officer.do("vehicle", plate="51B12345", vehicle_class="passenger", expected=200)
    state: dict = {}
    for number, (person, _) in enumerate(zip(people(5), range(200), strict=False)):
        symptoms = "yes" if number == 150 else "no"
        state = officer.show(declared(person, declaration__symptoms=symptoms, declaration__id=f"b{number}"))["state"]
        officer.do("next")
    assert state["vehicle"]["counts"] == {"refuse": 1, "refer": 0, "ask": 0, "admit": 199}
    assert (state["vehicle"]["decision"], state["vehicle"]["missing"]) == ("refuse", 0)
    assert len(state["vehicle"]["worst"]) <= 6
    everybody = officer.do("people")["people"]
    assert [one["decision"] for one in everybody] == ["refuse"] + ["admit"] * 199
    assert len({one["passage"] for one in everybody}) == 200
    officer.do("vehicle-left")
    assert officer.do("people")["people"] == []


def test_a_vehicle_is_still_there_after_a_restart(start: Start, workshop: Workshop) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.do("vehicle", plate="51B12345", vehicle_class="passenger", expected=2)
    officer.show(declared(AN))
    workshop.stop(appliance)
    again = Officer(start())
    reply = again.show(declared(BINH))["state"]["vehicle"]
    assert (reply["plate"], reply["people"], reply["missing"]) == ("51B***45", 2, 0)


def test_the_officer_still_has_the_lane_after_a_restart(start: Start, workshop: Workshop, clock: SetClock) -> None:
    appliance = start()
    officer = Officer(appliance, direction="out")
    officer.do("vehicle", plate="51B12345", vehicle_class="passenger", expected=2)
    workshop.stop(appliance)
    again = start()
    desk = again.host.plugin("checkpoint").desks.desk("north", "A")
    assert (desk.operator, desk.direction, desk.vehicle.shown) == ("7", "out", "51B***45")
    officer.appliance = again
    officer.sign_in()
    assert officer.scan(AN.cccd_2021())["answer"]["decision"] == "admit"  # nobody is examined on the way out
    assert_whole(again)


@pytest.mark.parametrize("ends", ["left", "shift over"])
def test_a_lane_that_was_left_is_nobodys_after_a_restart(
    start: Start, workshop: Workshop, clock: SetClock, ends: str
) -> None:
    appliance = start()
    officer = Officer(appliance)
    if ends == "left":
        officer.browser.post("/checkpoint/leave/north/A", {}, token=officer.token)
    workshop.stop(appliance)
    clock.ahead += timedelta(hours=0 if ends == "left" else 13)
    assert start().host.plugin("checkpoint").desks.desk("north", "A").operator is None
