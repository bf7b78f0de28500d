"""Corrections are further records: what they replace, what they may not touch, and that what counts follows."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from plugins.vaccination import lookups
from plugins.vaccination.models import DayRow
from plugins.vaccination.records import Recall, Received
from plugins.vaccination.records.nation import KnownDose
from tests.support.appliance import Workshop, assert_whole
from tests.support.vaccination import CROWD, Visitor, expect, of_kind, ready, record, today, vaccination_site
from tests.support.vaccination_tables import COMIRNATY_VIAL, Table, allot, code, codes

UNALLOTTED: dict[str, Any] = {
    "product": "AstraZeneca", "lot": "BAD1", "vials": 1, "doses_per_vial": 10, "consignment": "C-3",
}  # fmt: skip


@pytest.fixture
def given(site: Appliance) -> tuple[Table, Visitor, str]:
    """A table that gave one dose, and that dose's record."""
    allot(site)
    allot(site, "PFZ1", "Comirnaty", gtin=COMIRNATY_VIAL, doses=6, consignment="C-2")
    table, visitor = Table(site), ready(site, CROWD[0])
    return table, visitor, table.vaccinate(visitor, code(serial="S1"))["given"]["record"]


def counting(site: Appliance, visitor: Visitor) -> list[tuple[str, str, int]]:
    with site.session() as session:
        return [(row.product, row.lot, row.number) for row in lookups.doses(session, [visitor.citizen])]


def days(site: Appliance) -> dict[tuple[str, str, int], int]:
    with site.session() as session:
        return {(row.product, row.lot, row.number): row.doses for row in session.query(DayRow)}


def test_lot_and_product_are_corrected_and_what_counts_follows(
    site: Appliance, given: tuple[Table, Visitor, str]
) -> None:
    table, visitor, dose = given
    correction = {"dose": dose, "product": "Comirnaty", "lot": "pfz1", "reason": "chọn nhầm lọ"}
    table.do("correct", correction=correction)
    assert counting(site, visitor) == [("Comirnaty", "PFZ1", 1)]
    assert table.day()["given"] == 1
    assert table.day()["recent"][0]["corrected"]
    made = of_kind(site, "dose")[-1]
    assert (made.data.amends, made.data.reason, made.operator) == (dose, "chọn nhầm lọ", "31")
    assert (made.data.was.product, made.data.was.lot) == ("AstraZeneca", "ABV1234")
    assert made.data.next_on == today(site, 21)
    assert made.data.vial == "", "another lot is another vial"
    assert {key: count for key, count in days(site).items() if count} == {("Comirnaty", "PFZ1", 1): 1}
    assert_whole(site)


def test_a_correction_is_corrected_in_turn_and_the_first_is_not_touched_again(
    site: Appliance, given: tuple[Table, Visitor, str]
) -> None:
    table, visitor, dose = given
    table.do("correct", correction={"dose": dose, "body_site": "right_arm", "reason": "nhầm tay"})
    reply = table.do("correct", 409, correction={"dose": dose, "body_site": "left_thigh", "reason": "lại"})
    assert codes(reply) == ["corrected_before"]
    newest = str(of_kind(site, "dose")[-1].id)
    table.do("correct", correction={"dose": newest, "void": True, "reason": "chưa tiêm"})
    assert counting(site, visitor) == []
    assert codes(table.do("correct", 409, correction={"dose": newest, "void": True, "reason": "nữa"})) == [
        "corrected_before"
    ]
    last = str(of_kind(site, "dose")[-1].id)
    assert codes(table.do("correct", 409, correction={"dose": last, "number": 2, "reason": "nữa"})) == ["void_before"]
    assert set(days(site).values()) == {0}
    assert_whole(site)


def test_a_voided_dose_gives_its_vial_the_dose_back(site: Appliance, given: tuple[Table, Visitor, str]) -> None:
    table, _, dose = given
    reply = table.do("correct", correction={"dose": dose, "void": True, "reason": "bấm nhầm"})
    assert reply["table"]["vial"]["left"] == 10


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"reason": " "}, "no_reason"),
        ({"reason": "x"}, "nothing_changed"),
        ({"reason": "x", "product": "Nước muối"}, "unknown_product"),
        ({"reason": "x", "lot": "PFZ1"}, "lot_of_other_product"),
        ({"reason": "x", "lot": "lô 5"}, "lot"),
    ],
)
def test_what_a_correction_must_be(
    given: tuple[Table, Visitor, str], site: Appliance, change: dict[str, str], reason: str
) -> None:
    table, _, dose = given
    assert codes(table.do("correct", 409, correction={"dose": dose} | change)) == [reason]
    assert len(of_kind(site, "dose")) == 1


def test_only_what_this_device_wrote(given: tuple[Table, Visitor, str], site: Appliance) -> None:
    table, _, _ = given
    reply = table.do("correct", 409, correction={"dose": str(uuid4()), "void": True, "reason": "x"})
    assert codes(reply) == ["not_here"]
    consent = str(of_kind(site, "consent")[0].id)
    assert codes(table.do("correct", 409, correction={"dose": consent, "void": True, "reason": "x"})) == ["not_here"]


