"""Tells systemd that the process is ready and alive, over the notification socket (sd_notify(3)).

Alive means that every worker given to it got on or waits for a known reason; it restarts nothing itself.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterable, Mapping

from hardware.supervise import Condition

log = logging.getLogger(__name__)


def notify(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send ``state`` ("READY=1", "WATCHDOG=1", "STATUS=…") to systemd. False where nobody listens; never raises."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):  # an abstract socket
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.settimeout(1.0)
            channel.sendto(state.encode(), address)
    except OSError as error:
        log.warning("systemd could not be notified: errno %s", error.errno)
        return False
    return True


class Watchdog:
    """Says "alive" a few times per ``limit`` seconds for as long as no worker is stalled.

    It arms systemd's watchdog when it starts and disarms it when it stops (``WATCHDOG_USEC``), because safe mode runs
    without the plugins whose workers it watches and must not be killed for their silence.
    """

    def __init__(
        self,
        conditions: Callable[[], Iterable[Condition]],
        *,
        limit: float = 60.0,
        send: Callable[[str], bool] = notify,
    ) -> None:
        self._conditions = conditions
        self._limit = limit
        self._send = send
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._silent = False

    def start(self) -> bool:
        """Begin; False where no systemd listens."""
        if not self._send(f"WATCHDOG_USEC={int(self._limit * 1_000_000)}"):
            return False
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()
        return True

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(2.0)
            self._thread = None
            self._send("WATCHDOG_USEC=0")

    def check(self) -> bool:
        """One round: True when "alive" was sent, False when a worker is stalled."""
        stalled = sorted(condition.name for condition in self._conditions() if condition.stalled)
        if stalled:
            if not self._silent:
                log.error("stalled, so systemd will restart the service: %s", ", ".join(stalled))
            self._silent = True
            return False
        self._silent = False
        return self._send("WATCHDOG=1")

    def _run(self) -> None:
        while not self._stop.wait(self._limit / 4):
            self.check()
