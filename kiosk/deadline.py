"""Runs a call with a limit. A call that overstays is left behind in its thread; the caller goes on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Overstayed(Exception):
    """The limit passed. ``thread`` is the identity of the thread still in the call, None where it never began."""

    def __init__(self, thread: int | None) -> None:
        super().__init__("the call took too long")
        self.thread = thread


@dataclass(slots=True, eq=False)
class _Task(Generic[T]):
    call: Callable[[], T]
    done: threading.Event = field(default_factory=threading.Event)
    thread: int | None = None
    value: T | None = None
    error: BaseException | None = None


class DeadlineRunner:
    """A few threads that grow by one for each that gets stuck."""

    def __init__(self, threads: int = 4, name: str = "deadline") -> None:
        self._queue: queue.SimpleQueue[_Task[Any] | None] = queue.SimpleQueue()
        self._name = name
        self._stuck: set[int] = set()
        self._lock = threading.Lock()
        self._threads = threads
        for _ in range(threads):
            self._spawn()

    def _spawn(self) -> None:
        threading.Thread(target=self._loop, name=self._name, daemon=True).start()

    def _loop(self) -> None:
        me = threading.get_ident()
        while True:
            task = self._queue.get()
            if task is None:
                return
            task.thread = me
            try:
                task.value = task.call()
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                task.error = error
            task.done.set()
            with self._lock:
                if me in self._stuck:  # another thread took this place meanwhile
                    self._stuck.discard(me)
                    return

    def run(self, call: Callable[[], T], seconds: float) -> T:
        """The call's value, or what it raised; ``Overstayed`` after ``seconds``."""
        task = _Task(call)
        self._queue.put(task)
        if not task.done.wait(seconds):
            with self._lock:
                if not task.done.is_set():
                    if task.thread is not None and task.thread not in self._stuck:
                        self._stuck.add(task.thread)
                        self._spawn()
                    raise Overstayed(task.thread)
        if task.error is not None:
            raise task.error
        return task.value  # type: ignore[return-value]

    def stop(self) -> None:
        """End the idle threads; stuck ones end with the process."""
        for _ in range(self._threads):
            self._queue.put(None)
