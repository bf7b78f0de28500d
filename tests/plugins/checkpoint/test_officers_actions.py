"""What officers do at a lane: each is a record, each may be refused with a reason, and the tables equal a replay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from tests.support.appliance import SetClock, Workshop, assert_whole, records
from tests.support.checkpoint_post import CROWD, Officer, codes_of, declared
from tests.support.staff import Browser, add_operator

AN, BINH, CHI = CROWD[:3]
Start = Callable[..., Appliance]


def said(appliance: Appliance, kind: str) -> list[object]:
    return [one.data for one in records(appliance) if one.kind == f"checkpoint.{kind}"]


# --- undo


def test_a_passage_is_undone_with_a_reason_and_no_longer_counts(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    passage = officer.show(declared(AN))["state"]["traveller"]["passage"]
    assert officer.do("undo", 409, passage=passage, reason="  ")["problem"]["code"] == "no_reason"
    state = officer.do("undo", passage=passage, reason="Quét nhầm người")["state"]
    assert (state["inside"], state["pace"]["people"], state["traveller"]) == (0, 0, None)
    assert state["recent"][0]["undone"] is True
    (record,) = [one for one in records(appliance) if one.kind == "checkpoint.undone"]
    assert (record.data.reason, record.operator) == ("Quét nhầm người", "7")
    assert officer.do("undo", 409, passage=passage, reason="x")["problem"]["code"] == "undone_before"
    assert_whole(appliance)


def test_after_its_time_nothing_is_undone(start: Start, clock: SetClock) -> None:
    officer = Officer(start("undo_seconds = 30"))
    shown = officer.show(declared(AN))["state"]["traveller"]
    assert 0 < shown["undo_seconds"] <= 30
    clock.ahead += timedelta(seconds=31)
    assert officer.do("undo", 409, passage=shown["passage"], reason="x")["problem"]["code"] == "undo_too_late"


@pytest.mark.parametrize("passage", ["", "nonsense", "0190a6c0-0000-7000-8000-000000000000"])
def test_what_is_not_here_cannot_be_undone(start: Start, passage: str) -> None:
    assert Officer(start()).do("undo", 409, passage=passage, reason="x")["problem"]["code"] == "not_here"


# --- settling


@pytest.mark.parametrize("decision", ["admit", "refuse"])
def test_the_officer_decides_on_who_is_referred(start: Start, decision: str) -> None:
    appliance = start('risk = { "79" = "red" }')
    officer = Officer(appliance)
    key = uuid4()
    officer.scan(AN.cccd_2021(), key)
    answers = {"declaration__symptoms": "no", "origin__risk": "red", "test_result": "none", "hours_since_test": "0"}
    reply = officer.scan("", key, **answers)
    assert reply["answer"]["decision"] == "refer"
    passage = reply["state"]["traveller"]["passage"]
    state = officer.do("settle", passage=passage, decision=decision, reason="Cấp cứu")["state"]
    assert state["traveller"]["decision"] == decision
    assert state["traveller"]["settled"] is True
    assert state["inside"] == (1 if decision == "admit" else 0)
    again = officer.do("settle", 409, passage=passage, decision="admit", reason="x")
    assert again["problem"]["code"] == "nothing_to_settle"
    assert_whole(appliance)


def test_who_is_stopped_is_not_settled(start: Start) -> None:
    officer = Officer(start())
    passage = officer.show(declared(AN, declaration__symptoms="yes"))["state"]["traveller"]["passage"]
    reply = officer.do("settle", 409, passage=passage, decision="admit", reason="x")
    assert reply["problem"]["code"] == "nothing_to_settle"


# --- vehicles


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
    from tests.support.appliance import people

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


def test_a_vehicle_is_still_there_after_a_restart(start: Start, workshop: object) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.do("vehicle", plate="51B12345", vehicle_class="passenger", expected=2)
    officer.show(declared(AN))
    workshop.stop(appliance)  # type: ignore[attr-defined]
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


# --- surge


def test_surge_mode_lets_pass_what_the_policy_would_stop_and_says_so(start: Start, clock: SetClock) -> None:
    appliance = start("surge_minutes = 30")
    officer = Officer(appliance)
    assert officer.do("surge", 409, on=True, reason="", minutes=10)["problem"]["code"] == "no_reason"
    assert officer.do("surge", on=True, reason="Ùn tắc", minutes=500)["state"]["surge"]["reason"] == "Ùn tắc"
    reply = officer.scan(AN.cccd_2021())
    assert reply["answer"]["decision"] == "admit"
    assert codes_of(reply)[0] == "checkpoint.surge"
    assert {one["severity"] for one in reply["answer"]["findings"][1:]} <= {"note"}
    officer.do("count", people=4)
    one, two = said(appliance, "passage")
    assert (one.surge, two.surge, two.people, two.credential) == (True, True, 4, "none")
    assert officer.do("next")["state"]["pace"]["people"] == 5
    clock.ahead += timedelta(minutes=31)  # longer than the post allows, whatever was asked for
    officer.sign_in()
    assert officer.do("next")["state"]["surge"] is None
    assert officer.do("count", 409, people=4)["problem"]["code"] == "surge_is_off"
    assert officer.scan(BINH.cccd_2021())["answer"]["decision"] == "ask"
    assert_whole(appliance)


def test_surge_mode_ends_by_hand(start: Start) -> None:
    officer = Officer(start())
    officer.do("surge", on=True, reason="Mất điện", minutes=10)
    assert officer.do("surge", on=False, reason="Hết ùn tắc", minutes=1)["state"]["surge"] is None


# --- the rest


def test_who_has_no_code_is_typed_in_by_the_officer_alone(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    hand = {"name": "Nguyễn Văn Mới", "birth_year": "1990", "document": "B1234567"}
    reply = officer.do("scan", by_hand=hand, key=str(uuid4()))
    assert reply["answer"]["decision"] == "ask"
    assert reply["state"]["traveller"]["shown"][0]["kind"]["en"] == "By hand"
    assert officer.do("scan", 400, by_hand={"name": " "}, key=str(uuid4()))["problem"]["code"] == "typed_nothing"
    bad = officer.do("scan", 400, by_hand={"name": "A", "birth_year": "90"}, key=str(uuid4()))
    assert bad["problem"]["code"] == "not_a_year"


def test_a_passage_is_found_by_name_digits_number_and_plate(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.do("vehicle", plate="51B-123.45", vehicle_class="car", expected=1)
    officer.scan(AN.cccd_2021())
    officer.show(declared(AN))
    given = AN.name.split()[-1]
    for text in (AN.name, given.lower(), AN.national_id, AN.national_id[-4:], "51b 12345"):
        found = officer.do("search", text=text)["found"]
        assert len(found) == 1, text
        assert found[0]["decision"] == "admit"
    for text in ("", "zzzz", "0000", "29A99999", f"{given} Khác"):
        assert officer.do("search", text=text)["found"] == [], text
    looks = [one.data for one in records(appliance) if one.kind == "core.staff_action"]
    assert [one.action for one in looks].count("checkpoint.searched") == 10
    assert AN.name not in str([one.body for one in records(appliance)])


def test_who_showed_a_pass_alone_or_a_passport_is_found_by_the_last_digits_too(start: Start) -> None:
    officer = Officer(start())
    shown = officer.show(declared(AN))["state"]["traveller"]
    tail = AN.national_id[-4:]
    assert shown["number"] == f"••••{tail}"  # what the officer compares with the card
    assert officer.do("reveal")["state"]["traveller"]["number"] == f"••••{tail}"
    officer.do("next")
    officer.do("surge", on=True, reason="Ùn tắc", minutes=5)
    officer.do("scan", by_hand={"name": "Nguyễn Văn Mới", "document": "B1234567"}, key=str(uuid4()))
    for digits in (tail, "4567"):
        assert len(officer.do("search", text=digits)["found"]) == 1, digits


def test_a_name_is_masked_until_asked_for_and_the_look_is_a_record(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    masked = officer.scan(AN.cccd_2021())["state"]["traveller"]
    assert masked["name"] != AN.name
    assert masked["number"].endswith(AN.national_id[-4:])
    assert AN.national_id not in str(masked)
    full = officer.do("reveal")["state"]["traveller"]
    assert (full["name"], full["number"], full["birth"]) == (AN.name, AN.national_id, f"{AN.birth_date:%d/%m/%Y}")
    assert masked["read"] == []
    look = records(appliance)[-1]
    assert (look.data.action, look.citizen) == (
        "checkpoint.revealed",
        appliance.pseudonym(AN.national_id),
    )
    officer.do("next")
    assert officer.do("reveal", 409)["problem"]["code"] == "nobody"


def test_a_note_goes_to_the_next_shift(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    assert officer.do("handover", 409, text="  ")["problem"]["code"] == "empty_note"
    officer.do("handover", text="Máy in làn A hết giấy.")
    next_shift = Officer(appliance, operator="8")
    note = next_shift.do("next")["state"]["notes"][0]
    assert (note["text"], note["operator"]) == ("Máy in làn A hết giấy.", "7")
    duties = said(appliance, "duty")
    assert [(duty.lane, duty.direction) for duty in duties] == [("A", "in"), ("A", "in")]
    assert_whole(appliance)


def test_a_lane_is_one_officers_at_a_time(start: Start) -> None:
    appliance = start()
    first = Officer(appliance)
    second = Officer(appliance, operator="8")
    reply = first.do("scan", 409, payload=AN.cccd_2021(), key=str(uuid4()))
    assert reply["problem"]["code"] == "not_on_duty"
    assert first.do("undo", 409, passage="x", reason="x")["problem"]["code"] == "not_on_duty"
    assert second.scan(AN.cccd_2021())["answer"]["decision"] == "ask"
    first.take("in")
    assert first.do("next")["state"]["traveller"] is None


def test_pages_are_for_officers_at_lanes_that_exist(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    assert officer.browser.get("/checkpoint/lane/north/A").status_code == 200
    for path in ("/checkpoint/lane/north/Z", "/checkpoint/lane/south/A"):
        assert officer.browser.get(path).status_code == 404
    assert officer.browser.get("/checkpoint/lane/north/B").status_code == 303  # nobody took it
    add_operator(appliance, "9", Role.TECHNICIAN)
    other = Browser(appliance)
    other.sign_in("9")
    assert other.get("/checkpoint/").status_code == 403
    assert Browser(appliance).get("/checkpoint/lane/north/A").status_code == 303
    assert officer.browser.client.post("/checkpoint/lane/north/A/next", json={}).status_code == 400  # no token


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"key": 1}', b'{"key": "x", "payload": 1}', b'{"answers": [1]}', b"\xff"]
)
def test_nonsense_is_told_so(start: Start, body: bytes) -> None:
    officer = Officer(start())
    reply = officer.browser.client.post(
        "/checkpoint/lane/north/A/scan",
        data=body,
        headers={"X-CSRFToken": officer.token, "Content-Type": "application/json"},
        environ_base={"REMOTE_ADDR": officer.browser.address},
    )
    assert (reply.status_code, reply.get_json()["problem"]["code"]) == (400, "bad_request")


def test_where_nothing_can_be_recorded_nothing_has_changed(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    from kiosk.journal.jobs import NotRecorded

    appliance = start()
    officer = Officer(appliance)

    def full(*_: object) -> None:
        raise NotRecorded("disk")

    monkeypatch.setattr(appliance, "record", full)
    reply = officer.do("vehicle", 503, plate="51B12345", vehicle_class="car", expected=1)
    assert reply["problem"]["code"] == "not_recorded"
    assert reply["state"]["vehicle"] is None
