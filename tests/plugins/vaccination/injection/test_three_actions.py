"""Ticket, vial, confirm: what the page shows before, what the record says after, and how vials count down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, assert_whole
from tests.support.staff import staff_actions
from tests.support.vaccination import CROWD, of_kind, ready, today
from tests.support.vaccination_tables import ASTRA_CARTON, LOT, Table, allot, code, codes


@pytest.fixture
def table(site: Appliance) -> Table:
    allot(site)
    return Table(site)


def test_a_dose_in_three_actions_and_the_next_in_two(site: Appliance, table: Table) -> None:
    first, second = ready(site, CROWD[0]), ready(site, CROWD[1])
    seen = table.scan(first.code)
    assert seen["person"]["name"] == CROWD[0].name
    assert seen["person"]["birth"] == f"{CROWD[0].birth_date:%d/%m/%Y}"
    assert codes(seen) == ["no_vial"]
    seen = table.scan(code())
    assert (seen["may_give"], seen["dose"], seen["vial"]["left"]) == (True, {"number": 1, "total": 2}, 10)
    reply = table.give()
    assert reply["given"]["write"] == reply["table"]["vial"]["number"]
    assert table.scan(second.code)["may_give"], "the table's vial is remembered"
    assert table.give()["table"]["vial"]["left"] == 8
    made = of_kind(site, "dose")
    assert [one.citizen for one in made] == [first.citizen, second.citizen]
    dose = made[0].data
    assert (dose.product, dose.lot, dose.number, dose.total, dose.table) == ("AstraZeneca", LOT, 1, 2, "3")
    assert dose.given_on == today(site)
    assert dose.next_on == today(site, 56)
    assert dose.screening == str(of_kind(site, "screening")[0].id)
    assert dose.consent == str(of_kind(site, "consent")[0].id)
    assert len(of_kind(site, "vial_opened")) == 1
    assert made[0].operator == "31"
    assert_whole(site)


def test_looking_at_somebody_is_on_record(site: Appliance, table: Table) -> None:
    visitor = ready(site, CROWD[0])
    table.scan(visitor.code)
    assert [one.citizen for one in staff_actions(site, "vaccination_person_shown")] == [visitor.citizen]


def test_the_card_and_the_number_on_the_ticket_find_the_person_too(site: Appliance, table: Table) -> None:
    visitor = ready(site, CROWD[0])
    assert table.scan(CROWD[0].cccd_2021())["person"]["name"] == CROWD[0].name
    assert table.scan(visitor.ticket.lower(), "who", "typed")["person"]["ticket"] == visitor.ticket


def test_a_typed_lot_is_known_by_the_sites_papers(site: Appliance, table: Table) -> None:
    table.scan(ready(site, CROWD[0]).code)
    seen = table.scan(" abv 1234 ", "vial", "typed")
    assert seen["may_give"]
    assert (seen["vial"]["product"], seen["vial"]["lot"]) == ("AstraZeneca", LOT)
    assert table.give()["given"]["lot"] == LOT


def test_a_vial_counts_down_until_it_is_empty(site: Appliance, table: Table) -> None:
    for number, person in enumerate(CROWD[:10]):
        left = table.vaccinate(ready(site, person), "" if number else code(serial="S1"))["table"]["vial"]["left"]
        assert left == 9 - number
    table.scan(ready(site, CROWD[10]).code)
    assert "no_vial" in codes(table.look()), "an empty vial is remembered by nobody"
    assert "empty" in codes(table.scan(code(serial="S1")))
    assert table.scan(code(serial="S2"))["may_give"]
    assert_whole(site)


def test_a_cartons_serial_number_is_no_vials(site: Appliance, table: Table) -> None:
    allot(site, gtin=ASTRA_CARTON, lot="BOX7", consignment="C-2")
    table.vaccinate(ready(site, CROWD[0]), code("BOX7", serial="CARTON1", gtin=ASTRA_CARTON))
    opened = of_kind(site, "vial_opened")[0].data
    assert opened.vial == f"{date.fromisoformat(today(site)):%y%m%d}-001"


def test_a_new_vial_may_be_opened_though_the_old_one_is_not_empty(site: Appliance, table: Table) -> None:
    table.vaccinate(ready(site, CROWD[0]), code())
    reply = table.do("open", dose={"glass": {"lot": LOT, "product": "AstraZeneca", "new": True}})
    assert reply["write"] == reply["table"]["vial"]["number"]
    assert reply["write"].endswith("-002")
    assert reply["table"]["vial"]["left"] == 10


def test_a_vial_that_is_open_longer_than_its_limit_is_refused(site: Appliance, table: Table, clock: SetClock) -> None:
    table.vaccinate(ready(site, CROWD[0]), code(serial="S1"))
    visitor = ready(site, CROWD[1])
    clock.ahead += timedelta(hours=6, minutes=1)  # AstraZeneca: six hours
    table.nurse = table.nurse.__class__(site, "32")  # the session has ended by then
    table.scan(visitor.code)
    assert "open_too_long" in codes(table.scan(code(serial="S1")))
    assert "open_too_long" in codes(table.give(409))
    assert of_kind(site, "not_given")[0].data.vial == "S1"


def test_waste_counts_off_the_vial_and_never_more_than_is_left(site: Appliance, table: Table) -> None:
    table.vaccinate(ready(site, CROWD[0]), code(serial="S1"))
    waste = {"product": "AstraZeneca", "lot": LOT, "vial": "S1", "reason": "left_over", "note": "cuối buổi"}
    reply = table.do("waste", 409, waste=waste | {"doses": 10})
    assert codes(reply) == ["more_than_left"]
    assert table.do("waste", waste=waste | {"doses": 9})["table"]["vial"]["left"] == 0
    assert of_kind(site, "wasted")[0].data.doses == 9
    assert_whole(site)


def test_a_vial_of_one_dose_needs_no_number_written_on_it(site: Appliance) -> None:
    allot(site, "VC01", "Vero Cell", gtin="", doses=1)
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    assert table.scan("VC01", "vial", "typed")["vial"]["single"]
    assert table.give()["given"]["write"] == ""
    assert len(of_kind(site, "vial_opened")) == 1


def test_a_vial_is_known_again_by_the_number_that_was_written_on_it(site: Appliance) -> None:
    """Its code has no serial number: scanned at another table it would be taken for a new one."""
    allot(site)
    here, there = Table(site, "3"), Table(site, "4", "32")
    here.scan(ready(site, CROWD[0]).code)
    here.scan(code())
    written = here.give()["given"]["write"]
    there.scan(ready(site, CROWD[1]).code)
    seen = there.scan(written, expect="vial", source="typed")
    assert codes(seen) == ["vial_elsewhere"]
    assert seen["vial"]["left"] == seen["vial"]["doses"] - 1
    there.dose["glass"] |= {"take_over": True}
    there.give()
    assert [one.data.vial for one in of_kind(site, "dose")] == [written, written]
    assert len({one.data.vial for one in of_kind(site, "vial_opened")}) == 1


def test_a_lot_that_looks_like_a_vials_number_is_a_lot(site: Appliance) -> None:
    allot(site, lot="210810-001")
    at = Table(site)
    at.scan(ready(site, CROWD[0]).code)
    seen = at.scan("210810-001", expect="vial", source="typed")
    assert seen["may_give"]
    assert seen["vial"]["lot"] == "210810-001"
