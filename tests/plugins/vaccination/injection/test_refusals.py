"""Each reason against a dose, with what to do next; and that a refusal is a record too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from kiosk.appliance import Appliance
from plugins.vaccination.records import Merged, Person, Recall
from plugins.vaccination.records.nation import Finding, KnownDose
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.vaccination import (
    CROWD,
    Nurse,
    arrive,
    consent,
    dose,
    expect,
    of_kind,
    ready,
    record,
    screen,
    today,
    vaccination_site,
)
from tests.support.vaccination_tables import COMIRNATY_VIAL, LOT, Table, allot, code, codes


@pytest.fixture
def table(site: Appliance) -> Table:
    allot(site)
    return Table(site)


def refused(table: Table, reason: str) -> None:
    """The page says so beforehand, the confirm is refused, and the refusal is on record."""
    seen = table.look()
    assert reason in codes(seen)
    assert not seen["may_give"]
    against = next(one for one in seen["findings"] if one["code"] == f"vaccination.{reason}")
    assert against["text"]["vi"]
    assert against["next_step"]["vi"]
    doses = of_kind(table.appliance, "dose")
    assert reason in codes(table.give(409))
    assert reason in of_kind(table.appliance, "not_given")[-1].data.reasons
    assert of_kind(table.appliance, "dose") == doses
    assert_whole(table.appliance)


def known(site: Appliance, product: str = "AstraZeneca", days: int = -70, **more: str) -> KnownDose:
    return KnownDose(product=product, on=today(site, days), lot="OLD1", site="elsewhere", **more)


def test_an_expired_lot(site: Appliance) -> None:
    allot(site, "OLD9", days=-1)
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    table.scan("OLD9", "vial", "typed")
    refused(table, "expired_lot")


def test_nobody_is_told_to_go_on_with_a_barred_vial(site: Appliance) -> None:
    allot(site, "OLD9", days=-1, received=False)
    allot(site, received=False)
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    table.scan("OLD9", "vial", "typed")
    assert codes(table.look()) == ["expired_lot"]
    table.scan(LOT, "vial", "typed")
    assert codes(table.look()) == ["none_left"]


def test_the_earlier_of_two_expiries_counts(table: Table, site: Appliance) -> None:
    table.scan(ready(site, CROWD[0]).code)
    seen = table.scan(code(expiry=date.fromisoformat(today(site, -1))))
    assert {"expired_lot", "expiry_differs"} <= set(codes(seen))


def test_a_lot_that_is_not_allocated_here(table: Table, site: Appliance) -> None:
    table.scan(ready(site, CROWD[0]).code)
    table.scan(code("STRANGE1"))
    refused(table, "not_allocated")


def test_a_site_may_allow_lots_that_are_not_allocated(workshop: Workshop) -> None:
    site = vaccination_site(workshop, "accept_unallocated = true")
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    assert table.scan(code("STRANGE1"))["may_give"]
    table.give()
    assert "not_allocated" in of_kind(site, "dose")[0].data.warnings


def test_a_recalled_lot(table: Table, site: Appliance) -> None:
    record(site, "recall", Recall(product="AstraZeneca", lot=LOT.lower(), reason="hạt lạ"))
    table.scan(ready(site, CROWD[0]).code)
    assert "recalled_because" in codes(table.scan(code()))
    refused(table, "recalled_lot")
    record(site, "recall", Recall(product="AstraZeneca", lot=LOT, reason="đã kiểm", lifted=True))
    table.give()


def test_a_lot_that_is_another_vaccine_by_the_books(table: Table, site: Appliance) -> None:
    table.scan(ready(site, CROWD[0]).code)
    table.scan(code(gtin=COMIRNATY_VIAL))
    refused(table, "other_product")


def test_not_screened_today_and_no_consent(table: Table, site: Appliance) -> None:
    table.scan(arrive(site, CROWD[0]).code)
    table.scan(code())
    refused(table, "not_screened_today")
    refused(table, "no_consent")


@pytest.mark.parametrize("outcome", ["postpone", "contraindicated"])
def test_screened_and_not_eligible(table: Table, site: Appliance, outcome: str) -> None:
    visitor = arrive(site, CROWD[0])
    screen(site, visitor, outcome)
    consent(site, visitor)
    table.scan(visitor.code)
    table.scan(code())
    refused(table, f"screened_{outcome}")


@pytest.mark.parametrize("outcome", ["postpone", "contraindicated"])
def test_nobody_is_sent_to_sign_for_what_must_not_be(table: Table, site: Appliance, outcome: str) -> None:
    visitor = arrive(site, CROWD[0])
    screen(site, visitor, outcome)
    table.scan(visitor.code)
    assert codes(table.scan(code())) == [f"screened_{outcome}"]


def test_caution_is_said_and_kept_on_the_record(table: Table, site: Appliance) -> None:
    visitor = ready(site, CROWD[0], outcome="caution", observation_minutes=60)
    table.scan(visitor.code)
    assert table.scan(code())["may_give"]
    table.give()
    given = of_kind(site, "dose")[0].data
    assert (given.observation_minutes, given.warnings) == (60, ["screened_caution"])


@pytest.mark.parametrize("state", ["declined", "withdrawn"])
def test_consent_that_was_declined_or_taken_back(table: Table, site: Appliance, state: str) -> None:
    visitor = ready(site, CROWD[0])
    consent(site, visitor, state)
    table.scan(visitor.code)
    table.scan(code())
    refused(table, f"consent_{state}")


def test_an_interval_that_is_too_short(table: Table, site: Appliance) -> None:
    expect(site, CROWD[0], known(site, days=-30))
    table.scan(ready(site, CROWD[0]).code)
    table.scan(code())
    refused(table, "interval_short")
    reply = table.give(409, override="bác sĩ cho phép")
    assert "interval_short" in codes(reply), "no rule lets AstraZeneca be given early"


def test_a_doctor_may_let_it_be_given_some_days_early_where_the_rules_say_so(site: Appliance) -> None:
    allot(site, "PFZ1", "Comirnaty", gtin=COMIRNATY_VIAL, doses=6)
    table = Table(site)
    for person, days in ((CROWD[0], -18), (CROWD[1], -16)):
        expect(site, person, known(site, "Comirnaty", days), product="Comirnaty")
    table.scan(ready(site, CROWD[0]).code)
    assert codes(table.scan(code("PFZ1", gtin=COMIRNATY_VIAL))) == ["may_override"]
    assert codes(table.give(409)) == ["may_override"]
    assert table.look(override="Đi công tác dài ngày")["may_give"]
    table.give()
    made = of_kind(site, "dose")[0].data
    assert (made.warnings, made.reason) == (["interval_overridden"], "Đi công tác dài ngày")
    table.scan(ready(site, CROWD[1]).code)
    assert "interval_short" in codes(table.look(override="thêm một ngày nữa"))


def test_a_mix_that_is_not_allowed(table: Table, site: Appliance) -> None:
    expect(site, CROWD[0], known(site, "Moderna"))
    table.scan(ready(site, CROWD[0]).code)
    table.scan(code())
    refused(table, "not_allowed_mix")


def test_a_course_that_is_complete(table: Table, site: Appliance) -> None:
    expect(site, CROWD[0], known(site, days=-150), known(site, days=-80))
    table.scan(ready(site, CROWD[0]).code)
    table.scan(code())
    refused(table, "course_complete")


def test_the_second_dose_here_and_the_first_elsewhere(table: Table, site: Appliance) -> None:
    expect(site, CROWD[0], known(site))
    table.scan(ready(site, CROWD[0]).code)
    assert table.scan(code())["dose"] == {"number": 2, "total": 2}
    table.give()
    assert of_kind(site, "dose")[0].data.next_on == ""


def test_a_dose_that_only_the_platforms_finding_tells_of(table: Table, site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    found = Finding(code="dose_twice", sites=["elsewhere"], doses=[known(site, days=0)])
    record(site, "finding", found, visitor.citizen)
    table.scan(visitor.code)
    assert "told_by_platform" in codes(table.scan(code()))
    refused(table, "dose_today_already")


def test_given_here_today_and_given_here_earlier(table: Table, site: Appliance) -> None:
    today_already, earlier = ready(site, CROWD[0]), ready(site, CROWD[1])
    dose(site, today_already)
    dose(site, earlier, given_on=today(site, -10))
    table.scan(today_already.code)
    table.scan(code())
    refused(table, "dose_today_already")
    table.scan(earlier.code)
    refused(table, "interval_short")


def test_too_young_and_a_birth_date_that_is_not_known(table: Table, site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    record(site, "person", Person(name="Nguyễn Mẫu", birth_date=str(int(today(site)[:4]) - 18)), visitor.citizen)
    table.scan(visitor.code)
    table.scan(code())
    refused(table, "too_young")  # of a year alone the younger age counts
    record(site, "person", Person(name="Nguyễn Mẫu"), visitor.citizen)
    refused(table, "no_person_data")


def test_somebody_whom_nobody_knows(table: Table, site: Appliance) -> None:
    table.scan(CROWD[5].cccd_2021())
    table.scan(code())
    refused(table, "no_person_data")
    table.dose["who"] = {"citizen": "", "visit": ""}
    refused(table, "citizen_unknown")


def test_yesterdays_ticket(table: Table, site: Appliance, clock: SetClock) -> None:
    visitor = ready(site, CROWD[0])
    clock.ahead += timedelta(days=1)
    table.nurse = Nurse(site, "32")  # yesterday's session has ended
    table.scan(visitor.code)
    table.scan(code())
    refused(table, "ticket_of_another_day")


def test_screened_and_consented_yesterday_is_neither_today(table: Table, site: Appliance, clock: SetClock) -> None:
    ready(site, CROWD[0])
    clock.ahead += timedelta(days=1)
    table.nurse = Nurse(site, "32")  # yesterday's session has ended
    came = arrive(site, CROWD[0])
    table.scan(came.code)
    seen = table.scan(code())
    assert {"not_screened_today", "no_consent"} <= set(codes(seen))
    refused(table, "not_screened_today")
    screen(site, came)
    refused(table, "no_consent")


def test_twins_need_a_look_at_the_document(table: Table, site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    twin = Person(name=CROWD[0].name, birth_date=CROWD[0].birth_date.isoformat())
    record(site, "person", twin, site.pseudonym("001099000001"))
    table.scan(visitor.code)
    seen = table.scan(code())
    assert (codes(seen), seen["asks"]["document"]) == (["namesake"], True)
    assert codes(table.give(409)) == ["namesake"]
    table.give(asked_document=True)
    assert of_kind(site, "dose")[0].data.warnings == ["namesake_document_seen"]


def test_a_temporary_id_that_was_merged_is_no_namesake_and_its_doses_count(table: Table, site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    temporary = site.pseudonym("document:temporary:X")
    same = Person(name=CROWD[0].name, birth_date=CROWD[0].birth_date.isoformat(), temporary=True)
    record(site, "person", same, temporary)
    record(site, "merged", Merged(temporary=temporary, reason="cùng một người"), visitor.citizen)
    dose(site, replace(visitor, citizen=temporary), given_on=today(site, -20))
    table.scan(visitor.code)
    assert "namesake" not in codes(table.scan(code()))
    refused(table, "interval_short")


def test_a_voided_dose_does_not_count_whatever_the_platform_still_says(table: Table, site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    made = dose(site, visitor)
    expect(site, CROWD[0], known(site, days=0, record=str(made.id)))
    table.do("correct", correction={"dose": str(made.id), "void": True, "reason": "bấm nhầm người"})
    table.scan(visitor.code)
    assert table.scan(code())["may_give"]
    table.give()


def test_a_table_that_the_profile_has_not(table: Table) -> None:
    table.nurse.get("injection/99/state", 404)


@pytest.mark.parametrize(
    "said", [{"dose": 7}, {"dose": {"who": {"citizen": 5}}}, {"dose": {"body_site": "nose"}}, {"dose": {"more": 1}}]
)
def test_rubbish_from_a_page_changes_nothing(table: Table, site: Appliance, said: dict[str, object]) -> None:
    reply = table.do("give", 400, **said)
    assert reply["problem"]["next_step"]["vi"]
    assert of_kind(site, "dose") == []
    assert of_kind(site, "not_given") == []
