"""Asks systemd to restart the service when a device's worker is stuck in its driver for good (sd_notify(3)).

The core feeds systemd's ordinary watchdog; this adds the workers, whose blocked threads nothing inside the process can
end. It restarts nothing itself and does nothing where no systemd listens.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping

from hardware.supervise import Condition

log = logging.getLogger(__name__)


def notify(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send ``state`` ("READY=1", "STATUS=…") to systemd. False where nobody listens; never raises."""
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
    """Looks at the workers and asks for a restart (``WATCHDOG=trigger``) when one made no progress for ``patience``
    seconds, but never in the first ``not_before`` seconds: a device that sticks at every start must not keep the
    service from working without it. The stall itself shows in health long before.
    """

    def __init__(
        self,
        conditions: Callable[[], Iterable[Condition]],
        *,
        patience: float = 60.0,
        not_before: float = 600.0,
        every: float = 10.0,
        send: Callable[[str], bool] = notify,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._conditions = conditions
        self._patience = patience
        self._not_before = not_before
        self._every = every
        self._send = send
        self._clock = clock
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._started = clock()

    def start(self) -> None:
        """Begin. Does nothing while it runs."""
        if self._thread is not None:
            return
        self._started = self._clock()
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="watchdog-devices", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread:
            self._thread.join(2.0)
            self._thread = None

    def check(self) -> bool:
        """One round; True when a restart was asked for."""
        if self._clock() - self._started < self._not_before:
            return False
        stuck = sorted(c.name for c in self._conditions() if c.stalled and c.last_progress >= self._patience)
        if not stuck or not self._send("WATCHDOG=trigger"):
            return False
        log.error("stuck, so systemd is asked to restart the service: %s", ", ".join(stuck))
        return True

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self.check()
