"""Lets a few requests at once do something heavy and a few more wait for it; the rest are turned away. Knows not what it is."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class NoRoom(Exception):
    """Too many are here already, or the wait was too long."""


class Turns:
    """``at_once`` work, ``waiting`` wait: those who wait hold a server thread each, which others need."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._room = threading.BoundedSemaphore(at_once + waiting)
        self._work = threading.BoundedSemaphore(at_once)

    @contextmanager
    def one(self, seconds: float) -> Iterator[None]:
        """Work within the block. Raises ``NoRoom``: at once where nobody more may wait, else after ``seconds``."""
        if not self._room.acquire(blocking=False):
            raise NoRoom
        try:
            if not self._work.acquire(timeout=seconds):
                raise NoRoom
            try:
                yield
            finally:
                self._work.release()
        finally:
            self._room.release()
