"""Runs a call with a limit. A call that overstays is left behind in its thread; the caller goes on."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")

log = logging.getLogger(__name__)

BEGIN_SECONDS = 2.0  # how long a call may wait for a thread; with threads to be had it is a moment


class Overstayed(Exception):
    """The limit passed. ``thread`` is the identity of the thread still in the call; None where the call never began, and
    then it never will."""

    def __init__(self, thread: int | None) -> None:
        super().__init__("the call took too long" if thread is not None else "there was no thread for the call")
        self.thread = thread


@dataclass(slots=True, eq=False)
class _Task(Generic[T]):
    call: Callable[[], T]
    began: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    thread: int | None = None
    since: float = 0.0  # when the call began, monotonic
    value: T | None = None
    error: BaseException | None = None


class DeadlineRunner:
    """A thread for every call that runs just now, so that no call waits for another's end.

    ``idle``: threads that are kept for the next calls. ``most``: how many there may be, those included that are stuck.
    """

    def __init__(self, idle: int = 4, most: int = 64, name: str = "deadline") -> None:
        self._name = name
        self._keep = idle
        self._most = most
        self._changed = threading.Condition()
        self._waiting: deque[_Task[Any]] = deque()
        self._idle = 0
        self._threads = 0

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """The call's value, or what it raised; ``Overstayed`` where it has not ended ``seconds`` after it began."""
        task = _Task(call)
        with self._changed:
            self._waiting.append(task)
            if len(self._waiting) > self._idle and self._threads < self._most:
                self._spawn()
            self._changed.notify()
        if not task.began.wait(BEGIN_SECONDS) and self._cancelled(task):
            raise Overstayed(None)
        if not task.done.wait(max(0.0, task.since + seconds - time.monotonic())):
            raise Overstayed(task.thread)
        if task.error is not None:
            raise task.error
        return task.value  # type: ignore[return-value]

    def stop(self) -> None:
        """End the idle threads, and the others when their call ends; stuck ones end with the process."""
        with self._changed:
            self._keep = 0
            self._changed.notify_all()

    def _cancelled(self, task: _Task[Any]) -> bool:
        """Take a call back that has not begun: nobody waits for it any more. False where it just began."""
        with self._changed:
            if task.thread is not None:
                return False
            self._waiting.remove(task)
            return True

    def _spawn(self) -> None:
        """The lock is held by the caller."""
        try:
            threading.Thread(target=self._loop, name=self._name, daemon=True).start()
        except RuntimeError as error:  # the system has no more: the call waits for one of those there are
            log.error("no thread for a call: %s", error)
            return
        self._threads += 1

    def _loop(self) -> None:
        while (task := self._next()) is not None:
            try:
                task.value = task.call()
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                task.error = error
            task.done.set()
            del task  # what it holds is not kept until the next call

    def _next(self) -> _Task[Any] | None:
        """The next call, which begins now; None where this thread is one too many."""
        with self._changed:
            self._idle += 1
            try:
                while not self._waiting:
                    if self._idle > self._keep:
                        self._threads -= 1
                        return None
                    self._changed.wait()
                task = self._waiting.popleft()
            finally:
                self._idle -= 1
            task.thread = threading.get_ident()
            task.since = time.monotonic()
        task.began.set()
        return task
