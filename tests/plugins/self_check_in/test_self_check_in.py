"""Checking in by oneself: who is admitted, who keeps a number, who is sent to staff, and what is on the ticket."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.domain import BigNumber, Claim, Credential, Decision, Field, QrCode, Scan, Trust
from kiosk.plugin import hookimpl
from kiosk.receipts.tickets import encode_ticket
from kiosk.site_days import day_number, day_text, start_of_day_ms
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.appliance import Probe, SetClock, Workshop, assert_whole, codes, records, show
from tests.support.self_check_in import AN, CROWD, Start, number_of, said, typed

AN_RECORD = UUID(int=7)


def test_each_person_gets_the_days_next_number(start: Start) -> None:
    appliance = start()
    answers = [show(appliance, person.cccd_2021()) for person in CROWD[:3]]
    assert [number_of(answer) for answer in answers] == ["A001", "A002", "A003"]
    assert [one.data.number for one in assert_whole(appliance)] == [1, 2, 3]
    assert answers[0].citizen == {
        "name": " ".join([w[0] + "***" for w in AN.name.split()[:-1]] + [AN.name.split()[-1]])
    }


def test_any_of_a_persons_cards_is_the_same_visitor(start: Start) -> None:
    appliance = start()
    answers = [show(appliance, payload) for payload in (AN.cccd_2021(), AN.cccd_2024(), AN.mrz_td1())]
    assert {number_of(answer) for answer in answers} == {"A001"}
    assert codes(answers[1])[0] == "self_check_in.already_here"
    assert [one.data.again for one in assert_whole(appliance)] == [False, True, True]


def test_who_returns_later_gets_a_new_number(start: Start, clock: SetClock) -> None:
    appliance = start("same_visit_minutes = 30")
    assert number_of(show(appliance, AN.cccd_2021())) == "A001"
    clock.ahead += timedelta(minutes=29)
    assert number_of(show(appliance, AN.cccd_2021())) == "A001"
    clock.ahead += timedelta(minutes=31)
    assert number_of(show(appliance, AN.cccd_2021())) == "A002"


def test_a_new_day_begins_with_one_and_a_restart_goes_on(start: Start, workshop: Workshop, clock: SetClock) -> None:
    appliance = start()
    assert [number_of(show(appliance, person.cccd_2021())) for person in CROWD[:2]] == ["A001", "A002"]
    workshop.stop(appliance)
    appliance = start()
    assert number_of(show(appliance, CROWD[2].cccd_2021())) == "A003"
    clock.ahead += timedelta(days=1)
    assert number_of(show(appliance, CROWD[3].cccd_2021())) == "A001"
    assert_whole(appliance)


def test_numbers_carry_the_sites_prefix(start: Start) -> None:
    assert number_of(show(start('ticket_prefix = "KT"'), AN.cccd_2021())) == "KT001"


@pytest.mark.parametrize("first_denied", [True, False])
def test_who_is_on_the_deny_list_is_sent_to_staff_without_saying_why(start: Start, first_denied: bool) -> None:
    appliance = start()
    said(appliance, "deny_entry", DenyEntry(active=first_denied))
    answer = show(appliance, AN.cccd_2021())
    assert answer.decision is (Decision.REFER if first_denied else Decision.ADMIT)
    said(appliance, "deny_entry", DenyEntry(active=not first_denied))
    answer = show(appliance, AN.cccd_2021())
    assert answer.decision is (Decision.ADMIT if first_denied else Decision.REFER)
    if not first_denied:
        assert codes(answer) == ["self_check_in.needs_staff"]
        assert "deny" not in str(answer.as_dict())
    assert show(appliance, CROWD[1].cccd_2021()).decision is Decision.ADMIT
    assert_whole(appliance)


def test_an_appointment_today_is_mentioned_and_a_cancelled_one_is_not(start: Start, clock: SetClock) -> None:
    appliance = start("same_visit_minutes = 0")
    day = day_text(clock.now(), "Asia/Ho_Chi_Minh")
    said(appliance, "appointment", Appointment(site="test-site", day=day, slot="08:30-09:00"))
    said(appliance, "appointment", Appointment(site="other-site", day=day, slot="x"), CROWD[1])
    answer = show(appliance, AN.cccd_2021())
    assert codes(answer) == ["self_check_in.welcome", "self_check_in.appointment"]
    assert "08:30-09:00" in answer.findings[1]["text"]["vi"]
    assert codes(show(appliance, CROWD[1].cccd_2021())) == ["self_check_in.welcome"]
    said(appliance, "appointment", Appointment(site="test-site", day=day, status="cancelled"))
    clock.ahead += timedelta(minutes=5)
    assert codes(show(appliance, AN.cccd_2021())) == ["self_check_in.welcome"]


class Reader(Probe):
    """Reads ``R:…`` as a credential of the test's choice."""

    gives: Credential

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | None:
        return type(self).gives if scan.payload.startswith("R:") else None