def test_two_corrections_of_one_dose_at_the_same_instant(site: Appliance, given: tuple[Table, Visitor, str]) -> None:
    _, visitor, dose = given
    tables = Table(site, "3", "41"), Table(site, "4", "42")
    line, statuses = threading.Barrier(2), []

    def correct(table: Table, arm: str) -> None:
        line.wait()
        reply = table.nurse.browser.client.post(
            f"/vaccination/injection/{table.name}/correct",
            json={"key": str(uuid4()), "correction": {"dose": dose, "body_site": arm, "reason": "nhầm"}},
            headers={"X-CSRFToken": table.nurse.token},
            environ_base={"REMOTE_ADDR": table.nurse.browser.address},
        )
        statuses.append(reply.status_code)

    threads = [
        threading.Thread(target=correct, args=one) for one in zip(tables, ("right_arm", "left_thigh"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(statuses) == [200, 409]
    assert len(counting(site, visitor)) == 1
    assert_whole(site)


@pytest.mark.parametrize("reason", ["expired_lot", "recalled_lot", "not_allocated"])
def test_a_lot_that_must_not_be_used_is_confirmed_before_a_correction_names_it(
    site: Appliance, given: tuple[Table, Visitor, str], reason: str
) -> None:
    table, visitor, dose = given
    if reason == "expired_lot":
        allot(site, "BAD1", days=-1, consignment="C-3")
    if reason == "recalled_lot":
        allot(site, "BAD1", consignment="C-3")
        record(site, "recall", Recall(product="AstraZeneca", lot="BAD1", reason="tủ lạnh hỏng"))
    if reason == "not_allocated":
        record(site, "received", Received(**UNALLOTTED, expiry=today(site, 9)))
    correction = {"dose": dose, "lot": "BAD1", "reason": "chọn nhầm lọ"}
    reply = table.do("correct", 409, correction=correction)
    assert codes(reply) == [reason]
    assert reply["problem"]["severity"] == "open", "an answer at the table decides it"
    assert "BAD1" in reply["problem"]["text"]["vi"]
    assert len(of_kind(site, "dose")) == 1
    other = {"confirmed": ["vaccination.interval_short"]}
    assert codes(table.do("correct", 409, correction=correction | other)) == [reason], "another reason was confirmed"
    table.do("correct", correction=correction | {"confirmed": [f"vaccination.{reason}"]})
    made = of_kind(site, "dose")[-1]
    assert (made.data.lot, made.data.warnings, made.operator) == ("BAD1", [reason], "31")
    assert counting(site, visitor) == [("AstraZeneca", "BAD1", 1)], "what was given is on record"
    assert_whole(site)


def test_a_recalled_dose_is_voided_and_its_arm_corrected_without_another_question(
    site: Appliance, given: tuple[Table, Visitor, str]
) -> None:
    table, _, dose = given
    record(site, "recall", Recall(product="AstraZeneca", lot="ABV1234", reason="tủ lạnh hỏng"))
    table.do("correct", correction={"dose": dose, "body_site": "right_arm", "reason": "nhầm tay"})
    newest = str(of_kind(site, "dose")[-1].id)
    table.do("correct", correction={"dose": newest, "void": True, "reason": "chưa tiêm"})


def test_a_vaccine_that_must_not_follow_is_confirmed_before_a_correction_names_it(site: Appliance) -> None:
    allot(site)
    allot(site, "PFZ1", "Comirnaty", gtin=COMIRNATY_VIAL, doses=6, consignment="C-2")
    expect(site, CROWD[0], KnownDose(product="Comirnaty", on=today(site, -40), lot="OLD1", site="elsewhere"))
    table, visitor = Table(site), ready(site, CROWD[0])
    dose = table.vaccinate(visitor, code("PFZ1", gtin=COMIRNATY_VIAL))["given"]["record"]
    correction = {"dose": dose, "product": "AstraZeneca", "lot": "ABV1234", "reason": "chọn nhầm lọ"}
    assert codes(table.do("correct", 409, correction=correction)) == ["not_allowed_mix"]
    table.do("correct", correction=correction | {"confirmed": ["vaccination.not_allowed_mix"]})
    assert of_kind(site, "dose")[-1].data.warnings == ["not_allowed_mix"]


def test_where_lots_need_no_allotment_a_correction_asks_nothing_and_still_says_it(workshop: Workshop) -> None:
    site = vaccination_site(workshop, "accept_unallocated = true")
    record(site, "received", Received(**UNALLOTTED, expiry=today(site, 9)))
    allot(site)
    table, visitor = Table(site), ready(site, CROWD[0])
    dose = table.vaccinate(visitor, code())["given"]["record"]
    table.do("correct", correction={"dose": dose, "lot": "BAD1", "reason": "chọn nhầm lọ"})
    assert of_kind(site, "dose")[-1].data.warnings == ["not_allocated"]
