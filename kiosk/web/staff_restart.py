"""Ends the process so that the service manager starts it again. Where none is there to do so, it ends nothing and says so."""

from __future__ import annotations

import os
import signal
import threading

from flask import Flask

RESTART_STATUS = 75  # EX_TEMPFAIL of sysexits.h; the service's unit restarts on it
EXTENSION = "kiosk_exit_status"
AFTER_SECONDS = 1.0  # the answer must reach the browser first


def under_service_manager() -> bool:
    """systemd sets INVOCATION_ID for what it starts (systemd.exec(5))."""
    return bool(os.environ.get("INVOCATION_ID"))


def ask_restart(app: Flask) -> bool:
    """End this process in a moment, in good order, with ``RESTART_STATUS``. False where nothing would start it again."""
    if not under_service_manager():
        return False
    app.extensions[EXTENSION] = RESTART_STATUS
    timer = threading.Timer(AFTER_SECONDS, os.kill, (os.getpid(), signal.SIGTERM))
    timer.daemon = True
    timer.start()
    return True


def exit_status(app: Flask) -> int:
    """What the process should end with: 0, or ``RESTART_STATUS`` after ``ask_restart``."""
    return int(app.extensions.get(EXTENSION, 0))
