"""The queue before the writing thread: nothing is lost, nobody waits for nothing, and the thread is woken once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.journal.job_queue import JobQueue
from kiosk.journal.jobs import Job

LONG = 20.0  # seconds that only a failing test waits


def a_job() -> Job:
    return Job(lambda turn: ())


def taking(queue: JobQueue, most: int = 16, expected: int = 1, seconds: float = 0.0) -> Callable[[], list[Job]]:
    """Take in a thread of its own; the function waits for what it got."""
    got: list[list[Job]] = []
    thread = threading.Thread(target=lambda: got.append(queue.take(most, expected, seconds)), daemon=True)
    thread.start()

    def result() -> list[Job]:
        thread.join(LONG)
        return got[0]

    return result


def test_jobs_come_in_their_order_and_no_more_than_asked_for() -> None:
    queue, jobs = JobQueue(), [a_job() for _ in range(5)]
    for job in jobs:
        queue.put(job)
    assert queue.take(3, 1, 0) == jobs[:3]
    assert not queue.empty()
    assert queue.take(3, 2, LONG) == jobs[3:]
    assert queue.empty()


def test_the_first_job_is_waited_for_without_end_and_the_others_for_a_while() -> None:
    queue, job = JobQueue(), a_job()
    result = taking(queue, expected=2, seconds=0.001)
    queue.put(job)
    assert result() == [job]  # the second one did not come in time


def test_expected_jobs_end_the_wait() -> None:
    queue, jobs = JobQueue(), [a_job() for _ in range(3)]
    result = taking(queue, expected=3, seconds=LONG)
    for job in jobs:
        queue.put(job)
    assert result() == jobs


def test_more_than_may_be_taken_is_not_waited_for() -> None:
    queue, jobs = JobQueue(), [a_job() for _ in range(2)]
    for job in jobs:
        queue.put(job)
    assert queue.take(2, 64, LONG) == jobs


def test_closing_ends_the_wait_and_what_is_queued_still_comes() -> None:
    queue, job = JobQueue(), a_job()
    result = taking(queue)
    queue.close()
    assert result() == []
    queue.put(job)
    assert queue.take(16, 1, 0) == [job]
    assert queue.take(16, 1, 0) == []
    queue.open()
    queue.put(job)
    queue.close()
    assert queue.drain() == [job]
    assert queue.empty()


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 6), st.integers(1, 40), st.integers(1, 8), st.integers(1, 12), st.sampled_from([0.0, 0.0005]))
def test_no_job_is_lost_and_none_comes_twice(threads: int, each: int, most: int, expected: int, seconds: float) -> None:
    queue, taken = JobQueue(), []

    def take_all() -> None:
        while batch := queue.take(most, expected, seconds):
            assert len(batch) <= most
            taken.extend(batch)

    taker = threading.Thread(target=take_all, daemon=True)
    taker.start()
    with ThreadPoolExecutor(threads) as pool:
        put = [
            job for jobs in pool.map(lambda _: [put_one(queue) for _ in range(each)], range(threads)) for job in jobs
        ]
    queue.close()
    taker.join(LONG)
    assert not taker.is_alive()
    assert len(taken) == threads * each
    assert set(map(id, taken)) == set(map(id, put))


def put_one(queue: JobQueue) -> Job:
    job = a_job()
    queue.put(job)
    return job
