"""Runs a call with a limit. A call that overstays is left behind in its thread; the caller goes on."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from kiosk.plugin_host.running_time import RunningTime

T = TypeVar("T")

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25  # a patient caller looks this often why the call has not ended
PATIENCE = 10
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
    running: RunningTime
    began: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    thread: int | None = None
    native: int = 0  # the thread as the kernel numbers it
    since: float = 0.0  # when the call began, by ``running``
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

    def run(
        self, call: Callable[[], T], seconds: float, patient: bool = False, running: RunningTime | None = None
    ) -> T:
        """The call's value, or what it raised; ``Overstayed`` where it has not ended ``seconds`` after it began, by ``running``: time
        in which the whole process stood still does not count. ``patient``: neither does time in which the call's own thread could
        have run and got no processor."""
        running = running or RunningTime()
        task = _Task(call, running)
        with self._changed:
            self._waiting.append(task)
            if len(self._waiting) > self._idle and self._threads < self._most:
                self._spawn()
            self._changed.notify()
        limit = max(BEGIN_SECONDS, seconds) if patient else BEGIN_SECONDS
        if not running.wait(task.began.wait, running() + limit) and self._cancelled(task):
            raise Overstayed(None)
        ended = _ended_patiently if patient else _ended
        if not ended(task, seconds):
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
            task.thread, task.native = threading.get_ident(), threading.get_native_id()
            task.since = task.running()
        task.began.set()
        return task


def _ended(task: _Task[Any], seconds: float) -> bool:
    return task.running.wait(task.done.wait, task.since + seconds)


def _ended_patiently(task: _Task[Any], seconds: float) -> bool:
    """The same, with what the thread spent in the queue for a processor on top, up to ``PATIENCE`` times the limit."""
    if _ended(task, min(seconds, LOOK_SECONDS)):
        return True
    before = queued_seconds(task.native)
    while True:
        queued = min(queued_seconds(task.native) - before, PATIENCE * seconds)
        now, until = task.running(), task.since + seconds + queued
        if until <= now:
            return task.done.is_set()
        if task.running.wait(task.done.wait, max(until, now + LOOK_SECONDS)):
            return True


def queued_seconds(thread: int) -> float:
    """How long a thread of this process could have run and waited for a processor, since it began. 0 where the kernel does not say.

    The second number of /proc/<pid>/task/<tid>/schedstat, nanoseconds (Linux: Documentation/scheduler/sched-stats.rst)."""
    try:
        return int(Path(f"/proc/self/task/{thread}/schedstat").read_text("ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
