"""A plugin that blocks, in each hook: taken out in time, what waited goes on, nothing is written twice, nobody admitted by it."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.decide import decide
from kiosk.domain import Decision, Draft, Encounter, Finding
from kiosk.journal import writing_thread
from kiosk.journal.jobs import Job
from kiosk.plugin import hookimpl
from kiosk.plugin_host.guarded import OF_PAGES
from kiosk.plugin_host.host import PluginState
from kiosk.web.app import create_app
from tests.support.appliance import Probe, Workshop, assert_whole, codes, records, show
from tests.support.probes import Misbehaviour, Witness, faulty

SECONDS = 0.25


@pytest.fixture
def blocks() -> Iterator[Misbehaviour]:
    made = Misbehaviour(lambda: made.block())
    yield made
    made.release()


def start(workshop: Workshop, plugin: type) -> Appliance:
    return workshop.start([("faulty", plugin), ("witness", Witness)], hook_seconds=SECONDS)


def state(appliance: Appliance) -> PluginState:
    return next(one for one in appliance.host.states() if one.name == "faulty")


def settle(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.01)


@pytest.mark.parametrize(
    "hook", ["read_credential", "questions", "judge", "record_encounter", "further_records", "project"]
)
def test_blocking_within_the_journals_transaction(workshop: Workshop, blocks: Misbehaviour, hook: str) -> None:
    appliance = start(workshop, faulty(hook, blocks))
    key = uuid4()
    answer = show(appliance, "W:000000000001", key)
    assert answer.decision is Decision.REFER
    assert answer.record is not None
    assert codes(answer)[0] in ("core.plugin_fault", "core.plugin_absent")
    assert state(appliance).status == "suspended"
    assert "no answer for" in state(appliance).reason
    after = show(appliance, "W:000000000002")
    assert after.decision is (Decision.ADMIT if hook == "project" else Decision.REFER)
    assert after.record is not None
    # the stuck thread wakes up, after all is decided
    blocks.release()
    time.sleep(0.1)
    assert show(appliance, "W:000000000001", key) == answer
    assert show(appliance, "W:000000000003").record is not None
    assert [one.seq for one in assert_whole(appliance, ["core", "witness"])] == [1, 2, 3]
    assert blocks.calls == 1


def test_people_who_wait_behind_a_blocked_plugin_all_get_an_answer_once(
    workshop: Workshop, blocks: Misbehaviour
) -> None:
    appliance = start(workshop, faulty("judge", blocks))
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda number: show(appliance, f"W:{number:012}"), range(12)))
    blocks.release()
    assert {answer.decision for answer in answers} == {Decision.REFER}
    recorded = [answer.record["seq"] for answer in answers if answer.record]
    assert sorted(recorded) == list(range(1, 13))
    assert len(assert_whole(appliance, ["core", "witness"])) == 12


def test_two_that_block_one_after_another(workshop: Workshop, blocks: Misbehaviour) -> None:
    class Second(Probe):
        @hookimpl
        def questions(self, encounter: Encounter) -> Any:
            return blocks()

    appliance = workshop.start(
        [("faulty", faulty("judge", blocks)), ("second", Second), ("witness", Witness)], hook_seconds=SECONDS
    )
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, answer.record is not None) == (Decision.REFER, True)
    assert {one.status for one in appliance.host.states() if one.name in ("faulty", "second")} == {"suspended"}
    blocks.release()
    assert len(assert_whole(appliance, ["core", "witness"])) == 1


def test_a_query_that_never_ends_is_interrupted(workshop: Workshop) -> None:
    class Counts(Probe):
        @hookimpl
        def judge(self, encounter: Encounter) -> Any:
            with self.context.services.session() as session:
                session.execute(
                    text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n")
                )
            return []

    appliance = start(workshop, Counts)
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, answer.record is not None) == (Decision.REFER, True)
    assert state(appliance).status == "suspended"
    assert show(appliance, "W:000000000002").record is not None
    assert len(assert_whole(appliance, ["core", "witness"])) == 2


def test_the_connection_of_a_blocked_plugin_is_closed_only_when_the_rollback_has_left_it(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """sqlite3 hangs or crashes where one thread closes what another is inside of."""
    inside, leave = threading.Event(), threading.Event()
    held: list[Any] = []
    roll_back = writing_thread._roll_back

    def slow(raw: Any, done: threading.Event) -> None:
        held.append(raw)
        inside.set()
        leave.wait(120)
        roll_back(raw, done)

    class Counts(Probe):
        @hookimpl
        def judge(self, encounter: Encounter) -> Any:
            if inside.wait(120):  # the transaction is being taken away: this thread wakes into the middle of it
                raise RuntimeError("awake")
            return []

    monkeypatch.setattr(writing_thread, "_roll_back", slow)
    appliance = start(workshop, Counts)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(show, appliance, "W:000000000001")
        assert inside.wait(120)
        time.sleep(0.3)  # time enough for a thread that does not wait to close it
        assert held[0].in_transaction  # a closed connection raises here
        leave.set()
        assert waiting.result(120).record is not None
    settle(lambda: is_closed(held[0]))
    assert len(assert_whole(appliance, ["core", "witness"])) == 1


def is_closed(raw: Any) -> bool:
    try:
        raw.total_changes  # noqa: B018 - asks the connection itself
    except sqlite3.ProgrammingError:
        return True
    return False


@pytest.mark.parametrize("way", ["session", "driver"])
def test_a_plugin_that_wakes_too_late_writes_nothing(workshop: Workshop, blocks: Misbehaviour, way: str) -> None:
    """Its transaction is gone: what it still writes must not be committed statement by statement."""
    woke = threading.Event()

    class WritesLate(Probe):
        @hookimpl
        def judge(self, encounter: Encounter) -> Any:
            with self.context.services.session() as session:
                raw: Any = session.connection().connection.driver_connection
                blocks()
                insert = "INSERT INTO witness_visits (writer, seq, ticket) VALUES ('late', 1, 'late')"
                try:
                    if way == "driver":
                        raw.execute(insert)
                    else:
                        session.execute(text(insert))
                finally:
                    woke.set()
            return []

    appliance = start(workshop, WritesLate)
    assert show(appliance, "W:000000000001").record is not None
    blocks.release()
    assert woke.wait(120)
    assert show(appliance, "W:000000000002").record is not None
    with appliance.database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM witness_visits WHERE writer = 'late'")).scalar_one() == 0
    assert len(assert_whole(appliance, ["core", "witness"])) == 2


def test_an_open_cursor_does_not_keep_the_database_locked(workshop: Workshop, blocks: Misbehaviour) -> None:
    class KeepsCursor(Probe):
        @hookimpl
        def record_encounter(self, encounter: Encounter, session: Session) -> Any:
            raw: Any = session.connection().connection.driver_connection
            raw.execute("CREATE TABLE IF NOT EXISTS scratch (n INTEGER)")
            raw.executemany("INSERT INTO scratch VALUES (?)", [(n,) for n in range(100)])
            cursor = raw.execute("SELECT n FROM scratch")
            cursor.fetchone()
            blocks()
            return cursor.fetchall() and None

    appliance = start(workshop, KeepsCursor)
    assert show(appliance, "W:000000000001").record is not None
    blocks.release()
    time.sleep(0.1)
    assert show(appliance, "W:000000000002").record is not None
    assert len(assert_whole(appliance, ["core", "witness"])) == 2


def test_a_judge_that_records_within_the_story_does_not_lock_the_journal(workshop: Workshop) -> None:
    class RecordsWhileJudging(Probe):
        @hookimpl
        def judge(self, encounter: Encounter) -> Any:
            self.context.services.record([Draft("core.notice", Notice(title="x", text="y"))])
            return []

    appliance = start(workshop, RecordsWhileJudging)
    answer = show(appliance, "W:000000000001")
    assert answer.decision is Decision.REFER
    assert show(appliance, "W:000000000002").decision is Decision.REFER
    kinds = [one.kind for one in assert_whole(appliance, ["core", "witness"])]
    assert sorted(kinds) == ["core.encounter", "core.notice", "witness.visit"]


def test_a_slow_card_suspends_no_plugin(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """The queue is long because commits are slow: whoever is in a hook just then is not to blame."""

    class Brief(Probe):
        @hookimpl
        def judge(self, encounter: Encounter) -> list[Finding]:
            time.sleep(0.05)
            return []

    monkeypatch.setattr("kiosk.journal.writing_thread.GROUP_LIMIT", 1)
    appliance = workshop.start([("faulty", Brief), ("witness", Witness)], hook_seconds=2.0)
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda number: show(appliance, f"W:{number:012}"), range(80)))
    assert {answer.decision for answer in answers} == {Decision.ADMIT}
    assert state(appliance).faults == 0


def test_who_is_told_that_nothing_is_recorded_is_not_recorded_later(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The core itself is slow, so that nothing can be taken out: the caller takes its job back."""
    monkeypatch.setattr("kiosk.journal.writer.PATIENCE", 1)
    appliance = workshop.start([("witness", Witness)], hook_seconds=0.1)
    gate = threading.Event()
    taken_back: list[bool] = []
    take_back = appliance.journal._withdraw

    def slow(*given: Any) -> Any:
        gate.wait(120)
        return decide(*given)

    def noted(job: Job) -> bool:
        taken_back.append(take_back(job))
        if len(taken_back) == 3:
            gate.set()
        return taken_back[-1]

    monkeypatch.setattr("kiosk.encounter.story.decide", slow)
    monkeypatch.setattr(appliance.journal, "_withdraw", noted)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda number: show(appliance, f"W:{number:012}"), range(3)))
    assert taken_back == [True] * 3
    monkeypatch.undo()
    settle(lambda: appliance.journal._queue.empty())
    assert {answer.record is None for answer in answers} == {True}
    assert {codes(answer)[0] for answer in answers} == {"core.not_recorded.busy"}
    last = show(appliance, "W:000000000009")
    assert last.record is not None
    assert [one.id for one in records(appliance)] == [last.key]


