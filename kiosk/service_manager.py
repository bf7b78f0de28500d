"""Talks to systemd: ready, stopping, and the watchdog, which is fed only while the journal's thread gets on with its work."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable


def notify(state: str) -> bool:
    """Send one state (sd_notify(3)). False where no service manager listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
        try:
            connection.sendto(state.encode(), address)
        except OSError:
            return False
    return True


def watch(well: Callable[[], bool]) -> threading.Event:
    """Feed the watchdog at half its time for as long as ``well`` says so. Set the event to end it."""
    stop = threading.Event()
    limit = int(os.environ.get("WATCHDOG_USEC", "0")) / 1_000_000
    if limit:

        def loop() -> None:
            while not stop.wait(limit / 2):
                if well():
                    notify("WATCHDOG=1")

        threading.Thread(target=loop, name="watchdog", daemon=True).start()
    return stop
