"""Processor time of a process and all that it started, from /proc: what work costs whatever else a machine does; and how to keep
one to a core. Linux only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def one_core() -> Iterator[None]:
    """Processes that this thread starts meanwhile run on one core for good, with every thread of theirs."""
    before = os.sched_getaffinity(0)  # inherited: of a process that runs already only the first thread could be moved
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def seconds(*roots: int) -> float:
    """User and system time of these processes, of the living ones that they started, and of those that have ended."""
    return sum(_own(pid) + seconds(*_children(pid)) for pid in roots)


def _own(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0  # it ended just now
    return sum(map(int, fields[11:15])) / _TICKS


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += map(int, file.read_text().split())
        except OSError:
            continue
    return found
