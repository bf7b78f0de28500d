"""Keeps a device's worker thread going: restarts it after faults, tells temporary from permanent ones, shows state.

Knows no device, and cannot interrupt a call that blocks in a driver: it reports that (``Condition.stalled``).
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

log = logging.getLogger(__name__)


class DeviceFault(Exception):
    """Base of what a worker raises. ``code`` is stable and holds no personal data: ``unplugged``, ``frozen`` …"""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class TemporaryFault(DeviceFault):
    """It may be well again soon: unplugged, busy, no answer. The worker is started again after a pause."""


class PermanentFault(DeviceFault):
    """Waiting does not help: a library is missing, a setting names nothing usable. Needs a technician."""


class WorkerState(StrEnum):
    STOPPED = "stopped"
    RUNNING = "running"
    WAITING = "waiting"  # after a temporary fault, until the next attempt
    FAILED = "failed"  # after a permanent fault


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses between attempts, in seconds: ``first``, then doubled up to ``longest``, each shortened by up to
    ``jitter`` (a share, 0 to 1) so that many devices do not retry in step. After ``healthy_after`` seconds of
    work without a fault the next pause is ``first`` again."""

    first: float = 0.5
    longest: float = 8.0
    jitter: float = 0.3
    healthy_after: float = 20.0

    def pause(self, failures: int, randomness: Callable[[], float]) -> float:
        """Seconds to wait after the ``failures``-th fault in a row (1 or more)."""
        full = min(self.longest, self.first * 2.0 ** min(failures - 1, 30))
        return full * (1.0 - self.jitter * randomness())


@dataclass(frozen=True, slots=True)
class Condition:
    """How a worker is, at one instant. Ages are in seconds."""

    name: str
    state: WorkerState
    in_state_for: float
    last_progress: float  # since the worker last said that it gets on
    stalled: bool  # it should be getting on and does not: blocked in a driver
    restarts: int  # attempts after the first, since start
    failures: int  # faults in a row, 0 when it has been well for a while
    error: str  # the last fault's code, or the exception's class name; empty when there was none
    detail: str


class Supervised:
    """One worker thread. ``work(stop)`` runs until ``stop`` is set or it raises, and calls ``beat()`` as it gets on.

    A ``TemporaryFault``, any other exception, and a return without being asked to stop are followed by a pause and
    another attempt; a ``PermanentFault`` ends the attempts until ``retry()``.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[threading.Event], None],
        *,
        stall_after: float = 20.0,
        backoff: Backoff | None = None,
        clock: Callable[[], float] = time.monotonic,
        randomness: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self._work = work
        self._stall_after = stall_after
        self._backoff = backoff or Backoff()
        self._clock = clock
        self._randomness = randomness
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._wake = threading.Event()  # ends a pause early: stop or retry
        self._thread: threading.Thread | None = None
        self._state = WorkerState.STOPPED
        self._since = self._beat_at = clock()
        self._restarts = self._failures = 0
        self._error = self._detail = ""

    def start(self) -> None:
        """Begin. Does nothing while the worker is running."""
        with self._lock:
            if self._thread and self._thread.is_alive() and not self._stop.is_set():
                return
            # Fresh events: a thread that is still stuck in a driver keeps its own, set, and ends when it comes back.
            self._stop, self._wake = threading.Event(), threading.Event()
            self._restarts, self._failures, self._error, self._detail = 0, 0, "", ""
            self._set_state(WorkerState.RUNNING)
            self._thread = threading.Thread(
                target=self._run, args=(self._stop, self._wake), name=f"device-{self.name}", daemon=True
            )
            self._thread.start()

    def stop(self, timeout: float = 3.0) -> bool:
        """Ask the worker to end, wait up to ``timeout`` seconds. False: it is still blocked (a daemon thread)."""
        self._stop.set()
        self._wake.set()
        thread = self._thread
        if thread and thread is not threading.current_thread():
            thread.join(timeout)
            if thread.is_alive():
                log.warning("worker %s did not end within %.1f s", self.name, timeout)
                return False
        with self._lock:
            self._set_state(WorkerState.STOPPED)
        return True

    def retry(self) -> None:
        """Try again now, also after a permanent fault."""
        self._wake.set()

    def beat(self) -> None:
        """Called by the worker whenever it got on. Cheap."""
        self._beat_at = self._clock()

    def condition(self) -> Condition:
        """The state now. Answers at once, from any thread."""
        with self._lock:
            now = self._clock()
            quiet = max(0.0, now - self._beat_at)
            return Condition(
                name=self.name,
                state=self._state,
                in_state_for=max(0.0, now - self._since),
                last_progress=quiet,
                stalled=self._state is WorkerState.RUNNING and quiet > self._stall_after,
                restarts=self._restarts,
                failures=self._failures if not self._recovered(now) else 0,
                error=self._error,
                detail=self._detail,
            )

    def _recovered(self, now: float) -> bool:
        return self._state is WorkerState.RUNNING and now - self._since >= self._backoff.healthy_after

    def _set_state(self, state: WorkerState) -> None:
        self._state = state
        self._since = self._beat_at = self._clock()

    def _run(self, stop: threading.Event, wake: threading.Event) -> None:
        while not stop.is_set():
            fault = self._attempt(stop)
            if stop.is_set():
                return
            permanent = isinstance(fault, PermanentFault)
            failures = self._note(fault, WorkerState.FAILED if permanent else WorkerState.WAITING)
            wake.wait(None if permanent else self._backoff.pause(failures, self._randomness))
            wake.clear()
            if stop.is_set():
                return
            with self._lock:
                self._restarts += 1
                self._set_state(WorkerState.RUNNING)

    def _attempt(self, stop: threading.Event) -> Exception:
        """Run the work once; what ended it."""
        try:
            self._work(stop)
        except Exception as fault:  # noqa: BLE001 - whatever a driver raises must not end the supervision
            return fault
        return TemporaryFault("ended")

    def _note(self, fault: Exception, state: WorkerState) -> int:
        """Keep what happened; how many faults in a row that makes."""
        known = isinstance(fault, DeviceFault)
        code = fault.code if isinstance(fault, DeviceFault) else type(fault).__name__
        with self._lock:
            self._failures = 1 if self._recovered(self._clock()) else self._failures + 1
            failures = self._failures
            changed = code != self._error or failures == 1
            self._error = code
            # Text of unforeseen exceptions may quote what was scanned, so only the class of those is kept.
            self._detail = fault.detail if isinstance(fault, DeviceFault) else ""
            self._set_state(state)
        if changed:  # one line per trouble, not one per attempt: the journal lives on an SD card
            where = "" if known or fault.__traceback__ is None else f" at {_place(fault)}"
            log.warning("worker %s: %s (%s)%s", self.name, code, state.value, where)
        return failures


def _place(fault: BaseException) -> str:
    """File and line where an unforeseen exception was raised: enough to find it, without its words."""
    trace = fault.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
