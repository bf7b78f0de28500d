"""A certificate or slip of elsewhere, shown at the desk and at the screening table, is history for every rule after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kiosk.appliance import Appliance
from plugins.vaccination.certificate import proof
from plugins.vaccination.records.nation import KnownDose
from tests.support.appliance import SetClock, assert_whole
from tests.support.issuing import Issuer
from tests.support.shown_documents import ago, certificate, code, dose_on, shown, typed
from tests.support.staff import Browser
from tests.support.vaccination import (
    CROWD,
    Nurse,
    arrive,
    citizen_of,
    dose,
    expect,
    of_kind,
    ready,
    today,
)
from tests.support.vaccination_tables import COMIRNATY_VIAL, Table, allot, codes
from tests.support.vaccination_tables import code as vial_code

AN, BINH = [one for one in CROWD if 1960 < one.birth_date.year < 2000][:2]


def one_dose(site: Appliance, signer: Issuer, days: int, **more: Any) -> str:
    return certificate(signer, AN, dose_on(ago(site, days), **more), at=site.clock.now())


def at_injection(site: Appliance, product: str = "Comirnaty") -> tuple[Table, dict[str, Any]]:
    """The person at the injection table with a vial of ``product`` in hand."""
    gtin = {"gtin": COMIRNATY_VIAL} if product == "Comirnaty" else {}
    allot(site, product=product, **gtin)
    table = Table(site)
    table.scan(ready(site, AN).code)
    return table, table.scan(vial_code(**gtin))


def test_at_the_desk_a_certificate_counts_and_says_where_it_is_known_from(
    site: Appliance, nurse: Nurse, signer: Issuer
) -> None:
    person = nurse.do("desk/scan", payload=AN.cccd_2021(), source="wedge")["person"]
    reply = shown(nurse, person["citizen"], one_dose(site, signer, 10))
    assert [one["state"] for one in reply["document"]["doses"]] == ["recorded"]
    (known,) = reply["person"]["doses"]
    assert (known["product"], known["on"]) == ("Comirnaty", today(site, -10))
    assert "giấy chứng nhận" in known["told"]["vi"]
    assert "VN" in known["told"]["en"]
    record = of_kind(site, "shown_dose")[0]
    assert (record.citizen, record.operator, record.data.basis) == (citizen_of(site, AN), nurse.operator, "verified")
    assert (record.data.document, record.data.issuer, record.data.number) == ("eu_dcc", "VN", 1)
    assert record.data.visit == person["visit"]
    assert_whole(site)


def test_the_screening_table_shows_it_and_plans_the_same_vaccine(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    came = arrive(site, AN)
    before = nurse.do("screening/1/person", visit=came.visit)
    assert (before["person"]["doses"], before["product"]) == ([], "")
    shown(nurse, before["person"]["citizen"], one_dose(site, signer, 40, product="Moderna"))
    state = nurse.do("screening/1/person", visit=came.visit)
    assert [one["product"] for one in state["person"]["doses"]] == ["Moderna"]
    assert state["product"] == "Moderna"


def test_the_interval_counts_from_it_and_the_refusal_names_the_document(
    site: Appliance, nurse: Nurse, signer: Issuer
) -> None:
    arrive(site, AN)
    shown(nurse, citizen_of(site, AN), one_dose(site, signer, 10))
    table, seen = at_injection(site)
    (short,) = [one for one in seen["findings"] if one["code"] == "vaccination.interval_short"]
    assert "theo giấy chứng nhận đã xem" in short["text"]["vi"]
    assert "from a certificate seen on" in short["text"]["en"]
    assert seen["person"]["doses"][0]["told"]["vi"].startswith("theo giấy chứng nhận")
    assert "interval_short" in codes(table.give(409))
    assert of_kind(site, "dose") == []
    assert_whole(site)


def test_a_mix_that_is_not_allowed_is_refused_by_it(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    arrive(site, AN)
    shown(nurse, citizen_of(site, AN), one_dose(site, signer, 70, product="Comirnaty"))
    _, seen = at_injection(site, "AstraZeneca")
    assert "not_allowed_mix" in codes(seen)


def test_a_course_that_was_completed_elsewhere_is_complete(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    """The certificate of a second dose tells of that one alone; the first counts by its number."""
    arrive(site, AN)
    shown(nurse, citizen_of(site, AN), one_dose(site, signer, 60, number=2))
    _, seen = at_injection(site)
    (complete,) = [one for one in seen["findings"] if one["code"] == "vaccination.course_complete"]
    assert "2" in complete["text"]["vi"]


def test_the_next_dose_is_the_second_and_green(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    arrive(site, AN)
    shown(nurse, citizen_of(site, AN), one_dose(site, signer, 30))
    table, seen = at_injection(site)
    assert (seen["may_give"], seen["dose"]) == (True, {"number": 2, "total": 2})
    table.give()
    given = of_kind(site, "dose")[0]
    assert (given.data.number, given.data.total, given.data.next_on) == (2, 2, "")
    assert "history_from_paper" not in given.data.warnings
    assert claims_of(site, given).colour == "green"


def test_paper_without_a_code_keeps_the_interval_and_makes_nobody_green(site: Appliance, nurse: Nurse) -> None:
    arrive(site, AN)
    reply = typed(nurse, citizen_of(site, AN), on=f"{ago(site, 30):%d/%m/%Y}", lot="FD7958")
    (known,) = reply["person"]["doses"]
    assert f"nhân viên {nurse.operator} ghi" in known["told"]["vi"]
    assert "Trạm y tế phường 4" in known["told"]["vi"]
    table, seen = at_injection(site)
    assert seen["may_give"]
    assert "history_from_paper" in codes(seen)
    table.give()
    given = of_kind(site, "dose")[0]
    assert (given.data.number, given.data.total) == (2, 2)
    assert "history_from_paper" in given.data.warnings
    assert claims_of(site, given).colour == "yellow"
    assert_whole(site)


def test_paper_of_ten_days_ago_refuses_the_dose(site: Appliance, nurse: Nurse) -> None:
    arrive(site, AN)
    typed(nurse, citizen_of(site, AN), on=ago(site, 10).isoformat())
    table, seen = at_injection(site)
    assert "interval_short" in codes(seen)
    assert "interval_short" in codes(table.give(409))


@pytest.mark.parametrize("days", [0, 30])
def test_our_own_slip_is_known_already_also_when_its_term_is_over(site: Appliance, clock: SetClock, days: int) -> None:
    payload = slip_of(site, dose(site, arrive(site, AN)))
    clock.ahead += timedelta(days=days)
    reply = shown(Nurse(site), citizen_of(site, AN), payload)
    assert [one["state"] for one in reply["document"]["doses"]] == ["known"]
    assert of_kind(site, "shown_dose") == []


def test_a_dose_that_the_platform_knows_is_not_counted_twice(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    came = arrive(site, AN)
    shown(nurse, came.citizen, one_dose(site, signer, 30))
    expect(site, AN, KnownDose(product="Comirnaty", on=today(site, -30), lot="OLD1", site="elsewhere"))
    reply = nurse.do("desk/person", citizen=came.citizen)
    assert [one.get("told") for one in reply["person"]["doses"]] == [None]  # the record counts
    _, seen = at_injection(site)
    assert [one["site"] for one in seen["person"]["doses"]] == ["elsewhere"]
    assert seen["dose"] == {"number": 2, "total": 2}
    again = shown(nurse, came.citizen, one_dose(site, signer, 30, lot="X"))
    assert [one["state"] for one in again["document"]["doses"]] == ["known"]


def test_an_unknown_vaccine_is_for_the_doctor(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    arrive(site, AN)
    shown(nurse, citizen_of(site, AN), one_dose(site, signer, 60, product="Convidecia"))
    assert of_kind(site, "shown_dose")[0].data.product == "Convidecia"
    _, seen = at_injection(site)
    (unknown,) = [one for one in seen["findings"] if one["code"] == "vaccination.unknown_product_before"]
    assert "bác sĩ" in unknown["next_step"]["vi"]
    assert "Convidecia" in unknown["text"]["vi"]


def test_taken_back_it_counts_no_longer_and_may_be_shown_again(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    arrive(site, AN)
    citizen = citizen_of(site, AN)
    record = shown(nurse, citizen, one_dose(site, signer, 10))["person"]["doses"][0]["shown"]
    assert code(nurse.do("shown/withdraw", 409, citizen=citizen, record=record, reason="")) == "shown_no_reason"
    gone = nurse.do("shown/withdraw", citizen=citizen, record=record, reason="Giấy của người khác")
    assert gone["person"]["doses"] == []
    assert code(nurse.do("shown/withdraw", 409, citizen=citizen, record=record, reason="x")) == "shown_unknown"
    reply = shown(nurse, citizen, one_dose(site, signer, 10, lot="Y"))
    assert [one["state"] for one in reply["document"]["doses"]] == ["recorded"]
    assert len(of_kind(site, "shown_dose")) == 2
    (withdrawn,) = of_kind(site, "shown_withdrawn")
    assert (withdrawn.data.shown, withdrawn.operator) == (record, nurse.operator)
    assert_whole(site)


def test_who_is_not_medical_staff_may_not(site: Appliance) -> None:
    for action in ("scan", "paper", "withdraw"):
        reply = Browser(site).client.post(f"/vaccination/shown/{action}", json={})
        assert reply.status_code in (303, 400, 401, 403), action
    assert of_kind(site, "shown_dose") == []


def slip_of(site: Appliance, record: Any) -> str:
    plugin: Any = site.host.plugin("vaccination")
    with site.session() as session:
        text = proof.payload_of(record, session, plugin.site)
    assert text is not None
    return text


def claims_of(site: Appliance, record: Any) -> Any:
    with site.session() as session:
        claims = proof.claims_of(record, session, 14)
    assert claims is not None
    return claims