@pytest.mark.parametrize(
    ("credential", "code"),
    [
        (Credential("x", {}), "self_check_in.no_id_number"),
        (Credential("x", {"national_id": Claim("001099012345", 0.5)}), "self_check_in.unsure_reading"),
        (Credential("x", {"national_id": Claim("001099012345")}, Trust.INVALID), "self_check_in.not_genuine"),
        (Credential("x", {"insurance_number": Claim("0100000001")}), ""),
        (Credential("x", {"document_number": Claim("C1234567")}, issuer="VNM"), ""),
        (Credential("x", {"citizen": Claim("a" * 22)}, Trust.VERIFIED), ""),
        (Credential("x", {"citizen": Claim("a" * 22)}), "self_check_in.no_id_number"),
        (Credential("x", {"citizen": Claim("a" * 22)}, Trust.INVALID), "self_check_in.no_id_number"),
        (Credential("x", {"citizen": Claim("not one")}, Trust.VERIFIED), "self_check_in.no_id_number"),
    ],
)
def test_credentials_that_carry_less(workshop: Workshop, credential: Credential, code: str) -> None:
    Reader.gives = credential
    appliance = workshop.start([("reader", Reader), "self_check_in"])
    answer = show(appliance, "R:")
    if code:
        assert (answer.decision, codes(answer)) == (Decision.REFER, [code])
    else:
        assert answer.record is not None
        assert answer.decision is Decision.ADMIT
    assert {state.name: state.faults for state in appliance.host.states() if state.faults} == {}


def test_a_site_may_give_a_number_for_any_code_but_not_for_a_mistyped_one(start: Start) -> None:
    appliance = start("any_code_checks_in = true")
    answers = [
        show(appliance, payload) for payload in ("https://example.invalid/1", "hello", "https://example.invalid/1")
    ]
    assert [number_of(answer) for answer in answers] == ["A001", "A002", "A001"]
    assert typed(appliance, "12345").ticket is None
    assert "example" not in " ".join(str(one.body) for one in assert_whole(appliance))


# --- tickets


def test_the_ticket_itself_is_a_credential_for_the_day(start: Start, clock: SetClock) -> None:
    appliance = start()
    first = show(appliance, AN.cccd_2021())
    assert first.ticket is not None
    payload = first.ticket["payload"]
    again = show(appliance, payload.lower())
    assert (again.decision, codes(again), number_of(again)) == (Decision.ADMIT, ["self_check_in.ticket_known"], "A001")
    clock.ahead += timedelta(days=1)
    late = show(appliance, payload)
    assert (late.decision, codes(late), late.ticket) == (Decision.REFER, ["self_check_in.ticket_of_another_day"], None)
    assert_whole(appliance)


def test_a_ticket_does_not_hide_who_is_on_the_deny_list(start: Start) -> None:
    appliance = start()
    first = show(appliance, AN.cccd_2021())
    assert first.ticket is not None
    said(appliance, "deny_entry", DenyEntry())
    answer = show(appliance, first.ticket["payload"])
    assert (answer.decision, codes(answer)) == (Decision.REFER, ["self_check_in.needs_staff"])


