"""What officers do at a lane: each is a record, each may be refused with a reason, and the tables equal a replay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from tests.support.appliance import SetClock, assert_whole, records
from tests.support.checkpoint_post import CROWD, Officer, codes_of, declared, said
from tests.support.staff import Browser, add_operator

AN, BINH = CROWD[:2]
Start = Callable[..., Appliance]


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
