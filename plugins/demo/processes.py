"""The demo's appliances as processes of their own: started, watched, started again when one ends, and ended in order."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from kiosk.cli import main
from kiosk.cli.saying import Stopped, say
from kiosk.domain import Text

ENOUGH = 3  # ends within ``LATELY`` after which something is wrong that another start does not mend
LATELY = 60.0  # seconds
STOP_SECONDS = 15.0


class DemoFailed(Stopped):
    """A part of the demo cannot be run; its own words follow."""


class Part:
    """One process: ``name`` for people, ``arguments`` of ``kiosk``, where its log goes, and what it ``says`` there once it serves,
    in the one language or the other."""

    def __init__(self, name: str, arguments: Sequence[str], log: Path, says: Sequence[str] = ("http://",)) -> None:
        self.name = name
        self._says = [one.encode() for one in says]
        self._arguments = arguments
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._ended: list[float] = []  # when, monotonic

    def start(self, stopping: threading.Event) -> None:
        """Start it and wait until it says that it serves. Raises ``DemoFailed``."""
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as output:
            begin = output.tell()
            # a session of its own: Ctrl-C reaches this process alone, which then ends the others in order
            process = self._process = subprocess.Popen(
                command(self._arguments), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        for _ in range(600):
            log = self._log.read_bytes()[begin:]
            if any(one in log for one in self._says):
                return
            if process.poll() is not None or stopping.wait(0.1):
                break
        process.terminate()
        words = self._log.read_bytes()[begin:].decode("utf-8", "replace")[-2000:]
        raise DemoFailed(Text(f"{self.name} không khởi động được:\n{words}", f"{self.name} did not start:\n{words}"))

    def keep(self, stopping: threading.Event) -> None:
        """Where it ended by itself, or was killed: say so, and start it again. Raises ``DemoFailed`` where that does not help."""
        if self._process is None or self._process.poll() is None or stopping.is_set():
            return
        status, now = self._process.returncode, time.monotonic()
        self._ended = [at for at in self._ended if at > now - LATELY] + [now]
        if len(self._ended) > ENOUGH:
            raise DemoFailed(
                Text(
                    f"{self.name} cứ tự kết thúc (mã {status}); xem {self._log}",
                    f"{self.name} ends again and again (status {status}); see {self._log}",
                )
            )
        say(
            Text(
                f"      {self.name} đã kết thúc (mã {status}); đang khởi động lại …",
                f"      {self.name} ended (status {status}); it is started again …",
            )
        )
        self.start(stopping)
        say(Text(f"      {self.name} chạy lại, dữ liệu còn nguyên.", f"      {self.name} is back, with its data."))

    def terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def wait(self) -> None:
        """Wait for its end; kill it where it does not come."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def command(arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "kiosk", *arguments]


def run(arguments: Sequence[str], given: str | None = None) -> str:
    """A command's output. Raises ``DemoFailed`` with its words where it fails.

    In this process: a first start takes some twenty commands, and each as a process of its own would load the whole program again.
    """
    done = CliRunner().invoke(main, list(arguments), input=given)
    if done.exit_code:
        what, words = f"kiosk {' '.join(arguments[:2])}", f"{done.stderr[-2000:]}{done.stdout[-500:]}"
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            words += repr(done.exception)
        raise DemoFailed(Text(f"{what} không xong:\n{words}", f"{what} failed:\n{words}"))
    return done.stdout


def free(port: int) -> int:
    """The port, or where it is taken, any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
