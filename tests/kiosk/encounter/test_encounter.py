"""The story through real plugins: who is admitted, what is recorded, and that one key has one answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from kiosk.domain import Decision, Draft, Encounter
from kiosk.plugin import DecodedCode, RecordBody, hookimpl
from tests.support.appliance import Workshop, assert_whole, codes, people, records, show
from tests.support.probes import Witness

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


def settle(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


@pytest.mark.parametrize(("asked", "printed"), [("en", "en"), ("vi", "vi"), ("fr", "vi"), ("../x", "vi"), (None, "vi")])
def test_the_ticket_is_in_the_language_that_was_chosen(workshop: Workshop, asked: str | None, printed: str) -> None:
    appliance = workshop.start([("witness", Witness)])
    show(appliance, "W:000000000001", answers={"language": asked} if asked else {})
    witness = appliance.host.plugin("witness")
    settle(lambda: bool(witness.printed))
    assert [receipt.language for receipt in witness.printed] == [printed]


def test_a_recorded_visit_is_printed_again_from_its_record(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    answer = show(appliance, "W:000000000001")
    witness = appliance.host.plugin("witness")
    settle(lambda: len(witness.printed) == 1)
    assert appliance.reprint(answer.key)
    settle(lambda: len(witness.printed) == 2)
    assert witness.printed[0] == witness.printed[1]
    assert not appliance.reprint(uuid4())
    assert len(records(appliance)) == 1


def test_what_is_not_admitted_is_recorded_and_not_printed(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    show(appliance, "nobody's")
    settle(lambda: appliance.host.plugin("witness").called.count("encounter_recorded") == 1)
    (record,) = assert_whole(appliance)
    assert (record.data.decision, record.data.ticket) == (Decision.REFER, "")
    assert appliance.host.plugin("witness").printed == []


def test_a_device_that_delivers_a_code_ends_as_a_record_and_on_the_screen(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    shown: list[tuple[str, Any]] = []
    appliance.events.publish = lambda event, data: shown.append((event, data)) or 0  # type: ignore[method-assign,func-returns-value]
    source = appliance.host.plugin("witness").source
    source.deliver(DecodedCode("W:000000000001", b"W:000000000001", "QRCode"))
    (record,) = records(appliance)
    assert record.data.source == "witness:source"
    event, data = shown[0]
    assert (event, data["decision"], data["record"]) == ("answer", "admit", {"writer": record.writer, "seq": 1})
    workshop.stop(appliance)
    assert source.deliver is None


def test_two_appliances_in_one_process_share_nothing(workshop: Workshop) -> None:
    one, other = (workshop.start(SHIPPED, data=name) for name in ("one", "other"))
    person, key = next(people()), uuid4()
    assert show(one, person.cccd_2021(), key).record == {"writer": one.identity.writer, "seq": 1}
    assert show(other, person.cccd_2021(), key).record == {"writer": other.identity.writer, "seq": 1}
    assert one.pseudonym(person.national_id) != other.pseudonym(person.national_id)


def test_building_an_appliance_touches_nothing(workshop: Workshop) -> None:
    appliance = workshop.build(["citizen_id", "self_check_in", "receipt_printing", "qr_scanning", "upstream_sync"])
    assert not appliance.data_dir.exists()
    assert {state.status for state in appliance.host.states()} == {"loaded"}
    appliance.runner.stop()


def test_a_long_name_a_wrong_ticket_type_and_a_strange_claim_do_no_harm(workshop: Workshop) -> None:
    class Odd(Witness):
        @hookimpl
        def record_kinds(self) -> Any:
            return {"witness.visit": OddVisit}

        @hookimpl
        def record_encounter(self, encounter: Encounter, session: Any) -> Draft:
            return Draft("witness.visit", OddVisit(decision=encounter.decision))

        @hookimpl
        def project(self, records: Any, session: Any) -> None:
            """Has no table for these."""

    answer = show(workshop.start([("witness", Odd)]), "W:000000000001")
    assert (answer.decision, answer.ticket) == (Decision.ADMIT, None)


class OddVisit(RecordBody):
    """A body whose ``ticket`` is no text."""

    decision: Decision
    ticket: int = 7
