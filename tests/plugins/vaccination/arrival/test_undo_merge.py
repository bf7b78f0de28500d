"""A wrong merge is undone by a further record: who, why; each person's doses, screening and consent are their own again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from plugins.vaccination import lookups
from plugins.vaccination.injection import history
from plugins.vaccination.models import DayRow
from tests.support.appliance import SetClock, assert_whole
from tests.support.vaccination import CROWD, SITE, Nurse, Visitor, arrive, citizen_of, dose, of_kind
from tests.support.vaccination_tables import Table, allot, code, codes

AN, BINH = CROWD[:2]
FORM = {"name": "Lò Thị Mẩy", "birth_date": "1/2/1990", "sex": "female"}
WHY = "Quét nhầm thẻ của người khác"


@pytest.fixture
def wrong(nurse: Nurse) -> dict[str, Any]:
    """Somebody without papers, merged with An's card by mistake."""
    enrolled: dict[str, Any] = nurse.do("desk/enrol", **FORM)["person"]
    said = {"citizen": enrolled["citizen"], "payload": AN.cccd_2021(), "reason": "Xuất trình căn cước bản gốc"}
    nurse.do("desk/merge", **said)
    return enrolled


def undo(nurse: Nurse, site: Appliance, temporary: str, status: int = 200, **more: Any) -> dict[str, Any]:
    said = {"citizen": citizen_of(site, AN), "temporary": temporary, "reason": WHY, **more}
    return nurse.do("desk/merge-undo", status, **said)


def lots_of(site: Appliance, citizen: str) -> list[str]:
    with site.session() as session:
        names = lookups.named(session, citizen)
        found = [row.lot for row in lookups.doses(session, names)]
        assert [one.lot for one in history.doses_of(session, names, SITE, "x")] == found
        return found


def test_each_is_themselves_again_and_the_desk_shows_what_was_merged(
    site: Appliance, nurse: Nurse, wrong: dict[str, Any]
) -> None:
    temporary = wrong["citizen"]
    dose(site, Visitor(None, temporary, wrong["visit"], wrong["ticket"], ""))
    real = nurse.do("desk/person", citizen=citizen_of(site, AN))["person"]
    assert [(one["temporary"], one["name"]) for one in real["merged"]] == [(temporary, FORM["name"])]
    assert lots_of(site, citizen_of(site, AN)) == ["ABV1234"]
    person = undo(nurse, site, temporary)["person"]
    assert (person["citizen"], person["name"], person["temporary"]) == (temporary, FORM["name"], True)
    record = of_kind(site, "merged")[-1]
    assert (record.data.undone, record.data.reason, record.operator) == (True, WHY, nurse.operator)
    assert record.citizen == citizen_of(site, AN)
    assert lots_of(site, citizen_of(site, AN)) == []
    assert lots_of(site, temporary) == ["ABV1234"]
    assert nurse.do("desk/person", citizen=citizen_of(site, AN))["person"]["merged"] == []
    assert_whole(site)


def test_a_dose_that_was_put_down_to_the_other_is_given_back(
    site: Appliance, nurse: Nurse, wrong: dict[str, Any]
) -> None:
    """Screened, signed and vaccinated on the temporary ticket while it counted as An's."""
    an, temporary = citizen_of(site, AN), wrong["citizen"]
    own = arrive(site, AN)
    dose(site, own, lot="OWN1")
    taken_for_an = Visitor(None, an, wrong["visit"], wrong["ticket"], "")
    dose(site, taken_for_an, lot="THEIRS", number=2)
    reply = undo(nurse, site, temporary)
    assert reply["doses"] == 1
    made = of_kind(site, "dose")[-1]
    assert (made.citizen, made.data.lot, made.data.number, made.data.reason) == (temporary, "THEIRS", 1, WHY)
    assert made.data.was.number == 2
    assert lots_of(site, an) == ["OWN1"]
    assert lots_of(site, temporary) == ["THEIRS"]
    with site.session() as session:
        counts = {(row.lot, row.number): row.doses for row in session.query(DayRow) if row.doses}
    assert counts == {("OWN1", 1): 1, ("THEIRS", 1): 1}, "no dose is lost, none is counted twice"
    assert_whole(site)


