"""Who was turned away at the injection table is not called again for what only another day changes; who was sent to sign waits again."""

from __future__ import annotations

from typing import Any

from kiosk.appliance import Appliance
from plugins.vaccination.records.nation import KnownDose
from tests.support.vaccination import (
    CROWD,
    Nurse,
    Visitor,
    arrive,
    call,
    consent,
    expect,
    of_kind,
    ready,
    screen,
    today,
)
from tests.support.vaccination_tables import Table, allot, code, codes

AN = next(one for one in CROWD if 1970 < one.birth_date.year < 2000)
SIGNED = "10,20 40,60 90,30 120,80;150,40 200,90"


def waiting(nurse: Nurse) -> list[str]:
    found: list[str] = nurse.get("desk/state")["steps"]["injection"]["next"]
    return found


def sign(nurse: Nurse, visitor: Visitor) -> dict[str, Any]:
    state = nurse.do("screening/1/person", visit=visitor.visit)
    digest = state["consent"]["text"]["digest"]
    return nurse.do("screening/1/consent", visit=visitor.visit, state="given", digest=digest, strokes=SIGNED)


def test_too_early_and_never_called_the_number_is_not_called_today(site: Appliance, nurse: Nurse) -> None:
    allot(site)
    expect(site, AN, KnownDose(product="AstraZeneca", on=today(site, -30), lot="OLD1", site="elsewhere"))
    table, visitor = Table(site), ready(site, AN)
    assert waiting(nurse) == [visitor.ticket]
    table.scan(visitor.code)  # at the table by the ticket, without having been called
    table.scan(code())
    assert codes(table.give(409)) == ["interval_short"]
    assert waiting(nurse) == []
    assert [(one.data.state, one.data.ticket) for one in of_kind(site, "called")][-1] == ("served", visitor.ticket)
    table.give(409)
    assert waiting(nurse) == []
    assert [one.data.step for one in of_kind(site, "called")].count("injection") == 1, "said once"


def test_a_vial_that_must_not_be_used_leaves_the_person_in_the_line(site: Appliance, nurse: Nurse) -> None:
    allot(site, "OLD9", days=-1)
    table, visitor = Table(site), ready(site, AN)
    table.scan(visitor.code)
    table.scan("OLD9", "vial", "typed")
    assert "expired_lot" in codes(table.give(409))
    assert waiting(nurse) == [visitor.ticket]


def test_who_was_sent_back_to_sign_waits_for_the_injection_again(site: Appliance, nurse: Nurse) -> None:
    allot(site)
    visitor = arrive(site, AN)
    screen(site, visitor)
    consent(site, visitor)
    call(site, visitor, "3", step="injection")
    consent(site, visitor, "withdrawn")
    table = Table(site)
    table.scan(visitor.code)
    table.scan(code())
    assert codes(table.give(409)) == ["consent_withdrawn"]
    assert nurse.get("queue/injection/3/state")["current"] is None, "the table is free"
    sign(nurse, visitor)
    assert waiting(nurse) == [visitor.ticket]
    assert table.look()["may_give"]