@pytest.mark.parametrize(
    "hook",
    ["scan_sources", "startup", "blueprint", "navigation", "figures", "health_checks", "shutdown", "camera_preview"],
)
def test_blocking_outside_the_story(
    workshop: Workshop, blocks: Misbehaviour, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.appliance.START_SECONDS", SECONDS)
    monkeypatch.setattr("kiosk.appliance.STOP_SECONDS", SECONDS)
    appliance = start(workshop, faulty(hook, blocks))
    client = create_app(appliance).test_client()
    if hook == "shutdown":
        workshop.stop(appliance)
        assert "shutdown" in appliance.host.plugin("witness").called
    else:
        appliance.guarded("navigation")
        assert b"witness.seen" in client.get("/metrics").data
        assert client.get("/kiosk").status_code == 200
        names = {check["name"] for check in client.get("/health").get_json()["checks"]}
        assert {"witness", "unanswered" if hook in OF_PAGES else "plugin.faulty"} <= names
        assert show(appliance, "W:000000000001").decision is Decision.ADMIT
        assert client.get("/witness/hello").data == b"hello"
    if hook in OF_PAGES:
        assert state(appliance).status == "loaded"
        monkeypatch.setattr("kiosk.plugin_host.guarded.PATIENCE_SECONDS", SECONDS)
        appliance.guarded(hook, **({"site": None} if hook == "figures" else {}))
        assert blocks.calls == 1
    assert state(appliance).status == "suspended"


def test_pages_that_take_longer_to_make_than_a_hook_may_are_mounted(workshop: Workshop) -> None:
    """They import what they need: seconds, from a slow card or on a busy machine."""

    class Slow(Witness):
        @hookimpl
        def blueprint(self) -> Any:
            time.sleep(SECONDS * 2)
            return super().blueprint()

    appliance = workshop.start([("witness", Slow)], hook_seconds=SECONDS)
    assert create_app(appliance).test_client().get("/witness/hello").data == b"hello"


@pytest.mark.parametrize("hook", ["encounter_recorded", "receipt_sections", "print_receipt"])
def test_blocking_after_the_record(
    workshop: Workshop, blocks: Misbehaviour, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.appliance.PRINT_SECONDS", SECONDS)
    appliance = start(workshop, faulty(hook, blocks))
    witness = appliance.host.plugin("witness")
    assert show(appliance, "W:000000000001").decision is Decision.ADMIT
    settle(lambda: state(appliance).status == "suspended")
    assert show(appliance, "W:000000000002").decision is Decision.ADMIT
    # with a printer that blocked the first ticket may be lost to paper, not to the journal; from then on all print
    settle(lambda: len(witness.printed) == (1 if hook == "print_receipt" else 2))
    settle(lambda: witness.called.count("encounter_recorded") == 2)
    assert blocks.calls == 1
    assert len(assert_whole(appliance, ["core", "witness"])) == 2


def test_blocking_while_an_image_is_read(
    workshop: Workshop, blocks: Misbehaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.web.api.IMAGE_SECONDS", SECONDS)
    appliance = start(workshop, faulty("decode_image", blocks))
    client = create_app(appliance).test_client()
    first = client.post("/api/v1/scans", data=b"\x89PNG", content_type="image/png")
    assert (first.status_code, first.get_json()["error"]["code"]) == (503, "reader_failed")
    assert state(appliance).status == "suspended"
    again = client.post("/api/v1/scans", data=b"\x89PNG", content_type="image/png")
    assert again.get_json()["decision"] == "admit"
