"""Prints a job on a fresh connection and asks the printer what became of it. Knows no cable: ``connect`` opens one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from hardware.printers.commands import FINISHED_REQUEST, status_request
from hardware.printers.status import PrinterStatus, from_status_bytes, is_status_byte


class PrinterUnreachableError(Exception):
    """No connection, or it broke. ``code`` is one of ``PrinterStatus.error``'s."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail


class Connection(Protocol):
    """An open cable. Broken ones raise ``PrinterUnreachableError``; a stall raises it with code ``timeout``."""

    def write(self, data: bytes, timeout: float) -> int:
        """Send some of ``data``, at least one byte within ``timeout`` seconds; how many were sent."""

    def read(self, timeout: float) -> bytes:
        """What comes within ``timeout`` seconds; empty where nothing does."""

    def close(self, discard: bool) -> None:
        """Give the cable free; raises nothing and does not hang. ``discard``: what is still on its way is not wanted."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Time-outs in seconds."""

    answer: float = 2.0  # for one status byte
    stall: float = 5.0  # without a byte taken, while sending
    job: float = 90.0  # for a whole job: 48 kB at 9600 baud take 50
    settle: float = 1.0  # after sending, before the second look: paper may run out while it prints
    finish: float = 20.0  # for the answer to GS r, where ``confirms_end``


class EscposPrinter:
    """A ``Printer`` over any connection. One job at a time, every job and every status on a connection of its own:
    after a failure an old connection swallows writes in silence.

    With ``answers_status`` false (one-way cables, the cheapest printers) nothing is asked and ``paper`` stays unknown.
    With ``confirms_end`` the job ends in GS r, whose answer comes only when all before it was printed.
    """

    def __init__(
        self,
        name: str,
        connect: Callable[[], Connection],
        *,
        patience: Patience = Patience(),
        answers_status: bool = True,
        confirms_end: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = name
        self._connect = connect
        self._patience = patience
        self._answers = answers_status
        self._confirms = confirms_end and answers_status
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()

    def send(self, job: bytes) -> PrinterStatus:
        """Look first, so that nothing is left in the buffer of a printer without paper; then print, then look again."""
        return self._on_fresh_connection(lambda talk: self._print(talk, job))

    def status(self) -> PrinterStatus:
        """Ask on a connection of its own."""
        return self._on_fresh_connection(self._ask)

    def _on_fresh_connection(self, work: Callable[[_Talk], PrinterStatus]) -> PrinterStatus:
        with self._lock:
            try:
                connection = self._connect()
            except PrinterUnreachableError as error:
                return _unreachable(error)
            status = None
            try:
                status = work(_Talk(connection, self._patience, self._monotonic))
            except PrinterUnreachableError as error:
                status = _unreachable(error)
            finally:
                # the rest of a failed job must not come out later, in front of its repetition
                connection.close(discard=status is None or not status.ready)
            return status

    def _ask(self, talk: _Talk) -> PrinterStatus:
        if not self._answers:
            return PrinterStatus(online=True, mute=True, detail="this printer is set up as one that answers nothing")
        return talk.status()

    def _print(self, talk: _Talk, job: bytes) -> PrinterStatus:
        before = self._ask(talk)
        if not before.ready:
            return before
        try:
            talk.write_all(job + FINISHED_REQUEST if self._confirms else job)
            after = self._ask(talk)
            if after.ready and self._confirms:
                after = self._await_end(talk)
            elif after.ready and self._answers:
                self._sleep(self._patience.settle)
                after = self._ask(talk)
        except PrinterUnreachableError as error:
            after = _unreachable(error)
        return replace(after, sent=min(talk.sent, len(job)))

    def _await_end(self, talk: _Talk) -> PrinterStatus:
        until = self._monotonic() + self._patience.finish
        while not talk.finished:
            if self._monotonic() > until:
                return PrinterStatus(online=True, error="timeout", detail="the printer did not say that it finished")
            talk.listen(min(1.0, self._patience.answer))
            now = talk.status()
            if not now.ready:
                return now
        return talk.status()


class _Talk:
    """One connection in use: what was sent, and what came back."""

    def __init__(self, connection: Connection, patience: Patience, monotonic: Callable[[], float]) -> None:
        self._connection = connection
        self._patience = patience
        self._monotonic = monotonic
        self.sent = 0  # bytes of the job
        self.finished = False  # GS r was answered

    def write_all(self, job: bytes) -> None:
        """Send the job. Raises ``PrinterUnreachableError``; ``sent`` then tells how far it got."""
        until = self._monotonic() + self._patience.job
        while self.sent < len(job):
            if self._monotonic() > until:
                raise PrinterUnreachableError("timeout", f"the job took longer than {self._patience.job:.0f} s")
            self.sent += self._connection.write(job[self.sent : self.sent + 4096], self._patience.stall)

    def listen(self, timeout: float) -> list[int]:
        """Status bytes that come within ``timeout`` seconds."""
        received = self._connection.read(timeout)
        # GS r's answer has bit 4 clear, DLE EOT's has it set
        self.finished = self.finished or any(byte & 0x90 == 0 for byte in received)
        return [byte for byte in received if is_status_byte(byte)]

    def status(self) -> PrinterStatus:
        """Ask DLE EOT 1 to 4, one after another."""
        while self.listen(0):
            pass  # answers to requests that happened to stand in an image
        answers = []
        for number in (1, 2, 3, 4):
            answer = self._answer_to(number)
            if answer is None:
                detail = f"no answer to status request {number}"
                return PrinterStatus(online=True, mute=True, error="timeout", detail=detail)
            answers.append(answer)
        return from_status_bytes(*answers)

    def _answer_to(self, number: int) -> int | None:
        request = status_request(number)
        while request:
            request = request[self._connection.write(request, self._patience.answer) :]
        until = self._monotonic() + self._patience.answer
        while (left := until - self._monotonic()) > 0:
            found = self.listen(left)
            if found:
                return found[0]
        return None


def _unreachable(error: PrinterUnreachableError) -> PrinterStatus:
    return PrinterStatus(online=False, error=error.code, detail=error.detail)