def test_the_code_of_a_visit_that_was_referred_admits_nobody(start: Start) -> None:
    appliance = start()
    other_sex = AN.cccd_2021().replace("|Nam|", "|Nữ|") if AN.sex == "male" else AN.cccd_2021().replace("|Nữ|", "|Nam|")
    referred = show(appliance, other_sex)
    assert referred.decision is Decision.REFER
    answer = show(appliance, encode_ticket(referred.key))  # whoever sent the scan knows its key
    assert (answer.decision, codes(answer), answer.ticket) == (Decision.REFER, ["self_check_in.not_a_ticket"], None)


def test_tickets_of_others_and_damaged_ones(start: Start) -> None:
    appliance = start()
    other = show(appliance, encode_ticket(AN_RECORD))
    assert (other.decision, codes(other)) == (Decision.REFER, ["self_check_in.ticket_from_elsewhere"])
    damaged = show(appliance, encode_ticket(AN_RECORD)[:-3])
    assert (damaged.decision, codes(damaged)) == (Decision.REFER, ["self_check_in.damaged_ticket"])
    assert [one.kind for one in records(appliance)] == ["self_check_in.visit", "core.encounter"]


def test_on_the_way_out_nobody_gets_a_number(start: Start) -> None:
    appliance = start(direction="out")
    answer = show(appliance, AN.cccd_2021())
    assert (answer.decision, codes(answer), answer.ticket) == (Decision.ADMIT, ["self_check_in.checked_out"], None)
    assert records(appliance)[0].data.direction == "out"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_on_the_paper(start: Start, language: str) -> None:
    appliance = start()
    show(appliance, AN.cccd_2021())
    (record,) = records(appliance)
    sections = appliance.host.plugin("self_check_in").receipt_sections(None, record, language)
    blocks = [block for section in sorted(sections, key=lambda one: one.order) for block in section.blocks]
    assert BigNumber("SỐ THỨ TỰ" if language == "vi" else "YOUR NUMBER", "A001") in blocks
    assert [block.value for block in blocks if isinstance(block, Field)] == [record.data.name]
    assert [block.payload for block in blocks if isinstance(block, QrCode)] == [encode_ticket(record.id)]
    assert AN.name not in str(blocks)


def test_todays_figures_count_decisions_of_the_site(start: Start, clock: SetClock) -> None:
    appliance = start()
    clock.ahead -= timedelta(days=1)
    show(appliance, CROWD[5].cccd_2021())
    clock.ahead += timedelta(days=1)
    for person in CROWD[:3]:
        show(appliance, person.cccd_2021())
    said(appliance, "deny_entry", DenyEntry(), CROWD[3])
    show(appliance, CROWD[3].cccd_2021())
    show(appliance, "a shop's code")  # nobody's: the core sends its bearer to staff
    figures = {one.name: one.value for one in appliance.guarded("figures", site="test-site").flat()}
    assert figures == {"visits.admit": 3, "visits.refer": 2, "visits.refuse": 0}
    assert sum(one.value for one in appliance.guarded("figures", site="elsewhere").flat()) == 0


def test_days_begin_at_the_sites_own_midnight() -> None:
    from datetime import UTC, datetime

    late = datetime(2021, 8, 14, 17, 0, tzinfo=UTC)  # midnight of the 15th in Vietnam
    zone = "Asia/Ho_Chi_Minh"
    at_ms = int(late.timestamp() * 1000)
    assert [day_number(at_ms + shift, zone) for shift in (-1, 0)] == [20210814, 20210815]
    assert day_text(late, zone) == "2021-08-15"
    assert start_of_day_ms(late + timedelta(hours=23), zone) == at_ms
    assert day_number(2**62, zone) == 0


def test_nothing_of_the_card_but_the_masked_name_is_recorded(start: Start) -> None:
    appliance = start()
    for payload in (AN.cccd_2021(), AN.bhyt(), AN.mrz_td1()):
        show(appliance, payload)
    text = " ".join(str(one.body) + str(one.citizen) for one in records(appliance))
    for secret in (AN.national_id, AN.name, AN.address, AN.insurance_number):
        assert secret not in text
