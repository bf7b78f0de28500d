"""Appends that wait for the writing thread, in the order they came. Runs none of them.

Not ``queue.SimpleQueue``: that wakes the thread for every job it waits for, and each time it has to queue up for the interpreter
among the threads of those who ask.
"""

from __future__ import annotations

import threading
from collections import deque

from kiosk.journal.jobs import Job


class JobQueue:
    """Any thread adds; one thread at a time takes."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._lock = threading.Lock()
        self._gate = threading.Lock()  # held, but for the moment in which the waiting thread is woken
        self._gate.acquire()
        self._wanted = 0  # how many jobs the waiting thread wants; 0: none waits
        self._closed = False

    def put(self, job: Job) -> None:
        with self._lock:
            self._jobs.append(job)
            self._wake()

    def take(self, most: int, expected: int, seconds: float) -> list[Job]:
        """Wait for a job, then up to ``seconds`` for as many as are ``expected``; at most ``most`` of them.

        Empty only once the queue is closed and nothing is left in it.
        """
        self._wait(1, -1)
        if expected > 1:
            self._wait(min(expected, most), seconds)
        with self._lock:
            return [self._jobs.popleft() for _ in range(min(most, len(self._jobs)))]

    def close(self) -> None:
        """Let the taking thread finish what is queued, and end."""
        with self._lock:
            self._closed = True
            self._wake()

    def open(self) -> None:
        """The opposite of ``close``."""
        with self._lock:
            self._closed = False

    def drain(self) -> list[Job]:
        """Everything that is queued, for a journal whose thread has ended."""
        with self._lock:
            jobs = list(self._jobs)
            self._jobs.clear()
        return jobs

    def empty(self) -> bool:
        return not self._jobs

    def _wake(self) -> None:
        """The lock is held by the caller."""
        if self._wanted and (self._closed or len(self._jobs) >= self._wanted):
            self._wanted = 0
            self._gate.release()

    def _wait(self, wanted: int, seconds: float) -> None:
        """Until so many jobs are queued, the queue is closed, or the time is over; -1 has no end."""
        with self._lock:
            if self._closed or len(self._jobs) >= wanted:
                return
            self._wanted = wanted
        if self._gate.acquire(timeout=seconds):
            return
        with self._lock:
            if not self._wanted:  # woken just now: the gate is open, and must not be for the next wait
                self._gate.acquire()
            self._wanted = 0
