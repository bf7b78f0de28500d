"""Jobs that share a commit take each step together, and each still finds what those before it left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft, Record
from kiosk.journal.append import Entry
from kiosk.journal.jobs import Companion, Job, NotRecorded, Turn
from kiosk.journal.models import JournalRecord
from tests.support.appliance import Workshop, assert_whole, records
from tests.support.shared_commit import Held


class Traced:
    """A job that says what it is asked to do. ``citizen``: whom it is about. ``fails``: where to, and how often."""

    def __init__(self, said: list[str], name: str, citizen: str | None = None, fails: str = "", times: int = 1) -> None:
        self.said, self.name, self.citizen = said, name, citizen
        self.fails, self.times = fails, times
        self.read: list[int] = []  # how many records were in the table when it was prepared
        self.there: list[int] = []  # and when it was composed
        self._count: Callable[[], int] = lambda: 0

    def _say(self, step: str) -> None:
        self.said.append(f"{step} {self.name}")
        if self.fails == step and self.times:
            self.times -= 1
            raise RuntimeError

    def prepare(self) -> None:
        self.read.append(self._count())
        self._say("prepare")

    def compose(self, turn: Turn) -> Sequence[Entry]:
        if self.citizen:
            turn.seen(self.citizen)
        self.there.append(turn.session.scalar(select(func.count()).select_from(JournalRecord)) or 0)
        self._say("compose")
        return [
            Entry(uuid4(), Draft("core.notice", Notice(title="x", text="y"), self.citizen), datetime.now(UTC), True)
        ]

    def finish(self, made: Sequence[Record]) -> Sequence[Companion]:
        self._say(f"finish {len(made)}")
        return ()

    def begin(self, appliance: Appliance, reads: bool = True) -> Job:
        """``reads``: as a scan's story does; else it is queued as what staff do is."""

        def count() -> int:
            with appliance.session() as session:
                return session.scalar(select(func.count()).select_from(JournalRecord)) or 0

        self._count = count
        return appliance.journal.begin(self.compose, self.finish, self.prepare if reads else None)


@pytest.fixture
def appliance(workshop: Workshop) -> Appliance:
    return workshop.start([])


def test_a_step_is_taken_for_all_before_the_next(appliance: Appliance) -> None:
    said: list[str] = []
    with Held(appliance):
        jobs = [Traced(said, name).begin(appliance) for name in "abc"]
    seqs = [[one.seq for one in appliance.journal.outcome(job)] for job in jobs]
    assert seqs == [[1], [2], [3]]
    assert said == [f"{step} {name}" for step in ("prepare", "compose", "finish 1") for name in "abc"]
    assert_whole(appliance)


def test_who_comes_twice_is_judged_by_what_was_written_of_the_first_time(appliance: Appliance) -> None:
    said: list[str] = []
    traced = [Traced(said, name, citizen) for name, citizen in (("a", "an"), ("b", "binh"), ("c", "an"), ("d", "dung"))]
    with Held(appliance):
        jobs = [one.begin(appliance) for one in traced]
    assert [appliance.journal.outcome(job)[0].seq for job in jobs] == [1, 2, 3, 4]
    assert [one.there for one in traced] == [[0], [0], [2], [2]]
    assert said.index("finish 1 b") < said.index("compose c")
    assert [one.citizen for one in records(appliance)] == ["an", "binh", "an", "dung"]
    assert_whole(appliance)


def test_what_staff_did_before_is_there_when_the_next_ones_are_read(appliance: Appliance) -> None:
    """A pass that was taken back counts no more, also where the scan shares the commit."""
    said: list[str] = []
    traced = [Traced(said, name) for name in "abcde"]
    with Held(appliance):
        jobs = [one.begin(appliance, reads=one.name != "c") for one in traced]
    assert [appliance.journal.outcome(job)[0].seq for job in jobs] == [1, 2, 3, 4, 5]
    assert [one.read for one in traced] == [[0], [0], [], [3], [3]]
    of_a_and_b = [f"{step} {name}" for step in ("prepare", "compose", "finish 1") for name in "ab"]
    of_d_and_e = [f"{step} {name}" for step in ("prepare", "compose", "finish 1") for name in "de"]
    assert said == [*of_a_and_b, "compose c", "finish 1 c", *of_d_and_e]
    assert_whole(appliance)


@pytest.mark.parametrize("step", ["prepare", "compose", "finish 1"])
def test_one_that_fails_is_tried_alone_and_so_are_the_others(appliance: Appliance, step: str) -> None:
    said: list[str] = []
    with Held(appliance):
        jobs = [Traced(said, name, fails=step if name == "b" else "", times=2).begin(appliance) for name in "abc"]
    assert [one.seq for one in appliance.journal.outcome(jobs[0])] == [1]
    with pytest.raises(NotRecorded, match="fault"):
        appliance.journal.outcome(jobs[1])
    assert [one.seq for one in appliance.journal.outcome(jobs[2])] == [2]
    assert said.count("prepare b") == 2  # with the others, and alone
    assert said[-3:] == ["prepare c", "compose c", "finish 1 c"]
    assert_whole(appliance)


def test_one_that_failed_but_once_is_recorded_after_all(appliance: Appliance) -> None:
    said: list[str] = []
    with Held(appliance):
        jobs = [Traced(said, name, fails="finish 1" if name == "b" else "").begin(appliance) for name in "ab"]
    assert [appliance.journal.outcome(job)[0].seq for job in jobs] == [1, 2]
    assert_whole(appliance)
