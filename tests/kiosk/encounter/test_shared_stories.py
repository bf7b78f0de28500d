"""Several people's stories in one commit: each gets the answer to what they showed, and a fault in one is nobody else's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.domain import Credential, Decision, Draft, Encounter, Finding, Question, Record, Scan
from kiosk.encounter.answers import Answer
from kiosk.encounter.story import Begun
from kiosk.plugin import DecodedCode, hookimpl
from tests.support.appliance import Probe, Workshop, assert_whole, codes, records
from tests.support.probes import Witness
from tests.support.shared_commit import Held

PEOPLE = 6
ODD = 3  # whose story goes wrong
LIMIT = 120  # seconds; a busy machine takes its time


class Odd(Probe):
    """Does what the test says in one hook, for one person."""

    hook = ""
    act: Callable[[], Any]

    def _at(self, hook: str, payload: str) -> None:
        if hook == type(self).hook and payload == payload_of(ODD):
            type(self).act()

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | None:
        self._at("read_credential", scan.payload)
        return None

    @hookimpl
    def questions(self, encounter: Encounter) -> Iterable[Question]:
        self._at("questions", encounter.scan.payload)
        return []

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        self._at("judge", encounter.scan.payload)
        return []

    @hookimpl
    def record_encounter(self, encounter: Encounter, session: Session) -> Draft | None:
        self._at("record_encounter", encounter.scan.payload)
        return None

    @hookimpl
    def further_records(self, encounter: Encounter, session: Session) -> Iterable[Draft]:
        self._at("further_records", encounter.scan.payload)
        return []

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        for one in records:
            ticket = getattr(one.data, "ticket", "")
            self._at("project", payload_of(int(ticket[1:])) if ticket else "")


HOOKS = ["read_credential", "questions", "judge", "record_encounter", "further_records", "project"]


def payload_of(number: int) -> str:
    return f"W:{number:012}"


def begin(appliance: Appliance, number: int, key: UUID | None = None) -> Begun:
    text = payload_of(number)
    return appliance.begin(appliance.new_scan(DecodedCode(text, text.encode(), "QRCode"), "api", key))


def in_one_commit(appliance: Appliance) -> list[Answer]:
    with Held(appliance):
        begun = [begin(appliance, number) for number in range(PEOPLE)]
    return [one.answer() for one in begun]


def odd(hook: str, act: Callable[[], Any]) -> type:
    return type("OddOne", (Odd,), {"hook": hook, "act": staticmethod(act), "__module__": __name__})


def assert_own(appliance: Appliance, answers: Sequence[Answer]) -> None:
    """Each answer is of the record that has its key, and says what that record says."""
    made = {one.id: one for one in assert_whole(appliance)}
    assert len(made) == len(answers)
    for answer in answers:
        record = made[answer.key]
        assert answer.record == {"writer": record.writer, "seq": record.seq}
        assert answer.decision is record.data.decision


def fails() -> None:
    raise RuntimeError


def test_each_has_the_answer_to_what_they_showed(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    answers = in_one_commit(appliance)
    assert [one.ticket and one.ticket["number"] for one in answers] == [f"W{number:03}" for number in range(PEOPLE)]
    assert [one.record and one.record["seq"] for one in answers] == list(range(1, PEOPLE + 1))
    assert_own(appliance, answers)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_fault_in_one_persons_story_refers_that_person_alone(workshop: Workshop, hook: str) -> None:
    appliance = workshop.start([("odd", odd(hook, fails)), ("witness", Witness)])
    answers = in_one_commit(appliance)
    assert [n for n, one in enumerate(answers) if one.decision is not Decision.ADMIT] == [ODD]
    assert codes(answers[ODD])[0] == "core.plugin_fault"
    assert_own(appliance, answers)
    faults = {state.name: state.faults for state in appliance.host.states()}
    assert (faults["odd"] > 0, faults["witness"]) == (True, 0)


@pytest.mark.parametrize("hook", HOOKS)
def test_one_that_blocks_is_taken_out_and_wakes_to_nothing(workshop: Workshop, hook: str) -> None:
    let, woke = threading.Event(), threading.Event()

    def block() -> None:
        let.wait(LIMIT)
        woke.set()

    appliance = workshop.start([("odd", odd(hook, block)), ("witness", Witness)], hook_seconds=2.0)
    stuck = appliance.journal._worker
    try:
        answers = in_one_commit(appliance)
        assert Decision.ADMIT not in {one.decision for one in answers}
        assert_own(appliance, answers)
        assert {state.name: state.status for state in appliance.host.states()}["odd"] == "suspended"
        assert {state.name: state.faults for state in appliance.host.states()}["witness"] == 0
    finally:
        let.set()
    assert woke.wait(LIMIT)
    assert stuck is not None
    stuck.join(LIMIT)
    assert not stuck.is_alive()
    after = begin(appliance, PEOPLE)
    assert after.answer().record is not None
    assert len(assert_whole(appliance)) == PEOPLE + 1


def test_one_key_twice_has_one_record_and_one_answer(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    key = uuid4()
    with Held(appliance):
        begun = [begin(appliance, 0), begin(appliance, 1, key), begin(appliance, 2), begin(appliance, 1, key)]
    first, one, second, again = (each.answer() for each in begun)
    assert one == again
    assert_own(appliance, [first, one, second])


def test_one_key_with_two_people_has_the_first_ones_answer(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    key = uuid4()
    with Held(appliance):
        begun = [begin(appliance, 0, key), begin(appliance, 1, key)]
    one, other = (each.answer() for each in begun)
    assert one == other
    assert one.ticket
    assert one.ticket["number"] == "W000"
    assert len(records(appliance)) == 1


def test_who_was_taken_back_is_not_recorded_and_the_others_are(workshop: Workshop) -> None:
    appliance = workshop.start([("witness", Witness)])
    with Held(appliance):
        begun = [begin(appliance, number) for number in range(3)]
        job = appliance.journal._queue._jobs[1]
        assert appliance.journal._withdraw(job)
    answers = [one.answer() for one in begun]
    assert [one.decision for one in answers] == [Decision.ADMIT, Decision.REFER, Decision.ADMIT]
    assert_own(appliance, [answers[0], answers[2]])
