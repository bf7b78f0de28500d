"""Group commit: one key one answer, everything answered is written once, and a fault of one harms no other."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Decision, Draft, Finding, Severity, Text
from kiosk.journal.jobs import NotRecorded
from kiosk.journal.models import ProjectionState
from kiosk.plugin import hookimpl
from tests.support.appliance import Probe, SetClock, Workshop, assert_whole, codes, people, records, show, tables
from tests.support.probes import Witness, faulty

SHIPPED = ("citizen_id", "self_check_in")


def typed(appliance: Appliance, number: str, key: Any, answers: dict[str, str] | None = None) -> Any:
    from kiosk.plugin import DecodedCode

    return appliance.handle(appliance.new_scan(DecodedCode(number, number.encode(), "typed"), "typed", key), answers)


def test_32_threads_get_numbers_that_are_unique_and_without_gaps(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    crowd = [person for person, _ in zip(people(), range(320), strict=False)]
    keys = [uuid4() for _ in crowd]
    with ThreadPoolExecutor(32) as pool:
        answers = list(
            pool.map(lambda both: show(appliance, both[0].cccd_2021(), both[1]), zip(crowd, keys, strict=True))
        )
    assert Counter(answer.decision for answer in answers) == {Decision.ADMIT: len(crowd)}
    numbers = sorted(int(answer.ticket["number"][1:]) for answer in answers if answer.ticket)
    assert numbers == list(range(1, len(crowd) + 1))
    own = assert_whole(appliance)
    assert Counter(one.id for one in own) == Counter(keys)
    by_key = {one.id: one for one in own}
    for answer in answers:
        assert answer.record == {"writer": appliance.identity.writer, "seq": by_key[answer.key].seq}


def test_one_person_in_many_threads_has_one_number(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    payload = next(people()).cccd_2021()
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: show(appliance, payload), range(32)))
    assert {answer.ticket["number"] for answer in answers if answer.ticket} == {"A001"}
    assert len(assert_whole(appliance)) == 32


def test_one_key_in_many_threads_has_one_answer_and_one_record(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    crowd = [person.cccd_2021() for person, _ in zip(people(), range(16), strict=False)]
    keys = [uuid4() for _ in range(4)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: show(appliance, crowd[n % 16], keys[n % 4]), range(64)))
    for key in keys:
        of_key = [answer for answer in answers if answer.key == key]
        assert len(of_key) == 16
        assert all(answer == of_key[0] for answer in of_key)
        assert of_key[0].record is not None
    assert len(assert_whole(appliance)) == 4


def test_a_question_is_asked_again_until_it_is_answered_and_then_never(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    person, key = next(people()), uuid4()
    asked = typed(appliance, person.national_id, key)
    assert (asked.decision, asked.record, [one["id"] for one in asked.questions]) == (
        Decision.ASK,
        None,
        ["birth_date"],
    )
    assert typed(appliance, person.national_id, key) == asked
    given = {"birth_date": person.birth_date.isoformat()}
    final = typed(appliance, person.national_id, key, given)
    assert (final.decision, final.record is not None) == (Decision.ADMIT, True)
    assert typed(appliance, person.national_id, key) == final  # also without the answers
    workshop.stop(appliance)
    again = workshop.start(SHIPPED)
    assert typed(again, person.national_id, key) == final
    assert typed(again, person.national_id, key, given) == final
    assert typed(again, person.national_id, key, {"birth_date": "1900-01-01"}) == final
    assert len(assert_whole(again)) == 1


def test_who_goes_away_from_a_question_leaves_nothing_to_be_asked_for(workshop: Workshop) -> None:
    appliance = workshop.start(SHIPPED)
    person, key = next(people()), uuid4()
    assert typed(appliance, person.national_id, key).decision is Decision.ASK
    assert typed(appliance, "", key).decision is Decision.ASK  # the page repeats the key alone
    appliance.forget_person()
    answered = typed(appliance, "", key, {"birth_date": person.birth_date.isoformat()})
    assert answered.decision is Decision.REFER
    assert answered.citizen is None


def test_drafts_are_appended_all_or_none(workshop: Workshop) -> None:
    appliance = workshop.open()
    good, bad = Draft("core.notice", Notice(title="x", text="y")), Draft("core.nothing", Notice(title="x", text="y"))
    with pytest.raises(NotRecorded, match="fault"):
        appliance.record([good, bad, good])
    assert records(appliance) == []
    assert appliance.record([]) == []
    assert [one.seq for one in appliance.record([good, good])] == [1, 2]
    assert appliance.journal.last_failure == ""


def test_one_that_fails_takes_no_other_with_it(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    appliance = workshop.open()
    good, bad = Draft("core.notice", Notice(title="x", text="y")), Draft("core.nothing", Notice(title="x", text="y"))

    def append(number: int) -> bool:
        try:
            return bool(appliance.record([bad if number % 5 == 0 else good]))
        except NotRecorded:
            return False

    with ThreadPoolExecutor(25) as pool:
        outcomes = list(pool.map(append, range(50)))
    assert outcomes == [number % 5 != 0 for number in range(50)]
    assert len(assert_whole(appliance)) == 40


def test_nothing_is_taken_before_the_start_and_after_the_end(workshop: Workshop) -> None:
    appliance = workshop.open()
    appliance.journal.stop()
    with pytest.raises(NotRecorded, match="stopping"):
        appliance.record([Draft("core.notice", Notice(title="x", text="y"))])
    assert not appliance.journal.alive()
    answer = show(appliance, next(people()).cccd_2021())
    assert (answer.decision, codes(answer)) == (Decision.REFER, ["core.not_recorded.stopping"])


def test_whoever_is_in_the_queue_at_the_end_is_told(workshop: Workshop) -> None:
    appliance = workshop.open()
    stop = threading.Event()
    outcomes: list[str] = []

    def append() -> None:
        while not stop.is_set():
            try:
                outcomes.append(str(appliance.record([Draft("core.notice", Notice(title="x", text="y"))])[0].seq))
            except NotRecorded as failure:
                outcomes.append(failure.reason)
                return

    threads = [threading.Thread(target=append) for _ in range(8)]
    for thread in threads:
        thread.start()
    while len(outcomes) < 20:
        pass
    appliance.journal.stop()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    stop.set()
    written = [outcome for outcome in outcomes if outcome.isdigit()]
    assert set(outcomes) - set(written) == {"stopping"}
    assert sorted(map(int, written)) == [one.seq for one in records(appliance)]


def test_a_projection_that_fails_is_noted_and_made_good_at_the_next_start(workshop: Workshop) -> None:
    class FailsToProject(Witness):
        broken = True

        @hookimpl
        def project(self, records: Any, session: Any) -> None:
            if type(self).broken and any(one.seq > 1 for one in records):
                raise RuntimeError
            super().project(records, session)

    appliance = workshop.start([("witness", FailsToProject)])
    assert show(appliance, "W:000000000001").decision is Decision.ADMIT
    answer = show(appliance, "W:000000000002")
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "core.plugin_fault")
    assert answer.record == {"writer": appliance.identity.writer, "seq": 2}
    with appliance.session() as session:
        (state,) = session.scalars(select(ProjectionState)).all()
        assert (state.plugin, state.behind_since_seq) == ("witness", 2)
    assert len(tables(appliance)["witness_visits"]) == 1
    workshop.stop(appliance)

    FailsToProject.broken = False
    again = workshop.start([("witness", FailsToProject)])
    with again.session() as session:
        assert session.scalars(select(ProjectionState)).all() == []
    assert len(assert_whole(again)) == 2


def test_tables_that_cannot_be_rebuilt_keep_their_plugin_out_and_nobody_else(workshop: Workshop) -> None:
    def broken() -> Any:
        raise RuntimeError

    Broken = faulty("project", broken)
    first = workshop.start([("faulty", Broken), ("witness", Witness)])
    assert show(first, "W:000000000001").record is not None
    workshop.stop(first)
    again = workshop.start([("faulty", Broken), ("witness", Witness)])
    state = next(one for one in again.host.states() if one.name == "faulty")
    assert (state.status, state.reason) == ("suspended", "its tables cannot be rebuilt: RuntimeError")
    assert show(again, "W:000000000002").decision is Decision.ADMIT


def test_what_is_recorded_in_safe_mode_reaches_the_tables_later(workshop: Workshop) -> None:
    class CountsAll(Witness):
        @hookimpl
        def project(self, records: Any, session: Any) -> None:
            from kiosk.journal.bulk import insert_rows
            from tests.support.probes import WitnessRow

            insert_rows(
                session, WitnessRow, [{"writer": one.writer, "seq": one.seq, "ticket": one.kind} for one in records]
            )

    workshop.stop(workshop.start([("witness", CountsAll)]))
    safe = workshop.start([("witness", CountsAll)], safe=True)
    answer = show(safe, "W:000000000001")
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "core.plugin_absent")
    workshop.stop(safe)
    after = workshop.start([("witness", CountsAll)])
    assert tables(after)["witness_visits"] == [(after.identity.writer, 1, "core.encounter")]
    assert_whole(after)


def test_a_clock_that_jumps_back_is_not_believed_and_order_stays(workshop: Workshop) -> None:
    clock = SetClock()
    appliance = workshop.start([("witness", Witness)], clock=clock)
    show(appliance, "W:000000000001")
    clock.ahead = timedelta(days=-365)
    show(appliance, "W:000000000002")
    assert {check.name: check.level.value for check in appliance.health()}["clock"] == "warning"
    show(appliance, "W:000000000003")
    clock.ahead = timedelta()
    show(appliance, "W:000000000004")
    own = assert_whole(appliance)
    assert [one.data.ticket for one in own] == ["W001", "W002", "W003", "W004"]
    assert [one.clock_trusted for one in own] == [True, False, False, True]
    assert own[1].occurred_at_ms < own[0].occurred_at_ms


def test_a_clock_that_went_back_while_the_power_was_off_is_not_believed(workshop: Workshop) -> None:
    first = workshop.start([("witness", Witness)])
    show(first, "W:000000000001")
    workshop.stop(first)
    again = workshop.start([("witness", Witness)], clock=SetClock(timedelta(days=-365)))
    show(again, "W:000000000002")
    assert [one.clock_trusted for one in assert_whole(again)] == [True, False]


def test_numbers_of_two_days_at_midnight_do_not_meet(workshop: Workshop) -> None:
    """Scans of both days may wait for the same commit."""
    clock = SetClock()
    appliance = workshop.start(SHIPPED, clock=clock)
    crowd = iter(people())

    def scan(days: int) -> Any:
        from dataclasses import replace

        from kiosk.plugin import DecodedCode

        scan = appliance.new_scan(DecodedCode(next(crowd).cccd_2021(), b"", "QRCode"), "test")
        return replace(scan, scanned_at=scan.scanned_at + timedelta(days=days))

    scans = [scan(number % 2) for number in range(60)]
    with ThreadPoolExecutor(30) as pool:
        answers = list(pool.map(appliance.handle, scans))
    for day in (0, 1):
        numbers = sorted(int(a.ticket["number"][1:]) for n, a in enumerate(answers) if n % 2 == day and a.ticket)
        assert numbers == list(range(1, 31))


REFUSED = Finding("deny.listed", Severity.BAR, Text("Không.", "No."))


def test_a_judge_that_said_no_is_missed_when_it_is_suspended(workshop: Workshop) -> None:
    class Denies(Probe):
        calls = 0

        @hookimpl
        def judge(self, encounter: Any) -> list[Finding]:
            Denies.calls += 1
            if Denies.calls > 1:
                raise RuntimeError
            return [REFUSED]

    appliance = workshop.start([("denies", Denies), ("witness", Witness)])
    decisions = [show(appliance, f"W:{number:012}").decision for number in range(6)]
    assert decisions == [Decision.REFUSE] + [Decision.REFER] * 5
    assert Denies.calls == 4
