"""Arriving by oneself: what the kiosk says of appointments, walk-ins and the platform's findings, and what the ticket says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Draft, Field, Paragraph, QrCode, Scan
from kiosk.plugin import DecodedCode
from kiosk.receipts.tickets import encode_ticket
from plugins.vaccination.arrival import temporary
from plugins.vaccination.records.nation import Finding
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, records, show
from tests.support.vaccination import CROWD, Nurse, arrive, citizen_of, expect, of_kind, record, vaccination_site

AN, BINH = CROWD[:2]


def note(answer: Any, code: str) -> dict[str, Any]:
    return next(one for one in answer.findings if one["code"] == f"vaccination.{code}")


def test_an_appointment_is_greeted_with_its_time_and_vaccine(site: Appliance) -> None:
    expect(site, AN, slot="09:00-09:30", product="Comirnaty")
    answer = show(site, AN.cccd_2021())
    assert answer.decision is Decision.ADMIT
    said = note(answer, "appointment")
    assert said["severity"] == "note"
    assert "09:00, Comirnaty" in said["text"]["vi"]


def test_an_appointment_of_another_site_or_day_or_a_cancelled_one_is_none(site: Appliance) -> None:
    for person, more in ((AN, {"site": "elsewhere"}), (BINH, {"state": "cancelled"})):
        expect(site, person, **more)
        answer = show(site, person.cccd_2021())
        assert "vaccination.walk_in" in codes(answer)
        assert "vaccination.appointment" not in codes(answer)


def test_a_site_without_walk_ins_sends_them_to_the_desk(workshop: Workshop, clock: SetClock) -> None:
    site = vaccination_site(workshop, "walk_ins = false", clock=clock)
    answer = show(site, AN.cccd_2021())
    assert answer.decision is Decision.REFER
    assert answer.ticket is None
    assert "bàn đón tiếp" in note(answer, "no_appointment")["next_step"]["vi"]
    expect(site, BINH)
    assert show(site, BINH.cccd_2021()).decision is Decision.ADMIT
    assert_whole(site)


def test_what_the_platform_saw_needs_staff_until_it_is_settled(site: Appliance) -> None:
    said = Finding(code="dose_twice", first="0" * 8 + "-0000-7000-8000-" + "0" * 12)
    record(site, "finding", said, citizen_of(site, AN))
    answer = show(site, AN.cccd_2021())
    assert answer.decision is Decision.REFER
    assert note(answer, "platform_finding")["severity"] == "concern"
    record(site, "finding", said.model_copy(update={"settled": True}), citizen_of(site, AN))
    assert show(site, AN.cccd_2021()).decision is Decision.ADMIT


def test_a_typed_number_is_told_nothing_of_an_appointment(site: Appliance) -> None:
    expect(site, AN)
    code = DecodedCode(AN.national_id, AN.national_id.encode(), "typed")
    answer = site.handle(site.new_scan(code, "page"), {"birth_date": AN.birth_date.isoformat()})
    assert answer.decision is Decision.ADMIT
    assert not {"vaccination.appointment", "vaccination.walk_in"} & set(codes(answer))


def test_the_ticket_says_where_to_go_and_what_to_bring(site: Appliance) -> None:
    expect(site, AN, slot="09:00-09:30", product="Comirnaty", priority_group="frontline")
    came = arrive(site, AN)
    blocks = blocks_of(site, came.visit)
    fields = {block.label: block.value for block in blocks if isinstance(block, Field)}
    assert fields["Bước tiếp theo"] == "Khám sàng lọc, bàn 1, 2"
    assert fields["Giờ hẹn"] == "09:00-09:30"
    assert fields["Vắc xin dự kiến"] == "Comirnaty"
    assert fields["Nhóm ưu tiên"] == "1"  # never its name, which may tell of a disease
    assert any("sổ tiêm" in block.text for block in blocks if isinstance(block, Paragraph))
    assert [block.payload for block in blocks if isinstance(block, QrCode)] == []


def blocks_of(site: Appliance, visit: str) -> list[Any]:
    made = next(one for one in records(site) if str(one.id) == visit)
    plugin = site.host.plugin("vaccination")
    found = plugin.receipt_sections(encounter=None, record=made, language="vi")
    return [block for section in found for block in section.blocks]


# --- temporary ids


def test_a_citizen_without_any_id_comes_again_with_the_temporary_code(
    site: Appliance, nurse: Nurse, clock: SetClock
) -> None:
    form = {"name": "Lò Thị Mẩy", "birth_date": "1/2/1990", "sex": "female", "guardian": ""}
    enrolled = nurse.do("desk/enrol", **form)["person"]
    assert enrolled["temporary"] is True
    assert enrolled["code"].startswith("VNX1:")
    papers = [block.payload for block in blocks_of(site, enrolled["visit"]) if isinstance(block, QrCode)]
    assert papers == [enrolled["code"]]
    clock.ahead += timedelta(days=28)
    answer = show(site, enrolled["code"])
    assert answer.decision is Decision.ADMIT
    assert answer.ticket is not None
    person = of_kind(site, "person")[0]
    assert (person.data.name, person.data.birth_date, person.data.source) == ("Lò Thị Mẩy", "1990-02-01", "temporary")
    assert person.citizen == of_visit(site, answer.key)
    assert_whole(site)


def of_visit(site: Appliance, key: Any) -> str | None:
    return next(one.citizen for one in records(site) if one.id == key)


def test_a_temporary_code_that_nobody_gave_out_goes_to_the_desk(site: Appliance) -> None:
    answer = show(site, temporary.PREFIX + temporary.code_of(uuid4()))
    assert answer.decision is Decision.REFER
    assert "vaccination.unknown_temporary_id" in codes(answer)


@given(st.text(max_size=40))
def test_any_text_is_a_code_or_a_damaged_one_or_nothing(text: str) -> None:
    for payload in (text, temporary.PREFIX + text):
        scan = Scan(uuid4(), payload, payload.encode("utf-8", "surrogatepass"), "QRCode", "test", datetime.now(UTC))
        found = temporary.read(scan)
        assert found is None or found.kind == temporary.KIND


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_damaged_temporary_code_says_so(site: Appliance, cut: int) -> None:
    answer = show(site, (temporary.PREFIX + temporary.code_of(uuid4()))[:-cut])
    assert "vaccination.damaged_temporary_id" in codes(answer)


def test_a_card_shown_again_keeps_what_staff_had_written(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, AN)
    nurse.do(
        "desk/edit",
        citizen=came.citizen,
        name=AN.name,
        birth_date=AN.birth_date.isoformat(),
        sex=AN.sex,
        phone="0900000001",
        priority_group="frontline",
    )
    show(site, AN.cccd_2024())
    found = nurse.do("desk/scan", payload=encode_ticket(UUID(came.visit)), source="page")["person"]
    assert (found["phone"], found["priority_group"]) == ("0900000001", "frontline")
    assert found["address"] == AN.address
    site.record([Draft("vaccination.person", of_kind(site, "person")[0].data, came.citizen)])
    again = nurse.do("desk/person", citizen=came.citizen)["person"]
    assert again["phone"] == "0900000001"
