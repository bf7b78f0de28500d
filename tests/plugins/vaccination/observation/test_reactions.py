"""Reactions: graded by signs, the protocol's steps with their times, telephoned in later, handed over; and their lists by lot."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from kiosk.appliance import Appliance
from tests.plugins.vaccination.observation.support import injected
from tests.support.appliance import SetClock, assert_whole
from tests.support.vaccination import Nurse, of_kind, today


def report(nurse: Nurse, made: str, *signs: str, status: int = 200, **more: Any) -> dict[str, Any]:
    said = {"dose": made, "signs": list(signs), "vitals": {}, "note": "", "grade": 0, **more}
    return nurse.do("observation/report", status, **said)


def test_signs_make_the_grade_and_the_protocol_is_ticked_off_with_times(site: Appliance, nurse: Nurse) -> None:
    visitor, made = injected(site)
    case = report(nurse, made, "hives")["case"]
    assert case["grade"] == 1
    case = nurse.do(
        "observation/again",
        reaction=case["reaction"],
        signs=["hives", "short_of_breath"],
        vitals={"pulse": 130},
        note="",
    )["case"]
    assert (case["grade"], case["prompts"][0]["id"], case["prompts"][0]["urgent"]) == (2, "adrenaline", True)
    key = uuid4()
    for _ in range(2):  # a double click is one injection of adrenaline on record
        case = nurse.do("observation/step", key=key, reaction=case["reaction"], prompt="adrenaline")["case"]
    assert len(case["prompts"][0]["done"]) == 1
    nurse.do("observation/step", reaction=case["reaction"], prompt="repeat")
    case = nurse.do("observation/step", reaction=case["reaction"], prompt="repeat")["case"]
    repeated = next(one for one in case["prompts"] if one["id"] == "repeat")
    assert len(repeated["done"]) == 2
    assert repeated["due_ms"] == repeated["done"][-1] + 3 * 60_000
    told = nurse.do("observation/exit", payload=visitor.code)
    assert told["verdict"] == "reaction", "nobody goes in the middle of a reaction"
    ended = nurse.do("observation/end", reaction=case["reaction"])["case"]
    assert ended["state"] == "resolved"
    refused = nurse.do("observation/step", 409, reaction=case["reaction"], prompt="oxygen")
    assert refused["problem"]["code"] == "vaccination.reaction_over"
    last = of_kind(site, "reaction")[-1].data
    assert (last.grade, last.vitals.pulse, last.actions) == (2, 130, ["adrenaline", "repeat"])
    assert_whole(site)


def test_two_tablets_tick_different_steps_and_none_is_lost(site: Appliance, nurse: Nurse) -> None:
    _, made = injected(site)
    reaction = report(nurse, made, "shock")["case"]["reaction"]
    other = Nurse(site, "12", address="192.0.2.12")
    nurse.do("observation/step", reaction=reaction, prompt="adrenaline")
    case = other.do("observation/step", reaction=reaction, prompt="call")["case"]
    assert [one["id"] for one in case["prompts"] if one["done"]] == ["adrenaline", "call"]


def test_the_doctor_may_grade_higher_than_the_signs_and_never_lower(site: Appliance, nurse: Nurse) -> None:
    _, made = injected(site)
    assert report(nurse, made, "hives", grade=3)["case"]["grade"] == 3
    assert report(nurse, made, "arrest", grade=1)["case"]["grade"] == 4


def test_a_reaction_at_home_is_telephoned_in_days_later(site: Appliance, nurse: Nurse, clock: SetClock) -> None:
    visitor, made = injected(site)
    assert visitor.person is not None
    found = nurse.do("observation/find", text=visitor.person.name)["found"]
    assert [one["dose"] for one in found] == [made]
    case = report(nurse, made, note="Sốt 39 độ", reported="phone", onset_minutes=26 * 60)["case"]
    assert (case["grade"], case["prompts"]) == (0, [])
    (one,) = of_kind(site, "reaction")
    assert (one.data.reported, one.data.onset_minutes, one.data.lot) == ("phone", 1560, "ABV1234")


def test_what_cannot_be_is_refused_in_words(site: Appliance, nurse: Nurse) -> None:
    _, made = injected(site)
    for more, code, status in (
        ({}, "reaction_says_nothing", 409),
        ({"vitals": {"pulse": 900}, "note": "x"}, "vitals_out_of_range", 409),
        ({"vitals": {"pulse": "1e"}, "note": "x"}, "vitals_out_of_range", 409),
        ({"grade": 9}, "bad_request", 400),
        ({"signs": ["no_such_sign"]}, "bad_request", 400),
        ({"dose": str(uuid4()), "note": "x"}, "no_dose_today", 409),
    ):
        refused = report(nurse, made, status=status, **more)
        assert refused["problem"]["code"] == f"vaccination.{code}", more
    assert of_kind(site, "reaction") == []


def test_the_hand_over_is_recorded_with_its_reaction_and_once(site: Appliance, nurse: Nurse) -> None:
    _, made = injected(site)
    reaction = report(nurse, made, "shock")["case"]["reaction"]
    refused = nurse.do("observation/hand-over", 409, reaction=reaction, to=" ", summary="")
    assert refused["problem"]["code"] == "vaccination.handover_where"
    key = uuid4()
    for _ in range(2):
        said = nurse.do(
            "observation/hand-over", key=key, reaction=reaction, to="Cấp cứu 115", summary="Tỉnh, HA 100/60"
        )
    assert said["case"]["state"] == "transferred"
    (over,) = of_kind(site, "handover")
    assert nurse.get("observation/state")["people"] == [], "who goes in the ambulance is in the room no longer"
    assert [(one.data.early, one.data.reason) for one in of_kind(site, "left")] == [(False, "")], (
        "nobody let them go early"
    )
    assert (str(over.id), over.data.reaction, over.data.dose) == (said["handover"], reaction, made)
    assert_whole(site)


def test_the_list_by_lot_names_nobody(site: Appliance, nurse: Nurse) -> None:
    visitor, made = injected(site)
    injected(site, 1, lot="LÔ-2/α")
    report(nurse, made, "shock")
    page = nurse.get("observation/reactions")
    assert page.index("ABV1234") < page.index("LÔ-2/α"), "the lot with the gravest reactions comes first"
    assert "Sốc" in page
    assert visitor.person is not None
    assert visitor.person.name not in page
    assert today(site)[:4] in page
