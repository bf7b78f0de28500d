"""Between the commit and the word to the caller: nobody may be told then that nothing was written."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from kiosk.core_slice import Notice
from kiosk.domain import Draft, Record
from kiosk.journal.jobs import Job, NotRecorded
from kiosk.journal.writing_thread import WritingThread
from kiosk.plugin_host.host import PluginFault
from kiosk.plugin_host.running_time import RunningTime
from tests.support.appliance import Workshop, assert_whole, records

NOTICE = [Draft("core.notice", Notice(title="x", text="y"))]
FAULT = PluginFault("none", "judge", "Blocked")
_finish = WritingThread._finish


def before_finish(monkeypatch: pytest.MonkeyPatch, look: Callable[[WritingThread, Job], Any]) -> None:
    """Have ``look`` called after the commit and before the jobs are ended."""

    def wrapped(worker: WritingThread, batch: Sequence[Job], results: list[list[Record]]) -> None:
        for job in batch:
            look(worker, job)
        _finish(worker, batch, results)

    monkeypatch.setattr(WritingThread, "_finish", wrapped)


def test_what_is_committed_can_neither_be_withdrawn_nor_taken_away(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[bool] = []
    before_finish(monkeypatch, lambda worker, job: answers.extend((worker.withdraw(job), worker.abandon(FAULT))))
    appliance = workshop.open()
    (made,) = appliance.record(NOTICE)
    assert answers == [False, False]
    assert appliance.record(NOTICE)[0].seq == 2  # the thread is not spoiled by having been asked
    assert [one.seq for one in assert_whole(appliance)] == [made.seq, 2]


def test_a_caller_out_of_patience_waits_for_what_is_committed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tries to take its job back just between commit and end."""
    asked, gate = threading.Event(), threading.Event()
    before_finish(monkeypatch, lambda worker, job: gate.wait(120))
    withdraw = WritingThread.withdraw
    monkeypatch.setattr(RunningTime, "wait", lambda _running, come, _until: come(10 if asked.is_set() else 0.01))

    def noticed(worker: WritingThread, job: Job) -> bool:
        asked.set()
        done = withdraw(worker, job)
        gate.set()
        return done

    monkeypatch.setattr(WritingThread, "withdraw", noticed)
    appliance = workshop.open()
    told = appliance.record(NOTICE)
    assert asked.is_set()
    assert told == records(appliance)


def test_a_commit_that_fails_is_told_as_nothing_written_and_the_next_one_works(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    appliance = workshop.open()
    with monkeypatch.context() as broken:
        broken.setattr(appliance.database.engine.dialect, "do_commit", _raise)
        with pytest.raises(NotRecorded):
            appliance.record(NOTICE)
    assert appliance.record(NOTICE)[0].seq == 1
    assert len(assert_whole(appliance)) == 1


def test_a_connection_that_does_not_close_changes_nothing_of_what_is_committed(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    appliance = workshop.open()
    close = Connection.close

    def close_and_fail(connection: Connection) -> None:
        close(connection)
        if threading.current_thread().name == "journal-writer":
            raise OSError("gone")

    monkeypatch.setattr(Connection, "close", close_and_fail)
    (made,) = appliance.record(NOTICE)
    monkeypatch.undo()
    assert [one.seq for one in assert_whole(appliance)] == [made.seq]


def _raise(*_given: Any) -> None:
    raise sqlite3.OperationalError("database or disk is full")
