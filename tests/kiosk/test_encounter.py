"""The story through real plugins: who is admitted, what is recorded, and that one key has one answer."""

from __future__ import annotations

from uuid import uuid4

from kiosk.domain import Decision
from tests.support.appliance import Workshop, assert_whole, codes, people, records, show

SHIPPED = ("citizen_id", "self_check_in")


def test_a_card_becomes_a_ticket_and_a_record(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    answer = show(appliance, next(people()).cccd_2021())
    assert (answer.decision, codes(answer)) == (Decision.ADMIT, ["self_check_in.welcome"])
    assert answer.ticket is not None
    assert answer.ticket["number"] == "A001"
    assert answer.record == {"writer": appliance.identity.writer, "seq": 1}
    (record,) = assert_whole(appliance)
    assert (record.kind, record.id, record.data.ticket) == ("self_check_in.visit", answer.key, "A001")


def test_the_same_key_gives_the_same_answer_before_and_after_a_restart(workshop: Workshop) -> None:
    first = workshop.start(SHIPPED)
    payload, key = next(people()).cccd_2021(), uuid4()
    answer = show(first, payload, key)
    assert show(first, payload, key) == answer
    workshop.stop(first)
    again = workshop.start(SHIPPED)
    assert show(again, payload, key) == answer
    assert len(records(again)) == 1
