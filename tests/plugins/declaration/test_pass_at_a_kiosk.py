"""A pass alone is enough at a kiosk: its holder is the visitor whom the ID card would have named."""

from __future__ import annotations

from datetime import timedelta

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Draft
from plugins.self_check_in.records import DenyEntry
from tests.plugins.declaration.conftest import code_of, declare
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, people, show

PERSON = next(people())


def kiosk(workshop: Workshop, clock: SetClock | None = None) -> Appliance:
    return workshop.start(("citizen_id", "declaration", "self_check_in"), clock=clock or SetClock())


def pass_for(appliance: Appliance, **more: object) -> str:
    said = {"name": PERSON.name, "document": PERSON.national_id, "birth_year": PERSON.birth_date.year}
    return code_of(appliance, declare(appliance, **{**said, **more}))


def test_the_holder_of_a_pass_is_admitted_under_the_same_number_as_with_the_card(workshop: Workshop) -> None:
    appliance = kiosk(workshop)
    by_pass = show(appliance, pass_for(appliance))
    assert (by_pass.decision, codes(by_pass)) == (Decision.ADMIT, ["self_check_in.welcome", "declaration.valid"])
    by_card = show(appliance, PERSON.cccd_2021())
    assert (by_card.decision, codes(by_card)[0]) == (Decision.ADMIT, "self_check_in.already_here")
    assert by_card.ticket
    assert by_pass.ticket
    assert by_card.ticket["number"] == by_pass.ticket["number"]
    visits = [one for one in assert_whole(appliance) if one.kind == "self_check_in.visit"]
    assert {one.citizen for one in visits} == {appliance.pseudonym(PERSON.national_id)}


def test_a_pass_that_was_altered_names_nobody_and_admits_nobody(workshop: Workshop) -> None:
    appliance = kiosk(workshop)
    text = pass_for(appliance)
    other = "A" if text[-1] != "A" else "B"
    answer = show(appliance, text[:-1] + other)
    assert answer.decision in (Decision.REFUSE, Decision.REFER)
    (record,) = [one for one in assert_whole(appliance) if one.id == answer.key]
    assert record.citizen is None


def test_an_expired_or_withdrawn_pass_admits_nobody(workshop: Workshop) -> None:
    clock = SetClock()
    appliance = kiosk(workshop, clock)
    old = pass_for(appliance)
    clock.ahead = timedelta(hours=73)
    answer = show(appliance, old)
    assert (answer.decision, codes(answer)[0]) == (Decision.REFUSE, "declaration.expired")
    clock.is_trusted = False
    assert show(appliance, pass_for(appliance)).decision is Decision.REFER


def test_who_is_on_the_deny_list_is_sent_to_staff_with_a_pass_too(workshop: Workshop) -> None:
    appliance = kiosk(workshop)
    appliance.record([Draft("self_check_in.deny_entry", DenyEntry(), appliance.pseudonym(PERSON.national_id))])
    answer = show(appliance, pass_for(appliance))
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "self_check_in.needs_staff")
