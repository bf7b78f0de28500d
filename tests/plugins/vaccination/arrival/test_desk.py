"""The reception desk: enrolling by card and by hand, searching, twins, merging a temporary id, and who may look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.domain import Claim, Credential, Trust
from kiosk.operators.register import Role
from kiosk.receipts.tickets import encode_ticket
from plugins.vaccination import lookups
from plugins.vaccination.acting import Refusal
from plugins.vaccination.arrival import enrolment, merging
from plugins.vaccination.people import age_on
from plugins.vaccination.records.nation import KnownDose
from tests.support.appliance import SetClock, Workshop, assert_whole, records, show
from tests.support.staff import Browser, actions, add_operator
from tests.support.vaccination import (
    CROWD,
    Nurse,
    Visitor,
    arrive,
    citizen_of,
    dose,
    expect,
    of_kind,
    ready,
    vaccination_site,
)

AN, BINH = CROWD[:2]
FIELDS = list(enrolment.Typed.__dataclass_fields__)
FORM = {"name": "Giàng A Páo", "birth_date": "2/9/1985", "sex": "male"}


def visits(site: Appliance) -> list[Any]:
    return [one for one in records(site) if one.kind == "self_check_in.visit"]


def scan(nurse: Nurse, payload: str, **more: Any) -> dict[str, Any]:
    return nurse.do("desk/scan", payload=payload, source=more.pop("source", "wedge"), **more)


def test_a_card_scanned_at_the_desk_enrols_a_walk_in(site: Appliance, nurse: Nurse) -> None:
    reply = scan(nurse, AN.cccd_2021())
    assert reply["answer"]["decision"] == "admit"
    assert (reply["person"]["name"], reply["person"]["ticket"]) == (AN.name, "A001")
    assert reply["person"]["document"].endswith(AN.national_id[-4:])
    assert AN.national_id not in str(reply)
    assert reply["person"]["stage"]["code"] == "waits_screening"
    assert visits(site)[0].operator == nurse.operator
    assert_whole(site)


def test_a_scanner_that_sends_everything_twice_makes_one_visit(site: Appliance, nurse: Nurse) -> None:
    first, second = scan(nurse, AN.cccd_2021()), scan(nurse, AN.cccd_2021())
    assert first["answer"]["key"] == second["answer"]["key"]
    assert len(visits(site)) == 1
    assert second["person"]["ticket"] == "A001"


def test_a_page_that_asks_again_under_its_key_enrols_once(site: Appliance, nurse: Nurse) -> None:
    key = uuid4()
    replies = [nurse.do("desk/enrol", key=key, **FORM) for _ in range(3)]
    assert len({reply["person"]["citizen"] for reply in replies}) == 1
    assert len(visits(site)) == len(of_kind(site, "person")) == 1
    assert_whole(site)


def test_somebody_is_enrolled_by_the_number_of_a_card_that_is_at_home(site: Appliance, nurse: Nurse) -> None:
    said = {"name": AN.name, "birth_date": AN.birth_date.isoformat(), "sex": AN.sex}
    reply = nurse.do("desk/enrol", number=AN.national_id, **said)
    assert reply["person"]["citizen"] == citizen_of(site, AN)
    assert reply["person"]["temporary"] is False
    again = scan(nurse, AN.cccd_2021())
    assert again["person"]["ticket"] == reply["person"]["ticket"]
    assert of_kind(site, "person")[0].data.document == "••••••••" + AN.national_id[-4:]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "1"}, "name"),
        ({"birth_date": "30/02/1990"}, "birth_date"),
        ({"birth_date": "2090"}, "birth_date"),
        ({"birth_date": ""}, "birth_date"),
        ({"sex": "x"}, "sex"),
        ({"number": "12"}, "number"),
        ({"number": "<script>alert(1)"}, "number"),
        ({"phone": "không"}, "phone"),
    ],
)
def test_a_field_that_cannot_be_so_is_named_and_nothing_is_recorded(
    site: Appliance, nurse: Nurse, change: dict[str, str], field: str
) -> None:
    reply = nurse.do("desk/enrol", 400, **{**FORM, **change})
    assert reply["field"] == field
    assert reply["problem"]["text"]["vi"]
    assert visits(site) == []


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60)))
def test_a_form_of_anything_is_read_or_refused_by_field(form: dict[str, str]) -> None:
    wrong, read = "", None
    try:
        read = enrolment.typed(form, date(2021, 8, 10))
    except enrolment.Wrong as error:
        wrong = error.field
    assert wrong in FIELDS or (read and read.name and age_on(read.birth_date, "2021-08-10") is not None)


# --- twins


def test_twins_are_both_there_with_a_warning_and_never_put_together(site: Appliance, nurse: Nurse) -> None:
    """The same name, birth date and address under two numbers."""
    other = AN.national_id[:-1] + str((int(AN.national_id[-1]) + 1) % 10)
    twin = replace(AN, national_id=other)
    first, second = scan(nurse, AN.cccd_2021()), scan(nurse, twin.cccd_2021())
    assert first["person"]["ticket"] != second["person"]["ticket"]
    assert first["person"]["citizen"] != second["person"]["citizen"]
    assert first["person"]["warnings"] == []
    assert [one["code"] for one in second["person"]["warnings"]] == ["same_name"]
    assert second["person"]["namesakes"][0]["document"].endswith(AN.national_id[-4:])
    assert of_kind(site, "merged") == []
    dose(site, arrive(site, AN))
    with site.session() as session:
        assert lookups.doses(session, lookups.named(session, citizen_of(site, twin))) == []
    found = nurse.do("desk/find", text=AN.name)["found"]
    assert {one["citizen"] for one in found} == {citizen_of(site, AN), citizen_of(site, twin)}


def test_by_hand_a_second_person_of_the_same_name_must_be_meant(site: Appliance, nurse: Nurse) -> None:
    first = nurse.do("desk/enrol", **FORM)["person"]
    stopped = nurse.do("desk/enrol", 409, **FORM)
    assert stopped["problem"]["code"] == "vaccination.same_name"
    assert [one["citizen"] for one in stopped["namesakes"]] == [first["citizen"]]
    assert len(visits(site)) == 1
    second = nurse.do("desk/enrol", sure=True, **FORM)["person"]
    assert second["citizen"] != first["citizen"]
    assert second["code"] != first["code"]


# --- a temporary id, later the real one


def merge(nurse: Nurse, temporary: str, payload: str, status: int = 200, **more: Any) -> dict[str, Any]:
    said = {"reason": "Xuất trình căn cước bản gốc", **more}
    return nurse.do("desk/merge", status, citizen=temporary, payload=payload, **said)


def test_a_temporary_id_is_merged_with_the_real_one_and_its_doses_count(site: Appliance, nurse: Nurse) -> None:
    enrolled = nurse.do("desk/enrol", **FORM)["person"]
    dose(site, Visitor(None, enrolled["citizen"], enrolled["visit"], enrolled["ticket"], ""))
    looked = nurse.do("desk/merge-look", citizen=enrolled["citizen"], payload=AN.cccd_2021())
    assert looked["person"]["doses"][0]["lot"] == "ABV1234"
    assert looked["other"]["doses"] == []
    assert of_kind(site, "merged") == []
    merged = merge(nurse, enrolled["citizen"], AN.cccd_2021())["person"]
    assert (merged["citizen"], merged["name"], merged["temporary"]) == (citizen_of(site, AN), AN.name, False)
    assert merged["doses"][0]["lot"] == "ABV1234"
    assert merged["ticket"] == enrolled["ticket"]
    assert merged["stage"]["code"] == "vaccinated"
    record = of_kind(site, "merged")[0]
    assert (record.citizen, record.data.temporary) == (citizen_of(site, AN), enrolled["citizen"])
    assert record.data.reason
    assert record.operator == nurse.operator
    shown = scan(nurse, enrolled["code"])
    assert shown["person"]["citizen"] == citizen_of(site, AN)
    assert_whole(site)


def test_a_merge_by_a_typed_number_keeps_what_was_said_before(site: Appliance, nurse: Nurse) -> None:
    enrolled = nurse.do("desk/enrol", phone="0900000002", **FORM)["person"]
    merged = merge(nurse, enrolled["citizen"], AN.national_id)["person"]
    assert (merged["name"], merged["phone"]) == (FORM["name"], "0900000002")
    assert merged["document"].endswith(AN.national_id[-4:])
    assert merged["temporary"] is False


def test_what_cannot_be_merged_says_why(site: Appliance, nurse: Nurse) -> None:
    enrolled, other = (nurse.do("desk/enrol", sure=True, **FORM)["person"] for _ in range(2))
    came = arrive(site, BINH)
    for citizen, payload, code, more in (
        (enrolled["citizen"], "không phải thẻ", "merge_with_nobody", {}),
        (enrolled["citizen"], other["code"], "merge_with_temporary", {}),
        (enrolled["citizen"], AN.cccd_2021(), "no_reason", {"reason": " "}),
        (came.citizen, AN.cccd_2021(), "not_temporary", {}),
    ):
        reply = merge(nurse, citizen, payload, 409, **more)
        assert reply["problem"]["code"] == f"vaccination.{code}"
        assert reply["problem"]["next_step"]["vi"]
    assert of_kind(site, "merged") == []
    merge(nurse, enrolled["citizen"], AN.cccd_2021())
    assert merge(nurse, enrolled["citizen"], BINH.cccd_2021(), 409)["problem"]["code"] == "vaccination.merged_before"


def test_a_proven_pass_that_names_a_temporary_id_is_no_document(site: Appliance, nurse: Nurse) -> None:
    one, other = (nurse.do("desk/enrol", sure=True, **FORM)["person"]["citizen"] for _ in range(2))
    room = site.host.plugin("vaccination").site
    proven = Credential("declaration_pass", {"citizen": Claim(other)}, Trust.VERIFIED, "platform")
    with pytest.raises(Refusal) as refused:
        merging.merge(room, uuid4(), one, proven, "cùng người", nurse.operator)
    assert [finding.code for finding in refused.value.findings] == ["vaccination.merge_with_temporary"]
    assert of_kind(site, "merged") == []


def test_a_merge_that_is_sent_twice_is_one(site: Appliance, nurse: Nurse) -> None:
    enrolled, key = nurse.do("desk/enrol", **FORM)["person"], uuid4()
    for _ in range(2):
        merge(nurse, enrolled["citizen"], AN.cccd_2021(), key=key)
    assert len(of_kind(site, "merged")) == 1


# --- finding, tickets, the absent


def test_people_are_found_by_name_number_and_last_digits(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    expect(site, BINH, name=BINH.name, birth_date=BINH.birth_date.isoformat())
    for text in (
        AN.name,
        AN.name.lower(),
        came.ticket,
        came.ticket[1:].lstrip("0"),
        AN.national_id[-4:],
        AN.national_id,
    ):
        found = nurse.do("desk/find", text=text)["found"]
        assert came.citizen in [one["citizen"] for one in found], text
    waiting = nurse.do("desk/find", text=BINH.name)["found"]
    assert (waiting[0]["visit"], waiting[0]["appointment"]["slot"]) == ("", "08:30-09:00")
    assert nurse.do("desk/find", text="%")["found"] == []
    assert ("11", "vaccination.desk_searched") in actions(site)


def test_a_ticket_is_looked_up_without_a_second_visit(site: Appliance, nurse: Nurse) -> None:
    came = ready(site, AN)
    reply = scan(nurse, came.code)
    assert reply["answer"] is None
    assert (reply["person"]["name"], reply["person"]["stage"]["code"]) == (AN.name, "waits_injection")
    assert len(visits(site)) == 1


def test_a_damaged_or_foreign_ticket_says_so(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    for payload, code in ((came.code[:-3], "damaged_ticket"), (encode_ticket(uuid4()), "unknown_visit")):
        reply = nurse.do("desk/scan", 409, payload=payload, source="page")
        assert reply["problem"]["code"] == f"vaccination.{code}"


def test_without_walk_ins_staff_may_take_somebody_all_the_same(workshop: Workshop, clock: SetClock) -> None:
    site = vaccination_site(workshop, "walk_ins = false", clock=clock)
    nurse = Nurse(site)
    refused = scan(nurse, AN.cccd_2021())
    assert refused["answer"]["decision"] == "refer"
    assert "Vẫn nhận" in refused["answer"]["findings"][0]["next_step"]["vi"]
    taken = scan(nurse, AN.cccd_2021(), taken_anyway=True)
    assert taken["answer"]["decision"] == "admit"
    assert taken["person"]["ticket"] == "A001"
    assert [one.data.decision.value for one in visits(site)] == ["refer", "admit"]


def test_a_program_cannot_say_that_staff_took_somebody(workshop: Workshop, clock: SetClock) -> None:
    """The answer counts only where a member of staff is signed in."""
    site = vaccination_site(workshop, "walk_ins = false", clock=clock)
    assert show(site, AN.cccd_2021(), answers={"vaccination.taken_anyway": "yes"}).decision.value == "refer"


def test_nobody_but_medical_staff_may_look(site: Appliance) -> None:
    arrive(site, AN)
    browser = Browser(site)
    assert browser.get("/vaccination/desk").status_code == 303
    assert browser.get("/vaccination/desk/state", headers={"Accept": "application/json"}).status_code == 401
    add_operator(site, "21", Role.TECHNICIAN)
    browser.sign_in("21")
    assert browser.get("/vaccination/desk").status_code == 403
    nurse = Nurse(site)
    reply = nurse.browser.client.post("/vaccination/desk/find", json={"text": AN.name})  # without the token
    assert reply.status_code == 400
    assert AN.name not in reply.text


def test_every_look_at_a_person_is_on_record(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    nurse.do("desk/person", citizen=came.citizen)
    looks = [one for one in records(site) if getattr(one.data, "action", "") == "vaccination.desk_looked"]
    assert [(one.operator, one.citizen) for one in looks] == [("11", came.citizen)]


def test_known_doses_come_from_here_and_from_the_platform_once(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    given = dose(site, came, number=2)
    known = [
        KnownDose(product="AstraZeneca", on="2021-06-01", lot="X1", site="other"),
        KnownDose(product="AstraZeneca", on=given.data.given_on, lot="ABV1234", record=str(given.id)),
    ]
    expect(site, AN, *known)
    doses = nurse.do("desk/person", citizen=came.citizen)["person"]["doses"]
    assert [one["lot"] for one in doses] == ["X1", "ABV1234"]


def test_a_clock_that_is_wrong_by_a_day_is_said_and_written_down(workshop: Workshop, clock: SetClock) -> None:
    """Records say that the clock was not trusted; when it is put right, yesterday's numbers are told from today's."""
    right = clock.ahead
    clock.ahead, clock.is_trusted = right - timedelta(days=1), False
    site = vaccination_site(workshop, clock=clock)
    nurse = Nurse(site)
    wrong = scan(nurse, AN.cccd_2021())["person"]
    state = nurse.get("desk/state")
    assert state["clock_trusted"] is False
    assert state["steps"]["screening"]["waiting"] == 1
    assert visits(site)[0].clock_trusted is False
    clock.ahead, clock.is_trusted = right, True
    nurse = Nurse(site, "12")  # the change of time has ended every session
    assert nurse.get("desk/state")["steps"]["screening"]["waiting"] == 0
    reply = nurse.do("desk/scan", 409, payload=encode_ticket(UUID(wrong["visit"])), source="page")
    assert reply["problem"]["code"] == "vaccination.ticket_of_another_day"
    assert "quét lại thẻ" in reply["problem"]["next_step"]["vi"]
    again = scan(nurse, AN.cccd_2024())["person"]
    assert again["visit"] != wrong["visit"]
    assert nurse.get("desk/state")["steps"]["screening"]["next"] == [again["ticket"]]
    assert_whole(site)


def test_a_name_is_shown_as_it_is_and_never_as_markup(site: Appliance, nurse: Nurse) -> None:
    name = 'Nguyễn <b>An</b> & "Con"'
    person = nurse.do("desk/enrol", **{**FORM, "name": name})["person"]
    assert person["name"] == name
    assert "<b>An" not in nurse.get("desk")


def test_ages_count_birthdays_and_take_a_year_alone_for_the_younger() -> None:
    assert age_on("2003-08-10", "2021-08-10") == 18
    assert age_on("2003-08-11", "2021-08-10") == 17
    assert age_on("2003-08", "2021-08-10") == 17
    assert age_on("2003", "2021-08-10") == 17
    assert age_on("2002", "2021-08-10") == 18
    assert age_on("", "2021-08-10") is None
