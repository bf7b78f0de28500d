"""Who is told that a job is finished: each once, whichever of the two was first."""

from __future__ import annotations

import threading

from kiosk.journal.jobs import Job


def a_job() -> Job:
    return Job(lambda turn: ())


def test_who_asks_before_the_end_is_told_then_and_once() -> None:
    told: list[str] = []
    job = a_job()
    job.when_ended(lambda: told.append("told"))
    assert told == []
    job.end()
    job.end()
    assert told == ["told"]
    assert job.wait(0)


def test_who_asks_after_the_end_is_told_at_once() -> None:
    told: list[str] = []
    job = a_job()
    job.end()
    job.when_ended(lambda: told.append("told"))
    assert told == ["told"]


def test_asking_and_ending_at_one_moment_tells_once() -> None:
    for _ in range(500):
        told: list[str] = []
        job, ready = a_job(), threading.Barrier(2)

        def end(job: Job = job, ready: threading.Barrier = ready) -> None:
            ready.wait(120)
            job.end()

        other = threading.Thread(target=end)
        other.start()
        ready.wait(120)
        job.when_ended(lambda told=told: told.append("told"))  # type: ignore[misc]
        other.join(120)
        assert told == ["told"]
