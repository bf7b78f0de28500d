"""The last lines of the log, kept in memory for the diagnostics bundle, and a scrubber that is the second line of defence.

The first is that no module logs personal data or secrets. On an appliance the system's own log is volatile to spare the card.
"""

from __future__ import annotations

import logging
import re
import weakref
from collections import deque

from flask import Flask

EXTENSION = "kiosk_recent_log"
KEPT = 400

_SCRUB = (
    (re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"), "…"),  # user and password in an address
    (re.compile(r"\$argon2\S+"), "…"),
    (re.compile(r"(?i)\b(pin|password|passphrase|secret|token|authorization|cookie)\b(\s*[=:]\s*|\s+)\S+"), r"\1 …"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "…"),
    (re.compile(r"(?<![\w-])(?=[\w-]*\d)[A-Za-z0-9_-]{20,}(?![\w-])"), "…"),  # keys, pseudonyms, tokens
    (re.compile(r"\d{6,}"), "…"),  # id, insurance and telephone numbers
)


def scrub(line: str) -> str:
    """``line`` without what looks like a number of a person, a key or a password."""
    for pattern, instead in _SCRUB:
        line = pattern.sub(instead, line)
    return line


class RecentLog(logging.Handler):
    """Keeps the newest lines, scrubbed already when they are kept."""

    def __init__(self, kept: int = KEPT) -> None:
        super().__init__(logging.INFO)
        self._lines: deque[str] = deque(maxlen=kept)
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._lines.append(scrub(self.format(record)))
        except Exception:  # noqa: BLE001 - as logging itself does: a log line must not end what it tells of
            self.handleError(record)

    def lines(self) -> list[str]:
        """Oldest first."""
        return list(self._lines)


def init_app(app: Flask) -> None:
    """Begin keeping; ends when the app is gone."""
    handler = RecentLog()
    app.extensions[EXTENSION] = handler
    root = logging.getLogger()
    root.addHandler(handler)
    weakref.finalize(app, root.removeHandler, handler)


def recent_lines(app: Flask) -> list[str]:
    """The newest lines, scrubbed."""
    handler = app.extensions.get(EXTENSION)
    return handler.lines() if isinstance(handler, RecentLog) else []