def test_what_was_answered_for_the_other_lets_nobody_be_vaccinated(site: Appliance, nurse: Nurse) -> None:
    from tests.support.vaccination import consent, screen

    allot(site)
    enrolled = nurse.do("desk/enrol", **FORM)["person"]
    own = arrive(site, AN)
    nurse.do("desk/merge", citizen=enrolled["citizen"], payload=AN.cccd_2021(), reason="cùng người")
    taken_for_an = Visitor(None, citizen_of(site, AN), enrolled["visit"], enrolled["ticket"], "")
    screen(site, taken_for_an)
    consent(site, taken_for_an)
    table = Table(site)
    table.scan(own.code)
    assert table.scan(code())["may_give"]
    undo(nurse, site, enrolled["citizen"])
    assert {"not_screened_today", "no_consent"} <= set(codes(table.look()))
    stage = nurse.do("desk/person", citizen=citizen_of(site, AN))["person"]["stage"]["code"]
    assert stage == "waits_screening"


def test_undone_by_mistake_it_is_merged_again(site: Appliance, nurse: Nurse, wrong: dict[str, Any]) -> None:
    temporary = wrong["citizen"]
    dose(site, Visitor(None, temporary, wrong["visit"], wrong["ticket"], ""))
    undo(nurse, site, temporary)
    nurse.do("desk/merge", citizen=temporary, payload=BINH.cccd_2021(), reason="đúng người")
    assert lots_of(site, citizen_of(site, BINH)) == ["ABV1234"]
    assert lots_of(site, citizen_of(site, AN)) == []
    again = undo(nurse, site, temporary, 409)
    assert again["problem"]["code"] == "vaccination.not_merged", "it is another's by now"


def test_what_an_undoing_must_be(site: Appliance, nurse: Nurse, wrong: dict[str, Any], clock: SetClock) -> None:
    temporary, key = wrong["citizen"], uuid4()
    before = len(of_kind(site, "merged"))
    assert undo(nurse, site, temporary, 409, reason=" ")["problem"]["code"] == "vaccination.no_reason"
    assert undo(nurse, site, citizen_of(site, BINH), 409)["problem"]["code"] == "vaccination.not_merged"
    assert undo(nurse, site, temporary, 409, citizen=temporary)["problem"]["code"] == "vaccination.not_merged"
    clock.ahead -= timedelta(hours=2)
    late = Nurse(site, "12", address="192.0.2.12")  # a session of before does not outlive such a step
    assert undo(late, site, temporary, 409)["problem"]["code"] == "vaccination.clock_before_merge"
    clock.ahead += timedelta(hours=2)
    nurse = Nurse(site, "13", address="192.0.2.13")
    assert len(of_kind(site, "merged")) == before
    for _ in range(2):
        undo(nurse, site, temporary, key=key)
    assert len(of_kind(site, "merged")) == before + 1, "sent twice it is one"
    assert undo(nurse, site, temporary, 409)["problem"]["code"] == "vaccination.not_merged"


def test_a_voided_dose_leaves_the_person_as_not_vaccinated_today(site: Appliance, nurse: Nurse) -> None:
    from tests.support.vaccination import ready

    allot(site)
    visitor, table = ready(site, AN), Table(site)
    given = table.vaccinate(visitor, code())["given"]["record"]
    assert nurse.do("desk/person", citizen=visitor.citizen)["person"]["stage"]["code"] == "vaccinated"
    table.do("correct", correction={"dose": given, "void": True, "reason": "chưa tiêm"})
    stage = nurse.do("desk/person", citizen=visitor.citizen)["person"]["stage"]["code"]
    assert stage == "waits_injection"
